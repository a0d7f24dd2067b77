<?php

declare(strict_types=1);

use SqlAcc\BatchResult;
use SqlAcc\Client;
use SqlAcc\Record\SalesInvoice;
use SqlAcc\Record\SalesInvoiceLine;

/** Orders of a shop (CSV) into sales invoices: one for each order, none of them twice. */
final class OrdersToInvoices
{
    public function __construct(private readonly Client $client)
    {
    }

    /**
     * Books the file; what became of each order.
     *
     * @return list<BatchResult<SalesInvoice>>
     */
    public function book(string $path, ?Closure $onProgress = null): array
    {
        // The order's number in docRef1 tells whether the invoice exists already.
        return $this->client->salesInvoices->ensureMany($this->invoices($path), by: 'docRef1', onProgress: $onProgress);
    }

    /** @return list<SalesInvoice> */
    private function invoices(string $path): array
    {
        $orders = [];
        foreach ($this->rows($path) as $row) {
            $orders[$row['Order']][] = $row;
        }
        $invoices = [];
        foreach ($orders as $number => $rows) {
            $invoices[] = new SalesInvoice(
                docDate: $rows[0]['Date'],
                code: $rows[0]['Customer'],
                description: 'Web shop',
                docRef1: (string) $number,
                sdsDocDetail: array_map(static fn(array $row): SalesInvoiceLine => new SalesInvoiceLine(
                    itemCode: $row['SKU'],
                    qty: $row['Quantity'],
                    unitPrice: $row['Price'],
                    tax: $row['Tax'] === '' ? null : $row['Tax'],
                    taxRate: $row['Rate'] === '' ? null : $row['Rate'],
                ), $rows),
            );
        }

        return $invoices;
    }

    /** @return iterable<array<string, string>> */
    private function rows(string $path): iterable
    {
        $file = new SplFileObject($path);
        $names = $file->fgetcsv(',', '"', '');
        while (!$file->eof()) {
            $cells = $file->fgetcsv(',', '"', '');
            if (is_array($cells) && is_array($names) && count($cells) === count($names)) {
                yield array_combine($names, $cells);
            }
        }
    }
}
