#!/bin/sh
# Checks the generated Apps Script client with the tools of install.sh.
# usage: check.sh TOOLS GENERATED [sources]; `sources` compiles and type-checks what is right for any spec: not the layout,
# nor the tests, examples and README, which name objects of the project's own. Exit code 2: a tool is missing.
# Works on a copy in a temporary folder; one line per tool, non-zero on any finding.
set -eu
tools=$(cd "${1:?usage: check.sh TOOLS GENERATED [sources]}" && pwd)/gas
generated=$(cd "${2:?usage: check.sh TOOLS GENERATED [sources]}" && pwd)
part=${3:-all}
here=$(cd "$(dirname "$0")/toolchain" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
modules=$tools/node_modules
[ -d "$modules" ] || { echo "gas: not installed; run install.sh first" >&2; exit 2; }
cp -R "$generated/." "$work"
ln -s "$modules" "$work/node_modules"
cp "$here/eslint.config.mjs" "$here/tsconfig.json" "$work"
cd "$work"
[ "$part" = all ] || rm -r tests examples
scripts=$(find Sqlacc.gs SqlaccFake.gs examples -name '*.gs' 2>/dev/null || true)
failures=0

check() { # NAME COMMAND...: runs it; shows what it printed when it fails
  name=$1
  shift
  if "$@" >"$work/log" 2>&1; then
    printf 'gas: %-44s ok\n' "$name"
  else
    failures=$((failures + 1))
    printf 'gas: %-44s FAILED\n' "$name"
    sed 's/^/    /' "$work/log"
  fi
}

types() { # the compiler reads .js only; the files of a script project share their names, as in Apps Script
  mkdir scripts
  for file in $scripts; do cp "$file" "scripts/$(basename "$file" .gs).js"; done
  node "$modules/typescript/bin/tsc" -p .
}

manifests() { # what `clasp push` would send
  for file in appsscript.json examples/appsscript.json; do
    node -e 'const m = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
      if (m.runtimeVersion !== "V8" || !m.oauthScopes.includes("https://www.googleapis.com/auth/script.external_request"))
        throw new Error(process.argv[1])' "$file"
  done
}

check "tsc --checkJs --strict, Apps Script types" types
check "ESLint, Apps Script globals" node "$modules/eslint/bin/eslint.js" --max-warnings 0 --report-unused-disable-directives \
  --ignore-pattern scripts .
if [ "$part" = all ]; then
  check "Prettier" node "$modules/prettier/bin/prettier.cjs" --config "$here/prettier.json" --check \
    "{.,driver,examples,tests}/*.{gs,json,mjs}" "!{eslint.config.mjs,tsconfig.json}"
  check "appsscript.json" manifests
  check "unit tests, Node.js $(node --version)" node --test tests/*.test.mjs
fi
if [ "$failures" = 0 ]; then echo "gas: all checks pass"; else echo "gas: $failures checks failed"; exit 1; fi
