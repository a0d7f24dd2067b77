#!/bin/sh
# Runs a recipe of the generated client over stand-ins of Apps Script's services, with a CSV file for the active sheet.
# usage (in generated/gas): recipe.sh TOOLS WORK RECIPE FILE.csv
set -eu
name=$(echo "$3" | awk -F_ '{ for (i = 2; i <= NF; i++) $i = toupper(substr($i, 1, 1)) substr($i, 2) } 1' OFS=)
exec node examples/run.mjs "$name" "$4"
