#!/bin/sh
# Compiles every sample of a folder into one program with the client, and runs it: a name of a sample on each line of
# standard input, what it printed as a line of JSON on standard output.
# usage (in generated/csharp): run.sh TOOLCHAIN FOLDER
set -eu
here=$(cd "$(dirname "$0")" && pwd)
toolchain=$(cd "$1" && pwd)
folder=$2
. "$here/../toolchain/env.sh"
LC_ALL=C awk -f "$here/samples.awk" "$folder"/*.cs > "$folder/Samples.cs.txt"
LC_ALL=C awk '/^using [A-Za-z.]+;/' "$folder"/*.cs "$here/usings.txt" | sort -u | cat - "$folder/Samples.cs.txt" > "$folder/All.cs"
# Examples may declare what they do not use.
sh "$here/../toolchain/compile.sh" "$toolchain" "$folder/samples.dll" exe -nowarn:0168,0219,1998,8321 \
  "$folder/All.cs" "$here/Player.cs" $(find "$PWD/src" -name '*.cs' -type f | LC_ALL=C sort) >&2
cd "$folder"
exec "$toolchain/dotnet/dotnet" exec samples.dll
