#!/bin/sh
# Compiles C# 12 against .NET 8 with nullable on and warnings as errors.
# usage: compile.sh TOOLCHAIN OUTPUT(.dll) KIND(exe|library) [csc argument]... (sources, -r:, -doc:)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
sh "$here/response.sh" "$@"
toolchain=$1
. "$here/env.sh"
dotnet exec "$toolchain/roslyn/csc.dll" "@${2%.dll}.rsp"
