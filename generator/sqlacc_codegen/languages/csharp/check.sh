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

compile() { # output, kind, folder, arguments...
  output=$1
  kind=$2
  folder=$3
  shift 3
  sh "$here/toolchain/compile.sh" "$toolchain" "$work/$output" "$kind" "$@" $(sources "$folder")
}

library() { compile Sqlacc.Client.dll library src -doc:"$work/Sqlacc.Client.xml"; }
driver() { compile driver.dll exe driver $(sources src); }
older() { sh "$here/toolchain/netstandard.sh" "$toolchain" "$work" $(sources src); }

tests() {
  cp "$toolchain/nunit/nunit.framework.dll" "$work/"
  compile tests.dll library tests -r:"$work/Sqlacc.Client.dll" -r:"$toolchain/nunit/nunit.framework.dll"
  dotnet exec "$toolchain/nunit/runner.dll" "$work/tests.dll"
}

examples() { compile examples.dll exe examples -r:"$work/Sqlacc.Client.dll"; }

package() { sh "$here/toolchain/pack.sh" "$toolchain" "$generated" "$work/package"; }

[ "$part" != all ] || step "rsharpier check" formatted
step "C# 12 for .NET 8, nullable, warnings as errors, documented" library
step "driver" driver
step "netstandard2.0 against reference stubs" older
if [ "$part" = all ]; then
  summary=1
  step "NUnit on .NET 8" tests
  step "examples" examples
    step "dotnet build, dotnet pack, a program that uses the package" package
fi
[ "$failed" = 0 ] || { echo "csharp: not good"; exit 1; }
echo "csharp: all good"
