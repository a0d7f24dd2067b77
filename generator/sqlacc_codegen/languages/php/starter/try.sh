#!/bin/sh
# What next.txt tells to do, in a new project, with what is installed here. usage: try.sh TOOLS WORK test|run
set -eu
case $3 in
test) exec phpunit --do-not-cache-result --colors=never tests ;;
run) exec php orders_to_invoices.php orders_to_invoices.csv ;;
esac
