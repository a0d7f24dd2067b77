#!/bin/sh
# Installs what looks at reports: Chromium from Debian, and from npm the schema of SARIF into TOOLS/contract_tests.
# usage: install.sh TOOLS. A second run does nothing.
set -eu
target=${1:?usage: install.sh TOOLS}/contract_tests

fail() { echo "contract_tests: $1" >&2; exit 1; }

chromium() {
  command -v apt-get >/dev/null || fail "no chromium and no apt-get; install it and let SQLACC_CHROMIUM name the program"
  sudo=""
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || fail "root or sudo is needed; run: apt-get install -y --no-install-recommends chromium"
    sudo=sudo
  fi
  echo "contract_tests: installing Chromium from Debian" >&2
  $sudo apt-get update -qq >&2 || fail "apt-get update failed (see above)"
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null ||
    fail "chromium could not be installed (see above)"
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

command -v "${SQLACC_CHROMIUM:-chromium}" >/dev/null || chromium
[ -f "$target/sarif-2.1.0.json" ] || schema
