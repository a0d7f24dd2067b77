#!/bin/sh
# What calls of the Python client cost beside bare signed requests, and its import: lines of JSON.
# usage (in generated/python): run.sh TOOLS CALLS, with the server's address and keys in SQLACC_*
set -eu
here=$(cd "$(dirname "$0")" && pwd)
PYTHONPATH=$PWD "${PYTHON:-python3}" "$here/calls.py" "$2"
PYTHONPATH=$PWD "${PYTHON:-python3}" "$here/imports.py"
