#!/bin/sh
# Installs what the drivers of the chosen languages lack into SQLACC_TOOLS: each language brings a script of its own.
# What cannot be installed is left to `sqlacc verify --strict`, which names it.
set -eu
languages=$(cd "$(dirname "$0")/../../.." && pwd)/generator/sqlacc_codegen/languages
mkdir -p "${SQLACC_TOOLS:?a folder}"
for folder in "$languages"/*/; do
    language=$(basename "$folder")
    case " ${LANGUAGES:-$language} " in *" $language "*) ;; *) continue ;; esac
    sqlacc driver "$language" --generated "${GENERATED:-generated}" </dev/null >/dev/null 2>&1 && continue
    [ ! -f "$folder/install.sh" ] || sh "$folder/install.sh" "$SQLACC_TOOLS" || true
done
