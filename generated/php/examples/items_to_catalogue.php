<?php

/**
 * Items of a shop's catalogue into the books, with base unit, prices and tax codes.
 *
 *     php items_to_catalogue.php [items.csv]
 */

declare(strict_types=1);

namespace SqlAcc\Examples;

use SqlAcc\Client;
use SqlAcc\Exception\SqlAccException;
use SqlAcc\Record\StockItem;
use SqlAcc\Record\StockItemUnitOfMeasure;

require __DIR__ . '/common.php';

/** @param array<string, string> $row */
function item(array $row): StockItem
{
    return new StockItem(
        code: $row['SKU'],
        description: $row['Name'],
        stockGroup: $row['Group'],
        irbmClassification: $row['Class'],
        slTax: $row['SalesTax'], // also when empty, so that no default of the database steps in
        phTax: $row['PurchaseTax'],
    );
}

/** @param array<string, string> $row */
function unit(array $row): StockItemUnitOfMeasure
{
    return new StockItemUnitOfMeasure(
        uom: $row['Unit'],
        rate: '1.0000',
        refCost: $row['Cost'],
        refPrice: $row['Price'],
        isBase: 1,
    );
}

/** @param array<string, string> $row */
function store(Client $client, array $row): string
{
    $found = $client->stockItems->find(code: $row['SKU']);
    if ($found === null) {
        $client->stockItems->create(item($row)->with(sdsUom: [unit($row)]));

        return 'created';
    }
    $changes = array_diff_assoc(item($row)->toWire(), array_filter($found->toWire(), is_scalar(...)));
    $units = [];
    foreach ($found->sdsUom ?? [] as $stored) {
        $isPriced = $stored->isBase === 1 && (sameAmount($stored->refCost, $row['Cost']) && sameAmount($stored->refPrice, $row['Price']));
        $units[] = $stored->isBase !== 1 || $isPriced ? $stored : $stored->with(refCost: $row['Cost'], refPrice: $row['Price']);
    }
    if ($units != $found->sdsUom) {
        $changes['sdsuom'] = $units; // a table without keys is replaced as a whole
    }
    if ($changes === []) {
        return 'unchanged';
    }
    $client->stockItems->update($found, $changes);

    return 'updated';
}

/** "4.2" and "4.20" are one price. */
function sameAmount(?string $stored, string $wanted): bool
{
    $plain = static fn(string $text): string => str_contains($text, '.') ? rtrim(rtrim($text, '0'), '.') : $text;

    return $plain($stored ?? '') === $plain($wanted);
}

$client = client();
$statuses = [];
foreach (rows($argv, 'items_to_catalogue.csv') as $row) {
    $words = '';
    try {
        $status = store($client, $row);
    } catch (SqlAccException $error) {
        $status = 'failed';
        $words = ': ' . $error->getMessage();
    }
    printf("%-9s %s%s\n", $status, $row['SKU'], $words);
    $statuses[] = $status;
}
exit(summary($statuses));
