#!/bin/sh
# What next.txt tells to do, in a new project, with what is installed here: the same sources by the compiler alone, since
# no SDK of .NET 8 can be had without Microsoft's servers. usage: try.sh TOOLS WORK test|run
set -eu
home=$(cd "$(dirname "$0")/.." && pwd)
toolchain=$1/csharp
. "$home/toolchain/env.sh"
case $3 in
test)
  sh "$home/toolchain/compile.sh" "$toolchain" "$2/orders.dll" exe -r:"$toolchain/nunit/nunit.framework.dll" \
    $(find sqlacc-client src tests -name '*.cs')
  cp "$toolchain/nunit/nunit.framework.dll" orders_to_invoices.csv "$2/"
  exec "$toolchain/dotnet/dotnet" exec "$toolchain/nunit/runner.dll" "$2/orders.dll"
  ;;
run) exec "$toolchain/dotnet/dotnet" exec "$2/orders.dll" orders_to_invoices.csv ;;
esac
