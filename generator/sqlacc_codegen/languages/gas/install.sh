#!/bin/sh
# Installs what builds and checks the Google Apps Script client, from npm and by lock file, into TOOLS/gas.
# Usage: install.sh TOOLS. A second run with the same lock file does nothing.
set -eu
tools=${1:?usage: install.sh TOOLS}
here=$(cd "$(dirname "$0")/toolchain" && pwd)

die() { printf 'gas: %s\n' "$*" >&2; exit 1; }

command -v node >/dev/null 2>&1 || die "Node.js 20 or later is needed (https://nodejs.org), with npm"
command -v npm >/dev/null 2>&1 || die "npm is needed; it comes with Node.js"
node -e 'process.exit(process.versions.node.split(".")[0] < 20 ? 1 : 0)' || die "Node.js 20 or later is needed, this is $(node --version)"

want=$(cat "$here/package.json" "$here/package-lock.json" | sha256sum | cut -c1-16)
target=$tools/gas
[ -f "$target/.ready-$want" ] && exit 0
mkdir -p "$target"
rm -f "$target"/.ready-*
cp "$here/package.json" "$here/package-lock.json" "$here/.npmrc" "$target/"
printf 'gas: installing the npm packages of the Google Apps Script client\n' >&2
(cd "$target" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2) || die "npm ci failed (see above)"
: > "$target/.ready-$want"
