#!/bin/sh
# usage: run.sh TOOLS GENERATED: what a call of the C# client costs beside a bare signed request.
set -eu
tools=$(cd "$1" && pwd)
generated=$(cd "$2" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
toolchain="$tools/csharp"
work=$(mktemp -d "${TMPDIR:-/tmp}/sqlacc-csharp-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT INT TERM
find "$generated/src" -name '*.cs' | LC_ALL=C sort | xargs sh "$here/../toolchain/compile.sh" "$toolchain" "$work/bench.dll" exe "$here/Overhead.cs"
. "$here/../toolchain/env.sh"
dotnet exec "$work/bench.dll"
