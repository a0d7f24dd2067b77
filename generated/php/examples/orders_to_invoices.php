<?php

/**
 * Orders of a shop into sales invoices: one for each order, none of them twice.
 *
 *     php orders_to_invoices.php [orders.csv]
 */

declare(strict_types=1);

namespace SqlAcc\Examples;

use SqlAcc\Record\SalesInvoice;
use SqlAcc\Record\SalesInvoiceLine;

require __DIR__ . '/common.php';

$orders = grouped(rows($argv, 'orders_to_invoices.csv'), 'Order');
$invoices = [];
foreach ($orders as $number => $lines) {
    $invoices[] = new SalesInvoice(
        docDate: $lines[0]['Date'],
        code: $lines[0]['Customer'],
        description: 'Web shop',
        docRef1: (string) $number,
        sdsDocDetail: array_map(static fn(array $line): SalesInvoiceLine => new SalesInvoiceLine(
            itemCode: $line['SKU'],
            qty: $line['Quantity'],
            unitPrice: $line['Price'],
            tax: cell($line['Tax']),
            taxRate: cell($line['Rate']),
        ), $lines),
    );
}

// The order's number in docRef1 tells whether the invoice exists already.
$names = array_map(strval(...), array_keys($orders));
$results = client()->salesInvoices->ensureMany($invoices, by: 'docRef1', onProgress: progress(...$names));
foreach ($results as $result) {
    if ($result->record !== null) {
        printf("%s is %s, %s\n", $result->record->docRef1, $result->record->docNo, $result->record->docAmt);
    }
}
exit(summary(array_column($results, 'status')));
