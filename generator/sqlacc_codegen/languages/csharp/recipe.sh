#!/bin/sh
# Runs a recipe of the generated client; all of them are compiled once, into the folder WORK.
# usage (in generated/csharp): recipe.sh TOOLS WORK RECIPE FILE.csv
set -eu
here=$(cd "$(dirname "$0")" && pwd)
toolchain=$1/csharp
. "$here/toolchain/env.sh"
if [ ! -f "$2/recipes.runtimeconfig.json" ]; then
  find "$PWD/src" "$PWD/examples" -name '*.cs' -type f | LC_ALL=C sort |
    xargs sh "$here/toolchain/compile.sh" "$toolchain" "$2/recipes.dll" exe
fi
exec "$toolchain/dotnet/dotnet" exec "$2/recipes.dll" "$3" "$4"
