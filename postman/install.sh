#!/bin/sh
# Installs what runs and judges the exports (newman, validators, linters), from npm and by lock file, into TOOLS/postman.
# Usage: install.sh TOOLS. A second run with the same lock file does nothing.
set -eu
tools=${1:?usage: install.sh TOOLS}
here=$(cd "$(dirname "$0")/toolchain" && pwd)

die() { printf 'postman: %s\n' "$*" >&2; exit 1; }

command -v node >/dev/null 2>&1 || die "Node.js 20 or later is needed (https://nodejs.org), with npm"
command -v npm >/dev/null 2>&1 || die "npm is needed; it comes with Node.js"

want=$(cat "$here/package.json" "$here/package-lock.json" | sha256sum | cut -c1-16)
target=$tools/postman
[ -f "$target/.ready-$want" ] && exit 0
mkdir -p "$target"
rm -f "$target"/.ready-*
cp "$here/package.json" "$here/package-lock.json" "$here/.npmrc" "$target/"
printf 'postman: installing the npm packages that check the exports\n' >&2
(cd "$target" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2) || die "npm ci failed (see above)"
: > "$target/.ready-$want"
