#!/bin/sh
# Runs a recipe of the generated client. usage (in generated/php): recipe.sh TOOLS WORK RECIPE FILE.csv
set -eu
exec php "examples/$3.php" "$4"
