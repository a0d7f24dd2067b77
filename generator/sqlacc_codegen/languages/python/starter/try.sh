#!/bin/sh
# What next.txt tells to do, in a new project, with what is installed here. usage: try.sh TOOLS WORK test|run
set -eu
export PYTHONPATH=$PWD/sqlacc-client PYTHONDONTWRITEBYTECODE=1
case $3 in
test) exec python -m pytest -q -p no:cacheprovider ;;
run) exec python orders_to_invoices.py orders_to_invoices.csv ;;
esac
