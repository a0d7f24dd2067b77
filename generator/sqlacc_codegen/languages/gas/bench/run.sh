#!/bin/sh
# What calls of the Apps Script client cost beside bare signed requests, over the stand-ins of Google's services that
# the package's tests use: lines of JSON.
# usage (in generated/gas): run.sh TOOLS CALLS, with the server's address and keys in SQLACC_*
set -eu
exec node "$(dirname "$0")/run.mjs" "$PWD" "$2"
