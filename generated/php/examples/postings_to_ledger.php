<?php

/**
 * Postings of another system into the ledger: journal entries, customer payments and payment vouchers.
 *
 *     php postings_to_ledger.php [postings.csv]
 */

declare(strict_types=1);

namespace SqlAcc\Examples;

use SqlAcc\Client;
use SqlAcc\Ensured;
use SqlAcc\Exception\SqlAccException;
use SqlAcc\Record\CustomerPayment;
use SqlAcc\Record\CustomerPaymentKnockOff;
use SqlAcc\Record\JournalEntry;
use SqlAcc\Record\JournalEntryLine;
use SqlAcc\Record\PaymentVoucher;
use SqlAcc\Record\PaymentVoucherLine;

require __DIR__ . '/common.php';

/**
 * Finds the voucher by its number, and posts it when there is none.
 *
 * @param non-empty-list<array<string, string>> $rows
 * @return Ensured<*>
 */
function post(Client $client, string $number, array $rows): Ensured
{
    $head = $rows[0];

    return match ($head['Kind']) {
        'journal' => $client->journalEntries->ensure(new JournalEntry(
            docNo: $number,
            docDate: $head['Date'],
            description: $head['Text'],
            sdsDocDetail: array_map(static fn(array $row): JournalEntryLine => new JournalEntryLine(
                code: $row['Account'],
                description: $row['Text'],
                localDr: cell($row['Debit']),
                localCr: cell($row['Credit']),
            ), $rows),
        ), 'docNo'),
        'receipt' => $client->customerPayments->ensure(new CustomerPayment(
            docNo: $number,
            docDate: $head['Date'],
            code: $head['Customer'],
            description: $head['Text'],
            paymentMethod: $head['Bank'],
            docAmt: $head['Amount'],
            sdsKnockOff: $head['Invoice'] === '' ? null : [
                new CustomerPaymentKnockOff(docType: 'IV', docNo: $head['Invoice'], koAmt: $head['Amount'], knockOff: true),
            ],
        ), 'docNo'),
        'payment' => $client->paymentVouchers->ensure(new PaymentVoucher(
            docNo: $number,
            docDate: $head['Date'],
            description: $head['Text'],
            paymentMethod: $head['Bank'],
            docAmt: $head['Amount'],
            sdsDocDetail: [
                new PaymentVoucherLine(code: $head['Account'], description: $head['Text'], amount: $head['Amount']),
            ],
        ), 'docNo'),
        default => throw new \DomainException("Voucher $number is of the unknown kind \"{$head['Kind']}\""),
    };
}

$client = client();
$statuses = [];
foreach (grouped(rows($argv, 'postings_to_ledger.csv'), 'Voucher') as $number => $rows) {
    $words = '';
    try {
        $status = post($client, (string) $number, $rows)->created ? 'created' : 'found';
    } catch (SqlAccException|\DomainException $error) {
        $status = 'failed';
        $words = ': ' . $error->getMessage();
    }
    printf("%-8s %s%s\n", $status, $number, $words);
    $statuses[] = $status;
}
exit(summary($statuses));
