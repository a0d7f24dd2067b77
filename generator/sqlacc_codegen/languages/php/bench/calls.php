<?php

// Calls of the client and bare signed requests, to milliseconds of each; run.sh says how it is started.

declare(strict_types=1);

use SqlAcc\Client;
use SqlAcc\Record\SalesInvoice;
use SqlAcc\Record\SalesInvoiceLine;

[, $package, $calls] = $argv;
require $package . '/autoload.php';

const NAMES = 'host;x-amz-content-sha256;x-amz-date';
const ROUNDS = 7;
define('BASE', (string) getenv('SQLACC_BASE_URL'));
define('ACCESS', (string) getenv('SQLACC_ACCESS_KEY'));
define('SECRET', (string) getenv('SQLACC_SECRET_KEY'));

/** The least that a signed request takes. */
function bare(string $method, string $target, ?array $record = null): array
{
    static $curl = null;
    $curl ??= curl_init();
    $body = $record === null ? '' : json_encode($record);
    $stamp = gmdate('Ymd\THis\Z');
    $scope = substr($stamp, 0, 8) . '/ap-southeast-5/sqlaccount/aws4_request';
    [$path, $query] = explode('?', $target . '?');
    $digest = hash('sha256', $body);
    $lines = ['host:' . explode('//', BASE)[1], "x-amz-content-sha256:$digest", "x-amz-date:$stamp"];
    $canonical = implode("\n", [$method, $path, $query, ...$lines, '', NAMES, $digest]);
    $text = implode("\n", ['AWS4-HMAC-SHA256', $stamp, $scope, hash('sha256', $canonical)]);
    $key = array_reduce(
        explode('/', $scope),
        static fn(string $key, string $part): string => hash_hmac('sha256', $part, $key, true),
        'AWS4' . SECRET,
    );
    $signature = hash_hmac('sha256', $text, $key);
    $lines[] = 'authorization: AWS4-HMAC-SHA256 Credential=' . ACCESS . "/$scope, SignedHeaders=" . NAMES . ", Signature=$signature";
    curl_reset($curl);
    curl_setopt_array($curl, [
        CURLOPT_URL => BASE . $target,
        CURLOPT_CUSTOMREQUEST => $method,
        CURLOPT_HTTPHEADER => $lines,
        CURLOPT_RETURNTRANSFER => true,
    ] + ($record === null ? [] : [CURLOPT_POSTFIELDS => $body]));

    return json_decode(curl_exec($curl), true, flags: JSON_THROW_ON_ERROR);
}

/**
 * Milliseconds of a call of each, the best of several rounds taken in turn.
 *
 * @return list<float>
 */
function best(int $calls, \Closure ...$works): array
{
    $found = array_fill(0, count($works), INF);
    for ($round = 0; $round < ROUNDS; ++$round) {
        foreach ($works as $place => $work) {
            $start = hrtime(true);
            for ($call = 0; $call < $calls; ++$call) {
                $work();
            }
            $found[$place] = min($found[$place], (hrtime(true) - $start) / $calls / 1e6);
        }
    }

    return $found;
}

$invoices = Client::fromEnvironment()->salesInvoices;
$line = ['itemcode' => 'ANT', 'qty' => '2.00', 'unitprice' => '25.10'];
$new = ['code' => '300-G0002', 'docdate' => '2026-01-15', 'sdsdocdetail' => [$line, $line, $line]];
$stored = bare('GET', '/salesinvoice/35')['data'][0];
$read = $invoices->get(35);
$changed = ['description' => 'changed', 'updatecount' => $stored['updatecount'] + 1] + $stored;
$model = static fn(): SalesInvoice => new SalesInvoice(
    code: '300-G0002',
    docDate: '2026-01-15',
    sdsDocDetail: array_map(
        static fn(): SalesInvoiceLine => new SalesInvoiceLine(itemCode: 'ANT', qty: '2.00', unitPrice: '25.10'),
        [1, 2, 3],
    ),
);
$pairs = [
    'create' => [
        static fn(): string => bare('POST', '/salesinvoice', $new)['docno'],
        static fn(): ?string => $invoices->create($model())->docNo,
    ],
    'get' => [
        static fn(): string => bare('GET', '/salesinvoice/35')['data'][0]['docamt'],
        static fn(): ?string => $invoices->get(35)->docAmt,
    ],
    'update' => [
        static fn(): string => bare('PUT', '/salesinvoice/35', $changed)['docno'],
        static fn(): ?string => $invoices->update($read, ['description' => 'changed'])->docNo,
    ],
    'list' => [
        static fn(): array => array_column(bare('GET', '/salesinvoice?limit=50&offset=0')['data'], 'docamt'),
        static fn(): array => array_map(static fn(SalesInvoice $row): ?string => $row->docAmt, $invoices->list()->records),
    ],
];
foreach ($pairs as $call => $works) {
    [$bare, $client] = best((int) $calls, ...$works);
    echo json_encode(['call' => $call, 'bare_ms' => $bare, 'client_ms' => $client]), "\n";
}
