#!/bin/sh
# Runs a recipe of the generated client, which is built once in the folder WORK, as npm would install it.
# usage (in generated/node): recipe.sh TOOLS WORK RECIPE FILE.csv
set -eu
package=$2/node_modules/sqlacc-client
if [ ! -f "$package/package.json" ]; then
  node "$1/node/node_modules/esbuild/bin/esbuild" src/index.ts --bundle --format=esm --platform=node --target=node20 \
    --log-level=warning --outfile="$package/index.js"
  cp -R examples "$2/"
  echo '{"name": "sqlacc-client", "type": "module", "exports": "./index.js"}' >"$package/package.json"
fi
exec node "$2/examples/$3.mjs" "$4"
