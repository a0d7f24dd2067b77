#!/bin/sh
# Writes WORK/stubs.rsp and WORK/netstandard.rsp, the arguments of csc to compile the sources of the client for
# netstandard2.0, as far as that goes without the packages it needs: against the real netstandard.dll 2.0 and stubs with
# the signatures of those packages. usage: netstandard.sh TOOLCHAIN WORK SOURCE...
set -eu
here=$(cd "$(dirname "$0")" && pwd)
toolchain=$1
work=$2
shift 2
options="-nologo -nostdlib -langversion:12.0 -nullable:enable -warnaserror+ -target:library -r:$toolchain/dotnet/sdk/3.1.102/ref/netstandard.dll"
echo "$options -nowarn:CS8618,CS8625,CS0067 -out:$work/stubs.dll $here/NetStandardStubs.cs" > "$work/stubs.rsp"
echo "$options -define:NETSTANDARD2_0 -r:$work/stubs.dll -out:$work/netstandard.dll $*" > "$work/netstandard.rsp"
