#!/bin/sh
# Runs the driver that build-driver.sh compiled.
# usage (in generated/csharp): driver.sh TOOLCHAIN
set -eu
here=$(cd "$(dirname "$0")" && pwd)
toolchain=$1
. "$here/env.sh"
. "$here/cache.sh"
exec "$toolchain/dotnet/dotnet" exec "$cache/driver.dll"
