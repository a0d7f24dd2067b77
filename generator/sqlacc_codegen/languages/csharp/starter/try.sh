#!/bin/sh
# What next.txt tells to do, in a new project, with what is installed here. usage: try.sh TOOLS WORK test|run
set -eu
export SQLACC_TOOLS="$1" HOME="$2" # .NET keeps files in the home folder
dotnet=$(cd "$(dirname "$0")" && pwd)/tools/dotnet
case $3 in
test) exec "$dotnet" test tests ;;
run) # a second time it is built
  again=$([ ! -e "$HOME/.ran" ] || echo --no-build)
  : >"$HOME/.ran"
  # shellcheck disable=SC2086 # nothing, or one word
  exec "$dotnet" run $again --project src -- orders_to_invoices.csv
  ;;
esac
