#!/bin/sh
# The contract in any CI: are the specs sound, are the clients what the specs give, do they send and read what was
# recorded? Needs `sqlacc` on the PATH. All three are tried, the reports land in REPORTS, exit code 1 when one fails.
#
#   LANGUAGES="python php" CASSETTES=recordings sh contract.sh
set -eu
spec=${SPEC:-}
generated=${GENERATED:-generated}
cassettes=${CASSETTES:-contract_tests/cassettes}
against=${AGAINST:-cassettes}
reports=${REPORTS:-report}
failed=0
mkdir -p "$reports"
[ -z "$spec" ] || export SQLACC_SPEC="$spec"

languages=""
for language in ${LANGUAGES:-}; do languages="$languages --lang $language"; done

step() {
    printf '\n== %s\n' "$*"
    "$@" || failed=1
}

# shellcheck disable=SC2086 # $languages is a list of words
contract() {
    step sqlacc check
    sqlacc check --format sarif > "$reports/check.sarif" || failed=1
    step sqlacc generate --check --no-cache --out "$generated" $languages
    if [ "$against" = cassettes ]; then set -- --cassettes "$cassettes"; else set --; fi
    step sqlacc verify --against "$against" "$@" --generated "$generated" --strict --workers 2 $languages \
        --ndjson "$reports/verify.ndjson" --html "$reports/verify.html" --junit "$reports/verify.xml" \
        --sarif "$reports/verify.sarif"
}

contract
exit "$failed"
