#!/bin/sh
# What calls of the PHP client cost beside bare signed requests, and the lines of a model: lines of JSON.
# usage (in generated/php): run.sh TOOLS CALLS, with the server's address and keys in SQLACC_*
set -eu
here=$(cd "$(dirname "$0")" && pwd)
php -d opcache.enable_cli=1 "$here/calls.php" "$PWD" "$2"
php "$here/lines.php" "$PWD"
