#!/bin/sh
# Runs a recipe of the generated client. usage (in generated/python): recipe.sh TOOLS WORK RECIPE FILE.csv
set -eu
PYTHONPATH=$PWD exec python -B "examples/$3.py" "$4"
