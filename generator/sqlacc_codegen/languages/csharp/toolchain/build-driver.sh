#!/bin/sh
# Compiles the driver with the client in one assembly into .cache/csharp, unless the sources there are the same.
# usage (in generated/csharp): build-driver.sh TOOLCHAIN
set -eu
here=$(cd "$(dirname "$0")" && pwd)
toolchain=$(cd "$1" && pwd)
output=${SQLACC_CSHARP_CACHE:-../../.cache/csharp}
mkdir -p "$output"
output=$(cd "$output" && pwd)
stamp=$({ find src driver -name '*.cs' -type f | LC_ALL=C sort | xargs sha256sum; cat "$here"/*.sh | sha256sum; } | sha256sum | cut -c1-16)
if [ "$(cat "$output/driver.stamp" 2>/dev/null || true)" = "$stamp" ]; then
  exit 0
fi
rm -f "$output/driver.stamp"
# Only the compiler's own diagnostics matter here; the documentation is checked by check.sh.
find "$PWD/src" "$PWD/driver" -name '*.cs' -type f | LC_ALL=C sort | xargs sh "$here/compile.sh" "$toolchain" "$output/driver.dll" exe
echo "$stamp" > "$output/driver.stamp"
