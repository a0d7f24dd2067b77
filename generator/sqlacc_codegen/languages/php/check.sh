#!/bin/sh
# Checks the generated PHP client with PHP's own tools.
# usage: check.sh TOOLS GENERATED [sources]; `sources` compiles and type-checks what is right for any spec: not the layout,
# nor the tests, examples and README, which name objects of the project's own. Exit code 2: a tool is missing.
# Works on a copy in a temporary folder; one line per tool, non-zero on any finding.
set -eu
tools=$(cd "${1:?usage: check.sh TOOLS GENERATED [sources]}" && pwd)/php
generated=$(cd "${2:?usage: check.sh TOOLS GENERATED [sources]}" && pwd)
part=${3:-all}
here=$(cd "$(dirname "$0")/toolchain" && pwd)
ls "$tools"/.ready-* >/dev/null 2>&1 || { echo "php: the toolchain is missing; run install.sh first" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
cp -R "$generated" "$work/client"
cd "$work/client"
[ "$part" = all ] || rm -r tests examples
export COMPOSER_ALLOW_SUPERUSER=1 COMPOSER_DISABLE_NETWORK=1 COMPOSER_HOME="$work/composer"
failures=0

check() { # NAME COMMAND...: runs it; shows what it printed when it fails
  name=$1
  shift
  if ("$@") >"$work/log" 2>&1; then
    printf 'php: %-44s ok\n' "$name"
  else
    failures=$((failures + 1))
    printf 'php: %-44s FAILED\n' "$name"
    head -n 100 "$work/log" | sed 's/^/    /'
  fi
}

reads() { # PHP: every class loads, and it finds nothing in any other file; warnings and deprecations included
  find . -name '*.php' -not -path './.*/*' -not -path './src/*' -print0 \
    | xargs -0 -n 1 "$1" -d display_errors=1 -d error_reporting=-1 -l >"$work/lint" 2>&1 \
    || { grep -v '^No syntax errors' "$work/lint"; return 1; }
  if grep -v '^No syntax errors' "$work/lint"; then return 1; fi
  "$1" -d display_errors=1 -d error_reporting=-1 -r '
    set_error_handler(function ($level, $text, $file, $line) { throw new ErrorException($text, 0, $level, $file, $line); });
    require "autoload.php";
    foreach (new RegexIterator(new RecursiveIteratorIterator(new RecursiveDirectoryIterator("src")), "/\.php$/") as $file) {
        $class = "SqlAcc" . strtr(substr($file, 3, -4), "/", "\\");
        if (!class_exists($class) && !interface_exists($class)) { echo "$file does not hold $class\n"; exit(1); }
    }' >"$work/load" 2>&1 || { cat "$work/load"; return 1; }
  if [ -s "$work/load" ]; then cat "$work/load"; return 1; fi
}

types() {
  cp -R /usr/share/php/Psr "$work/client/.psr"
  cp -R /usr/share/php/Nyholm "$work/client/.nyholm"
  [ "$part" != all ] || cp -R /usr/share/php/PHPUnit "$work/client/.phpunit" # for its tests
  cp "$here/stubs.php" "$work/client/.stubs.php"
  # shellcheck disable=SC2046 # file names without spaces
  node "$here/diagnostics.js" "node $tools/node_modules/intelephense/lib/intelephense.js --stdio" . \
    $(find . -name '*.php' -not -path './.*')
}

consumer() { # a project that installs the package by Composer, without a network, and uses it
  mkdir "$work/consumer"
  cd "$work/consumer"
  cat >composer.json <<'JSON'
{
    "name": "sqlacc/consumer",
    "repositories": [{"type": "path", "url": "../client", "options": {"symlink": false}}, {"packagist.org": false}],
    "require": {"sqlacc/client": "*@dev"},
    "replace": {"psr/http-client": "1.0", "psr/http-factory": "1.0", "psr/http-message": "1.0", "psr/log": "1.1"}
}
JSON
  composer install --quiet --no-interaction || return 1
  php -d display_errors=1 -r '
    require "vendor/autoload.php";
    $fake = new SqlAcc\Testing\FakeTransport();
    $fake->json(["data" => []]);
    exit($fake->client()->agents->list()->count() + count($fake->requests) - 1);'
}

unit_tests_84() { # Debian's PHPUnit 9 is older than PHP 8.4, so its own deprecations are not told
  "$tools/php84" -d error_reporting=24575 -d include_path=/usr/share/php -r '
    $_SERVER["argv"] = ["phpunit"];
    require "PHPUnit/Autoload.php";
    exit(PHPUnit\TextUI\Command::main(false));'
}

for php in php "$tools/php84"; do
  check "every file and class, PHP $("$php" -r 'echo PHP_VERSION;')" reads "$php"
done
check "types (intelephense)" types
if [ "$part" = all ]; then
  check "composer validate --strict" composer validate --strict --no-check-lock
  check "composer install into a project" consumer
  check "php-cs-fixer, PER-CS" php "$tools/php-cs-fixer.phar" fix --dry-run --diff --show-progress=none
  check "unit tests, PHP $(php -r 'echo PHP_VERSION;')" phpunit --colors=never
  check "unit tests, PHP $("$tools/php84" -r 'echo PHP_VERSION;')" unit_tests_84
fi
if [ "$failures" = 0 ]; then echo "php: all checks pass"; else echo "php: $failures checks failed"; exit 1; fi
