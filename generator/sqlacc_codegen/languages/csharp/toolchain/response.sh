#!/bin/sh
# Writes OUTPUT.rsp, the arguments of csc for C# 12 against .NET 8 with nullable on and warnings as errors, and for a
# program what starts it. usage: response.sh TOOLCHAIN OUTPUT(.dll) KIND(exe|library) [csc argument]... (sources, -r:, -doc:)
set -eu
toolchain=$1
output=$2
kind=$3
shift 3
runtime=$(echo "$toolchain"/dotnet/shared/Microsoft.NETCore.App/8.*)
{
  echo "-nologo -langversion:12.0 -nullable:enable -warnaserror+ -warn:8 -optimize+ -deterministic+ -debug:embedded"
  echo "-define:NET8_0;NET8_0_OR_GREATER;NET6_0_OR_GREATER;NETCOREAPP"
  echo "-target:$kind -out:$output"
  for dll in "$runtime"/*.dll; do
    case "${dll##*/}" in *.Native.dll | Microsoft.DiaSymReader*) continue ;; esac
    echo "-r:$dll"
  done
  for argument in "$@"; do echo "$argument"; done
} > "${output%.dll}.rsp"
[ "$kind" = exe ] || exit 0
cat > "${output%.dll}.runtimeconfig.json" <<'JSON'
{
  "runtimeOptions": {
    "tfm": "net8.0",
    "framework": { "name": "Microsoft.NETCore.App", "version": "8.0.0" },
    "configProperties": { "System.GC.Concurrent": false, "System.Runtime.TieredPGO": false }
  }
}
JSON
