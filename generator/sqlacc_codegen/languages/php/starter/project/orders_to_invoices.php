<?php

// php orders_to_invoices.php [ORDERS.csv], with SQLACC_ACCESS_KEY and SQLACC_SECRET_KEY set, or SQLACC_PROFILE.

declare(strict_types=1);

use SqlAcc\BatchResult;
use SqlAcc\Client;
use SqlAcc\Exception\SqlAccException;

require __DIR__ . '/autoload.php';

try {
    $orders = new OrdersToInvoices(Client::fromEnvironment());
    $results = $orders->book($argv[1] ?? __DIR__ . '/orders_to_invoices.csv', static function (BatchResult $result): void {
        echo "{$result->status} ", $result->record?->docNo ?? $result->error?->getMessage(), "\n";
    });
} catch (SqlAccException | RuntimeException $error) {
    fwrite(STDERR, $error->getMessage() . "\n");
    exit(1);
}
$counts = array_count_values(array_map(static fn(BatchResult $result): string => $result->status, $results));
foreach ($counts as $status => $count) {
    echo "$count $status\n";
}
exit(array_diff(array_keys($counts), ['created', 'found']) === [] ? 0 : 1);
