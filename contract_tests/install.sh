#!/bin/sh
# Installs Chromium from Debian, in which the tests look at the pages that are made here. usage: install.sh TOOLS (nothing
# lands there). A second run does nothing.
set -eu

fail() { echo "chromium: $1" >&2; exit 1; }

command -v "${SQLACC_CHROMIUM:-chromium}" >/dev/null && exit 0
command -v apt-get >/dev/null || fail "no chromium and no apt-get; install it and let SQLACC_CHROMIUM name the program"
sudo=""
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null || fail "root or sudo is needed; run: apt-get install -y --no-install-recommends chromium"
  sudo=sudo
fi
echo "chromium: installing it from Debian" >&2
$sudo apt-get update -qq >&2 || fail "apt-get update failed (see above)"
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null ||
  fail "chromium could not be installed (see above)"
