#!/bin/sh
# Holds the exports to other people's tools, and runs the collection with newman against a sandbox of its own.
# Usage: check.sh TOOLS. Needs `sqlacc` on the PATH; prints a line for each check and leaves with 1 at any finding.
set -eu
tools=$(cd "${1:?usage: check.sh TOOLS}" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
modules=$tools/postman/node_modules
[ -d "$modules" ] || { printf 'postman: run install.sh first\n' >&2; exit 1; }

work=$(mktemp -d)
sandbox=
finish() {
    if [ -n "$sandbox" ]; then kill "$sandbox" 2>/dev/null || true; fi
    rm -rf "$work"
}
trap finish EXIT
export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true NO_COLOR=1

failed=0
check() {
    name=$1
    shift
    if "$@" >"$work/out" 2>&1; then
        printf 'postman: %-32s ok %s\n' "$name" "$(grep '^= ' "$work/out" | tail -n 1 || true)"
    else
        printf 'postman: %-32s FAILED\n' "$name"
        tail -n 200 "$work/out"
        failed=1
    fi
}

newman() {
    export SQLACC_SANDBOX_ACCESS_KEY=0123456789abcdef0123456789abcdef.sql.my/NEWMAN
    SQLACC_SANDBOX_SECRET_KEY=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    export SQLACC_SANDBOX_SECRET_KEY
    : >"$work/ready" # or the words of the sandbox before could be taken for this one's
    sqlacc sandbox --port 0 "$@" >"$work/ready" 2>"$work/sandbox" &
    sandbox=$!
    tries=0
    until grep -q '^ready ' "$work/ready"; do
        tries=$((tries + 1))
        if [ "$tries" -gt 300 ] || ! kill -0 "$sandbox" 2>/dev/null; then cat "$work/sandbox"; return 1; fi
        sleep 0.1
    done
    url=$(sed -n 's/^ready //p' "$work/ready")
    result=0
    node "$modules/newman/bin/newman.js" run "$work/export/collection.json" \
        -e "$work/export/environments/sandbox.postman_environment.json" --env-var "base_url=$url" \
        --env-var "access_key=$SQLACC_SANDBOX_ACCESS_KEY" --env-var "secret_key=$SQLACC_SANDBOX_SECRET_KEY" \
        --color off -r cli,json --reporter-json-export "$work/run.json" || result=1
    kill "$sandbox"
    wait "$sandbox" || true
    sandbox=
    [ "$result" = 0 ] || return 1
    node -e '
        const { stats } = require(process.argv[1]).run;
        if (stats.requests.total < 100 || stats.assertions.failed) process.exit(1);
        console.log(`= ${stats.requests.total} requests, ${stats.assertions.total} assertions`);
    ' "$work/run.json"
}

check "export" sh -c 'sqlacc export postman -o "$1" && sqlacc export openapi -o "$1"' export "$work/export"
check "collection, Postman's schema" env NODE_PATH="$modules" node "$here/toolchain/validate.cjs" "$work/export/collection.json"
check "newman, sandbox" newman
check "newman, other readings" newman --reading get_envelope=top_level --reading post_envelope=data \
    --reading put_envelope=data --reading create_status=201 --reading not_found=404 --reading list_key=items \
    --reading decimal_form=number --reading fresh_nulls=empty --reading delete_answer=json --reading error_body=raw \
    --reading limit_parameter=ignored --reading update_counter=lenient
check "redocly" node "$modules/@redocly/cli/bin/cli.js" lint "$work/export/openapi.yaml" \
    --config "$here/toolchain/redocly.yaml" --max-problems 50
check "spectral" node "$modules/@stoplight/spectral-cli/dist/index.js" lint "$work/export/openapi.yaml" \
    --ruleset "$here/toolchain/spectral.yaml" --fail-severity hint
check "prism, a mock of every operation" python "$here/toolchain/prism.py" \
    "$modules/@stoplight/prism-cli/dist/index.js" "$work/export/openapi.yaml"
if [ "$failed" = 0 ]; then printf 'postman: all checks passed\n'; else printf 'postman: checks FAILED\n'; fi
exit "$failed"
