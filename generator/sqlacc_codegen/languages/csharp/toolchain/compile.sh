#!/bin/sh
# Compiles C# 12 against .NET 8 with nullable on and warnings as errors.
# usage: compile.sh TOOLCHAIN OUTPUT(.dll) KIND(exe|library) [csc argument]... (sources, -r:, -doc:)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
toolchain=$1
output=$2
kind=$3
shift 3
. "$here/env.sh"
runtime=$(echo "$toolchain"/dotnet/shared/Microsoft.NETCore.App/8.*)
list=$(dirname "$output")/$(basename "$output" .dll).rsp
{
  echo "-nologo -langversion:12.0 -nullable:enable -warnaserror+ -warn:8 -optimize+ -deterministic+ -debug:embedded"
  echo "-define:NET8_0;NET8_0_OR_GREATER;NET6_0_OR_GREATER;NETCOREAPP"
  echo "-target:$kind -out:$output"
  for dll in "$runtime"/*.dll; do
    case "${dll##*/}" in *.Native.dll | Microsoft.DiaSymReader*) continue ;; esac
    echo "-r:$dll"
  done
  for argument in "$@"; do echo "$argument"; done
} > "$list"
dotnet exec "$toolchain/roslyn/csc.dll" "@$list"
if [ "$kind" = exe ]; then
  cat > "${output%.dll}.runtimeconfig.json" <<'JSON'
{
  "runtimeOptions": {
    "tfm": "net8.0",
    "framework": { "name": "Microsoft.NETCore.App", "version": "8.0.0" },
    "configProperties": { "System.GC.Concurrent": false, "System.Runtime.TieredPGO": false }
  }
}
JSON
fi
