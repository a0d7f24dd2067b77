#!/bin/sh
# Runs the C# tools over generated/csharp: formatter, compiler, tests, examples, package. Builds elsewhere.
# usage: check.sh TOOLS GENERATED [sources]; `sources` compiles and type-checks what is right for any spec: not the layout,
# nor the tests, examples and README, which name objects of the project's own. Exit code 2: a tool is missing.
set -eu
tools=$(cd "${1:?usage: check.sh TOOLS GENERATED [sources]}" && pwd)
generated=$(cd "${2:?usage: check.sh TOOLS GENERATED [sources]}" && pwd)
part=${3:-all}
here=$(cd "$(dirname "$0")" && pwd)
toolchain="$tools/csharp"
[ -f "$toolchain/.installed" ] || { echo "csharp: not installed; run: sh $here/install.sh $tools" >&2; exit 2; }
work=$(mktemp -d "${TMPDIR:-/tmp}/sqlacc-csharp.XXXXXX")
trap 'rm -rf "$work"' EXIT INT TERM
. "$here/toolchain/env.sh"
failed=0

step() { # name, command...: one line for each tool, its output only when it fails
  name=$1
  shift
  if "$@" > "$work/log" 2>&1; then
    last=$(tail -n 1 "$work/log" | tr -d '\r')
    echo "csharp: $name: good${summary:+ ($last)}"
  else
    echo "csharp: $name: failed"
    cat "$work/log"
    failed=1
  fi
  summary=
}

sources() { # folder...
  (cd "$generated" && find "$@" -name '*.cs' -type f | LC_ALL=C sort | sed "s#^#$generated/#")
}

formatted() {
  sources . | xargs "$toolchain/bin/rsharpier" check
}

response() { # output, kind, folder, arguments...
  output=$1
  kind=$2
  folder=$3
  shift 3
  sh "$here/toolchain/response.sh" "$toolchain" "$work/$output" "$kind" "$@" $(sources "$folder")
}

# One process for all: starting the compiler takes longer than most compilations.
compile() {
  response Sqlacc.Client.dll library src -doc:"$work/Sqlacc.Client.xml"
  response driver.dll exe driver $(sources src)
  sh "$here/toolchain/netstandard.sh" "$toolchain" "$work" $(sources src)
  set -- "@$work/Sqlacc.Client.rsp" -- "@$work/driver.rsp" -- "@$work/stubs.rsp" -- "@$work/netstandard.rsp"
  if [ "$part" = all ]; then
    response tests.dll library tests -r:"$work/Sqlacc.Client.dll" -r:"$toolchain/nunit/nunit.framework.dll"
    response examples.dll exe examples -r:"$work/Sqlacc.Client.dll"
    set -- "$@" -- "@$work/tests.rsp" -- "@$work/examples.rsp"
  fi
  dotnet exec "$toolchain/roslyn/csc.dll" "$@"
}

tests() {
  cp "$toolchain/nunit/nunit.framework.dll" "$work/"
  dotnet exec "$toolchain/nunit/runner.dll" "$work/tests.dll"
}

package() { sh "$here/toolchain/pack.sh" "$toolchain" "$generated" "$work/package"; }

[ "$part" != all ] || step "rsharpier check" formatted
what="library, driver, netstandard2.0"
[ "$part" != all ] || what="$what, tests, examples"
step "C# 12, nullable, warnings as errors, documented: $what" compile
# Whoever plays this client next need not compile it again.
[ "$failed" != 0 ] || (cd "$generated" && sh "$here/toolchain/build-driver.sh" "$toolchain" "$work")
if [ "$part" = all ]; then
  summary=1
  step "NUnit on .NET 8" tests
  step "dotnet pack, a program that uses the package" package
fi
[ "$failed" = 0 ] || { echo "csharp: not good"; exit 1; }
echo "csharp: all good"
