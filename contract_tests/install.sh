#!/bin/sh
# Installs what tests look through: from Debian Chromium for the pages, and zsh and fish for their completion (6 seconds,
# 36 MB); from npm the schema of SARIF into TOOLS/contract_tests.
# usage: install.sh TOOLS. A second run does nothing.
set -eu
target=${1:?usage: install.sh TOOLS}/contract_tests

fail() { echo "contract_tests: $1" >&2; exit 1; }

debian() { # package...
  command -v apt-get >/dev/null ||
    fail "no apt-get; install $* by hand (SQLACC_CHROMIUM may name another program than chromium)"
  sudo=""
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || fail "root or sudo is needed; run: apt-get install -y --no-install-recommends $*"
    sudo=sudo
  fi
  echo "contract_tests: installing from Debian: $*" >&2
  $sudo apt-get update -qq >&2 || fail "apt-get update failed (see above)"
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null ||
    fail "$* could not be installed (see above)"
}

# One file of Microsoft's jest-sarif: the schema that its matchers hold logs to.
schema() {
  command -v npm >/dev/null || fail "npm is needed; it comes with Node.js"
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  (cd "$work" && npm pack --silent --ignore-scripts @microsoft/jest-sarif@1.0.0-beta.0 >&2) || fail "npm pack failed"
  tar xzf "$work"/microsoft-jest-sarif-*.tgz -C "$work" package/lib/schemas/sarif-2.1.0-rtm.5.json
  echo "2d99159ae54a3eea97f81781cff48780548657c35949f4b7f25e99a2ba4de4f8  $work/package/lib/schemas/sarif-2.1.0-rtm.5.json" |
    sha256sum -c - >/dev/null || fail "the schema of SARIF is not the one that was reviewed"
  mkdir -p "$target"
  mv "$work/package/lib/schemas/sarif-2.1.0-rtm.5.json" "$target/sarif-2.1.0.json"
}

missing=""
command -v "${SQLACC_CHROMIUM:-chromium}" >/dev/null || missing=chromium
for shell in zsh fish; do command -v "$shell" >/dev/null || missing="$missing $shell"; done
# shellcheck disable=SC2086
[ -z "$missing" ] || debian $missing
[ -f "$target/sarif-2.1.0.json" ] || schema
