#!/bin/sh
# Compiles the driver with the client in one assembly into .cache/csharp, unless the sources there are the same.
# usage (in generated/csharp): build-driver.sh TOOLCHAIN [FOLDER]; FOLDER has the driver already, compiled of these sources
set -eu
here=$(cd "$(dirname "$0")" && pwd)
toolchain=$(cd "$1" && pwd)
. "$here/cache.sh"
mkdir -p "$cache"
cache=$(cd "$cache" && pwd)
list=$(find "$PWD/src" "$PWD/driver" -name '*.cs' -type f | LC_ALL=C sort)
stamp=$({ echo "$list" | xargs cat; cat "$here"/*.sh; } | sha256sum | cut -c1-16)
[ "$(cat "$cache/driver.stamp" 2>/dev/null || true)" != "$stamp" ] || exit 0
new="$cache/new.$$"
mkdir -p "$new"
trap 'rm -rf "$new"' EXIT INT TERM
if [ -n "${2:-}" ]; then
  cp "$2/driver.dll" "$2/driver.runtimeconfig.json" "$new/"
else
  echo "$list" | xargs sh "$here/compile.sh" "$toolchain" "$new/driver.dll" exe
fi
mv "$new/driver.dll" "$new/driver.runtimeconfig.json" "$cache/"
echo "$stamp" > "$cache/driver.stamp"
pwd -P > "$cache/client"
# Drivers of clients that are gone, such as those of tests.
for one in "$cache"/../*/client; do
  [ -d "$(cat "$one" 2>/dev/null || echo .)" ] || rm -rf "${one%/client}"
done
