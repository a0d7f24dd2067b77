#!/bin/sh
# What calls of the C# client cost beside bare signed requests: lines of JSON.
# usage (in generated/csharp): run.sh TOOLS CALLS, with the server's address and keys in SQLACC_*
set -eu
here=$(cd "$(dirname "$0")" && pwd)
toolchain=$(cd "$1/csharp" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/sqlacc-csharp-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT INT TERM
find "$PWD/src" -name '*.cs' | LC_ALL=C sort |
  xargs sh "$here/../toolchain/compile.sh" "$toolchain" "$work/calls.dll" exe "$here/Calls.cs"
. "$here/../toolchain/env.sh"
dotnet exec "$work/calls.dll" "$2"
