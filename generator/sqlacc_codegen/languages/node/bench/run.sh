#!/bin/sh
# What calls of the Node.js client cost beside bare signed requests, its bundle and its import: lines of JSON.
# usage (in generated/node): run.sh TOOLS CALLS, with the server's address and keys in SQLACC_*
set -eu
here=$(cd "$(dirname "$0")" && pwd)
modules=$1/node/node_modules
work=$(mktemp -d "${TMPDIR:-/tmp}/sqlacc-node-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT INT TERM
find src -name '*.ts' | LC_ALL=C sort | xargs node "$modules/esbuild/bin/esbuild" --format=esm --platform=node \
  --target=node20 --log-level=warning --outdir="$work"
echo '{"type": "module"}' >"$work/package.json"
node "$here/calls.mjs" "$work/index.js" "$2"
node "$here/package.mjs" "$work/index.js" "$modules/esbuild/lib/main.js"
