#!/bin/sh
# What next.txt tells to do, in a new project, with what is installed here. usage: try.sh TOOLS WORK test|run
set -eu
case $3 in
test) exec node --test ;;
run) exec node examples/run.mjs ordersToInvoices examples/orders_to_invoices.csv ;;
esac
