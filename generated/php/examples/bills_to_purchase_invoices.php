<?php

/**
 * Suppliers' bills into purchase invoices, under the number that the supplier printed.
 *
 *     php bills_to_purchase_invoices.php [bills.csv]
 */

declare(strict_types=1);

namespace SqlAcc\Examples;

use SqlAcc\Record\PurchaseInvoice;
use SqlAcc\Record\PurchaseInvoiceLine;

require __DIR__ . '/common.php';

$bills = grouped(rows($argv, 'bills_to_purchase_invoices.csv'), 'Bill');
$invoices = [];
foreach ($bills as $number => $lines) {
    $invoices[] = new PurchaseInvoice(
        docNo: (string) $number,
        docDate: $lines[0]['Date'],
        code: $lines[0]['Supplier'],
        sdsDocDetail: array_map(static fn(array $line): PurchaseInvoiceLine => new PurchaseInvoiceLine(
            itemCode: cell($line['SKU']),
            description: cell($line['Text']),
            qty: $line['Quantity'],
            unitPrice: $line['Price'],
            tax: cell($line['Tax']),
            taxRate: cell($line['Rate']),
            account: cell($line['Account']),
        ), $lines),
    );
}

// The number alone may be another supplier's.
$names = array_map(strval(...), array_keys($bills));
$results = client()->purchaseInvoices->ensureMany($invoices, by: ['docNo', 'code'], onProgress: progress(...$names));
exit(summary(array_column($results, 'status')));
