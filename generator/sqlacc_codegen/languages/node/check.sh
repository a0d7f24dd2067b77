#!/bin/sh
# Checks the emitted Node.js package with the language's own tools.
# usage: check.sh TOOLS GENERATED [sources]; `sources` compiles and type-checks what is right for any spec: not the layout,
# nor the tests, examples and README, which name objects of the project's own. Exit code 2: a tool is missing.
# Builds in a temporary folder only; prints a line for each tool and leaves with 1 at any finding.
set -eu
tools=$(cd "${1:?usage: check.sh TOOLS GENERATED [sources]}" && pwd)
generated=$(cd "${2:?usage: check.sh TOOLS GENERATED [sources]}" && pwd)
part=${3:-all}
here=$(cd "$(dirname "$0")" && pwd)
modules=$tools/node/node_modules
[ -d "$modules" ] || { printf 'node: run install.sh first\n' >&2; exit 2; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -R "$generated" "$work/package"
cp "$here/toolchain/eslint.config.mjs" "$work/package/"
cd "$work/package"
ln -s "$modules" node_modules
[ "$part" = all ] || rm -r tests examples
export npm_config_cache="$work/npm" npm_config_update_notifier=false npm_config_loglevel=error

failed=0
check() {
    name=$1
    shift
    if "$@" >"$work/out" 2>&1; then
        printf 'node: %-32s ok %s\n' "$name" "$(tail -n 1 "$work/out" | grep '^= ' || true)"
    else
        printf 'node: %-32s FAILED\n' "$name"
        cat "$work/out"
        failed=1
    fi
}

tests() {
    "$1" --test --test-reporter=tap tests/*.test.mjs >"$work/tap" || { grep -A 20 '^not ok' "$work/tap"; return 1; }
    passed=$(sed -n 's/^# pass //p' "$work/tap")
    [ "$passed" -gt 0 ] || { cat "$work/tap"; return 1; }
    printf '= %s tests, %s\n' "$passed" "$("$1" --version)"
}

# The package as a user gets it, in a folder of its own without this one's settings.
unpacked() (
    npm pack --silent --ignore-scripts --pack-destination "$work" >/dev/null
    mkdir -p "$work/user/node_modules/sqlacc-client"
    tar xzf "$work"/sqlacc-client-*.tgz -C "$work/user/node_modules/sqlacc-client" --strip-components=1
    ln -s "$modules/@types" "$work/user/node_modules/@types"
    ln -s "$modules/undici-types" "$work/user/node_modules/undici-types"
    cp tests/types.ts "$work/user/esm.mts"
    cp tests/types.ts "$work/user/cjs.cts"
    cd "$work/user"
    for compiler in typescript ts5 ts7; do
        node "$modules/$compiler/bin/tsc" --noEmit --strict --exactOptionalPropertyTypes --target es2022 \
            --module nodenext --types node --lib es2022 --skipDefaultLibCheck esm.mts cjs.cts
    done
    node -e 'const { SqlAccount } = require("sqlacc-client"); if (!SqlAccount) process.exit(1)'
    node --input-type=module -e 'const { SqlAccount } = await import("sqlacc-client"); if (!SqlAccount) process.exit(1)'
    printf '= TypeScript 5.9, 6.0 and 7.0, as ES module and CommonJS\n'
)

no_dependencies() {
    node -e 'const p = require("./package.json"); process.exit(p.dependencies || p.peerDependencies ? 1 : 0)'
}

# All objects in one minified file: at most 25 KB gzipped.
bundle() {
    node "$modules/esbuild/bin/esbuild" src/index.ts --bundle --minify --platform=node --format=esm --target=node20 \
        --log-level=warning --outfile="$work/bundle.mjs"
    size=$(gzip -9 -c "$work/bundle.mjs" | wc -c)
    printf '= %s bytes gzipped, of 25600\n' "$size"
    [ "$size" -le 25600 ]
}

import_time() {
    node --input-type=module -e '
        const start = performance.now();
        await import(process.argv[1]);
        console.log(`= ${(performance.now() - start).toFixed(1)} ms`);
    ' "$work/package/dist/esm/index.js"
}

# Version 7 writes the same bytes as version 6 in a seventh of its time.
check "tsc 7 --strict, build" env TSC="$modules/ts7/bin/tsc" node scripts/build.mjs dist
# What comes with the compilers and with Node is checked by version 7 alone.
check "tsc 6 --strict, all sources" node "$modules/typescript/bin/tsc" -p tsconfig.json --skipLibCheck
check "tsc 7 --strict, all sources" node "$modules/ts7/bin/tsc" -p tsconfig.json
check "no dependencies" no_dependencies
if [ "$part" = all ]; then
    check "prettier" node "$modules/prettier/bin/prettier.cjs" --check --ignore-path /dev/null \
        src driver tests examples scripts README.md CHANGELOG.md package.json tsconfig.json tsconfig.esm.json tsconfig.cjs.json
    check "eslint strictTypeChecked" node "$modules/eslint/bin/eslint.js" --max-warnings 0 .
    check "publint --strict" node "$modules/publint/src/cli.js" run --strict .
    check "pack, types of a user" unpacked
    check "attw" node "$modules/@arethetypeswrong/cli/dist/index.js" "$work"/sqlacc-client-*.tgz
    check "tests" tests node
    if [ -x "$modules/node22/bin/node" ]; then
        check "tests, Node 22" tests "$modules/node22/bin/node"
    else
        printf 'node: %-32s not run: no Node 22 for this platform\n' "tests, Node 22"
    fi
    check "bundle" bundle
    check "import" import_time
fi
if [ "$failed" = 0 ]; then printf 'node: all checks passed\n'; else printf 'node: checks FAILED\n'; fi
exit "$failed"
