#!/bin/sh
# What next.txt tells to do, in a new project, with what is installed here. usage: try.sh TOOLS WORK test|run
set -eu
case $3 in
test)
  mkdir -p node_modules
  ln -sfn ../sqlacc-client node_modules/sqlacc-client # as npm does for file: dependencies
  # what check.sh of this language does with tsc, in a hundredth of the time
  node "$1/node/node_modules/esbuild/bin/esbuild" sqlacc-client/src/index.ts sqlacc-client/src/testing.ts --bundle \
    --splitting --format=esm --platform=node --target=node20 --log-level=warning --outdir=sqlacc-client/dist/esm
  exec npm test --silent
  ;;
run) exec node orders_to_invoices.mjs orders_to_invoices.csv ;;
esac
