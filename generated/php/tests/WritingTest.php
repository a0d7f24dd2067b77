<?php

declare(strict_types=1);

namespace SqlAcc\Tests;

use SqlAcc\BatchResult;
use SqlAcc\Config;
use SqlAcc\Exception\AmbiguousWriteException;
use SqlAcc\Exception\ConfigurationException;
use SqlAcc\Exception\ConnectionException;
use SqlAcc\Exception\LineNotRemovedException;
use SqlAcc\Exception\ServerException;
use SqlAcc\Exception\StaleRecordException;
use SqlAcc\Exception\TimeoutException;
use SqlAcc\Exception\UsageException;
use SqlAcc\Exception\ValidationException;
use SqlAcc\Options;
use SqlAcc\Record\Agent;
use SqlAcc\Record\JournalEntry;
use SqlAcc\Record\SalesInvoice;
use SqlAcc\Record\SalesInvoiceLine;

final class WritingTest extends ClientTestCase
{
    private static function draft(string $docNo = 'IV-9'): SalesInvoice
    {
        $line = new SalesInvoiceLine(itemCode: 'ANT', qty: '2', unitPrice: '25.10');

        return new SalesInvoice(docNo: $docNo, docDate: '2026-01-15', code: '300-A0001', sdsDocDetail: [$line]);
    }

    public function testCreateSendsNoPlaceholders(): void
    {
        $this->fake->json(['data' => [self::invoice()]], 201);
        $record = SalesInvoice::fromWire([
            'dockey' => 0, 'docno' => '', 'docdate' => '2026-01-15', 'code' => 'A', 'sdsdocdetail' => [['dtlkey' => -1, 'qty' => 1]],
        ]);
        self::assertSame('IV-00001', $this->client->salesInvoices->create($record)->docNo);
        self::assertSame(
            '{"docdate":"2026-01-15","code":"A","sdsdocdetail":[{"qty":"1"}]}',
            $this->fake->requests[0]->body,
        );
        self::thrown(ValidationException::class, fn() => $this->client->agents->create(new Agent(), new Options(validate: false)));
    }

    public function testValidationNamesEveryField(): void
    {
        $lines = [new SalesInvoiceLine(itemCode: str_repeat('x', 31), qty: '1.23456', unitPrice: '1,5')];
        $record = new SalesInvoice(docDate: '2026-02-30', docNo: str_repeat('é', 21), sdsDocDetail: $lines);
        $error = self::thrown(ValidationException::class, fn() => $this->client->salesInvoices->create($record));
        $paths = ['code', 'docdate', 'docno', 'sdsdocdetail[0].itemcode', 'sdsdocdetail[0].qty', 'sdsdocdetail[0].unitprice'];
        self::assertEqualsCanonicalizing($paths, array_keys($error->problems));
        $error = self::thrown(ValidationException::class, fn() => $this->client->salesInvoices->create(self::draft()->with(docAmt: 1.5)));
        self::assertStringContainsString('float', $error->getMessage());
        self::assertSame([], $this->fake->requests);
    }

    public function testRules(): void
    {
        $create = fn(JournalEntry $entry) => fn() => $this->client->journalEntries->create($entry);
        $entry = JournalEntry::fromWire(['docdate' => '2026-01-15', 'sdsdocdetail' => [
            ['code' => '1', 'localdr' => '0.30'], ['code' => '2', 'localcr' => '0.1'], ['code' => '3', 'localcr' => '0.19'],
        ]]);
        self::assertArrayHasKey('sdsdocdetail', self::thrown(ValidationException::class, $create($entry))->problems);
        $this->fake->json(['dockey' => 1]);
        $taxed = $entry->with(sdsDocDetail: [['tax' => 'ST'] + $entry->toWire()['sdsdocdetail'][0]]);
        self::assertSame(1, $this->client->journalEntries->create($taxed)->docKey);
        $this->fake->requests = [];
        self::thrown(ValidationException::class, fn() => $this->client->salesInvoices->create(self::draft()->with(sdsDocDetail: [])));
    }

    public function testAWriteIsNeverSentTwice(): void
    {
        foreach ([new TimeoutException('slow'), new ConnectionException('cut', true)] as $failure) {
            $this->fake->requests = [];
            $this->fake->fail($failure);
            $error = self::thrown(AmbiguousWriteException::class, fn() => $this->client->salesInvoices->create(self::draft()));
            self::assertCount(1, $this->fake->requests);
            $this->fake->json(['data' => [['docno' => 'IV-9'] + self::invoice()]]);
            self::assertSame(35, $error->check()?->get('dockey'));
            self::assertSame('GET /salesinvoice/*?docno=IV-9', $this->fake->seen()[1]);
        }
        foreach ([502, 503, 504, 500] as $status) {
            $this->fake->answer($status, '<html>');
            self::thrown(AmbiguousWriteException::class, fn() => $this->client->salesInvoices->create(self::draft()));
        }
        $this->fake->json(['message' => 'Operation aborted'], 500);
        self::thrown(ServerException::class, fn() => $this->client->salesInvoices->create(self::draft()));
    }

    public function testAWriteThatNeverLeftIsTriedAgain(): void
    {
        $this->fake->fail(new ConnectionException('refused', false))->answer(429, '<html>')->json(self::invoice());
        self::assertSame(35, $this->client->salesInvoices->create(self::draft())->docKey);
        self::assertCount(3, $this->fake->requests);
    }

    public function testUpdateKeepsWhatWasReadAndCountsOn(): void
    {
        $this->fake->json(self::invoice())->json(self::invoice());
        $read = $this->client->salesInvoices->get(35);
        $this->client->salesInvoices->update($read, new SalesInvoice(description: 'new', sdsDocDetail: [
            new SalesInvoiceLine(dtlKey: 2, qty: '5'),
            new SalesInvoiceLine(itemCode: 'COVER', qty: '1'),
        ]));
        $sent = $this->fake->body(1);
        self::assertSame('PUT /salesinvoice/35', $this->fake->seen()[1]);
        self::assertSame(3, $sent->updatecount);
        self::assertSame('red', $sent->udf_colour);
        self::assertSame('19.990', $sent->docamt);
        self::assertEquals([
            (object) ['dtlkey' => 1, 'itemcode' => 'ANT', 'qty' => '1.00', 'udf_note' => 'one'],
            (object) ['dtlkey' => 2, 'itemcode' => 'HFK', 'qty' => '5'],
            (object) ['itemcode' => 'COVER', 'qty' => '1'],
        ], $sent->sdsdocdetail);
    }

    public function testRemovingALine(): void
    {
        $read = SalesInvoice::fromWire(self::invoice());
        $changes = ['sdsDocDetail' => [SalesInvoiceLine::removed(2)]];
        $this->fake->json(self::invoice());
        $error = self::thrown(LineNotRemovedException::class, fn() => $this->client->salesInvoices->update($read, $changes));
        self::assertSame(['sdsdocdetail[dtlkey=2]'], $error->paths);
        self::assertCount(1, $this->fake->body(0)->sdsdocdetail);

        $unknown = ['sdsDocDetail' => [['dtlkey' => 99, 'qty' => '1']]];
        self::thrown(ValidationException::class, fn() => $this->client->salesInvoices->update($read, $unknown));
    }

    public function testARowOfAListIsNotUpdatedWhateverLinesItWasGiven(): void
    {
        $head = array_diff_key(self::invoice(), ['sdsdocdetail' => 0]);
        $this->fake->json(['data' => [$head]]);
        $row = $this->client->salesInvoices->list()->records[0];
        $given = $row->with(sdsDocDetail: [new SalesInvoiceLine(itemCode: 'ANT', qty: '1')]);
        foreach ([$row, $given, SalesInvoice::fromWire($head)] as $bare) {
            $error = self::thrown(UsageException::class, fn() => $this->client->salesInvoices->update($bare, ['description' => 'x']));
            self::assertStringContainsString('came without its lines', $error->getMessage());
        }
        self::assertCount(1, $this->fake->requests);
    }

    public function testARecordThatWasOnlyAcknowledgedIsReadBeforeItIsUpdated(): void
    {
        $this->fake->answer(200);
        $sent = $this->client->salesInvoices->update(SalesInvoice::fromWire(self::invoice()), ['description' => 'x']);
        self::assertTrue($sent->isAsSent());
        foreach ([$sent, $sent->with(description: 'y')] as $unread) {
            self::thrown(UsageException::class, fn() => $this->client->salesInvoices->update($unread, []));
        }
        self::assertCount(1, $this->fake->requests);
    }

    public function testChangesOfOneLineAddUp(): void
    {
        $this->fake->json(self::invoice());
        $changes = ['sdsDocDetail' => [['dtlkey' => 1, 'qty' => '7'], ['dtlkey' => 1, 'description' => 'seven']]];
        $this->client->salesInvoices->update(SalesInvoice::fromWire(self::invoice()), $changes);
        $line = $this->fake->body(0)->sdsdocdetail[0];
        self::assertSame(['7', 'seven'], [$line->qty, $line->description]);
    }

    public function testStaleRecordsAreReadAgain(): void
    {
        $stale = ['message' => 'Record has been changed by another user'];
        $this->fake->json(self::invoice())->json($stale, 400)->json(['updatecount' => 7] + self::invoice())->json(self::invoice());
        $change = static fn(SalesInvoice $now): array => ['description' => $now->updateCount . ' edits'];
        $this->client->salesInvoices->updateWithRetry(35, $change);
        self::assertSame('7 edits', $this->fake->body(3)->description);
        self::assertSame(8, $this->fake->body(3)->updatecount);

        $this->fake->json($stale, 409)->json(['updatecount' => 7] + self::invoice());
        $read = SalesInvoice::fromWire(self::invoice());
        $error = self::thrown(StaleRecordException::class, fn() => $this->client->salesInvoices->update($read, ['description' => 'x']));
        self::assertSame($read, $error->yours());
        self::assertSame(7, $error->stored()->get('updatecount'));
    }

    public function testEnsureFindsBeforeItCreates(): void
    {
        $this->fake->json(['data' => [['dockey' => 35, 'docno' => 'IV-9']]]);
        self::assertFalse($this->client->salesInvoices->ensure(self::draft(), 'docNo')->created);
        $this->fake->json(['data' => []])->json(self::invoice());
        self::assertTrue($this->client->salesInvoices->ensure(self::draft(), 'docno')->created);
    }

    public function testABatchGoesOnWhereItWasCut(): void
    {
        $journal = tempnam(sys_get_temp_dir(), 'sqlacc') ?: self::fail('no temporary file');
        $drafts = [self::draft('IV-1'), self::draft('IV-2'), self::draft('IV-3')];
        $this->fake->json(['docno' => 'IV-1'] + self::invoice())->fail(new TimeoutException('slow'));
        $results = $this->client->salesInvoices->createMany($drafts, $journal, stopOnError: true);
        self::assertSame(['created', 'unknown', 'skipped'], array_column($results, 'status'));
        file_put_contents($journal, '{"n":2,"key":"torn', FILE_APPEND);

        $this->fake->requests = [];
        $this->fake->json(['data' => [['docno' => 'IV-2'] + self::invoice()]])->json(['docno' => 'IV-3'] + self::invoice());
        $results = $this->client->salesInvoices->createMany($drafts, $journal);
        self::assertSame(['found', 'found', 'created'], array_column($results, 'status'));
        self::assertSame(['GET /salesinvoice/*?docno=IV-2', 'POST /salesinvoice'], $this->fake->seen());

        self::assertSame(BatchResult::FOUND, $this->client->salesInvoices->createMany($drafts, $journal)[2]->status);
        $other = [self::draft('IV-7')];
        self::thrown(ConfigurationException::class, fn() => $this->client->salesInvoices->createMany($other, $journal));
        $lines = file($journal, FILE_IGNORE_NEW_LINES) ?: [];
        self::assertMatchesRegularExpression('/^\{"n":0,"key":"[0-9a-f]{64}","account":"[0-9a-f]{16}","state":"started","docno":"IV-1"\}$/D', $lines[0]);
        unlink($journal);
    }

    public function testAJournalBelongsToOneServerAndKey(): void
    {
        $journal = tempnam(sys_get_temp_dir(), 'sqlacc') ?: self::fail('no temporary file');
        $key = '0123456789abcdef0123456789abcdef.sql.my/APIUSER';
        $run = fn(string $url, string $key, string $secret = 'x'): array => array_column(
            $this->fake->client(new Config($key, $secret, $url))->salesInvoices->createMany([self::draft('IV-1')], $journal),
            'status',
        );
        $this->fake->json(['docno' => 'IV-1'] + self::invoice());
        self::assertSame(['created'], $run('https://api.sql.my', $key));
        $whole = (string) file_get_contents($journal);
        // the same in the tests of every language
        self::assertSame(2, substr_count($whole, '"account":"cc8fe5f26c282729",'));
        self::assertSame(2, substr_count($whole, "\n"));
        foreach ([['https://api.sql.my', 'other.sql.my/APIUSER'], ['https://sandbox.invalid', $key]] as [$url, $other]) {
            $error = self::thrown(ConfigurationException::class, fn() => $run($url, $other));
            self::assertStringContainsString('was begun with other keys or on another server', $error->getMessage());
            self::assertStringNotContainsString('APIUSER', $error->getMessage());
        }
        self::assertStringEqualsFile($journal, $whole);
        self::assertSame(['found'], $run('https://API.sql.my:443/', $key, 'new'));
        file_put_contents($journal, str_replace('"account":"cc8fe5f26c282729",', '', $whole)); // of an older version
        self::assertSame(['found'], $run('https://sandbox.invalid', $key));
        self::assertCount(1, $this->fake->requests);
        unlink($journal);
    }

    public function testAnOrderBecomesAnInvoice(): void
    {
        $order = [
            'dockey' => 44, 'code' => '300-A0001', 'terms' => '30 Days', 'transferable' => true,
            'sdsdocdetail' => [
                ['dtlkey' => 1, 'itemcode' => 'ANT', 'qty' => '30.00', 'offsetqty' => '17.5', 'unitprice' => '2'],
                ['dtlkey' => 2, 'itemcode' => 'HFK', 'qty' => '5', 'offsetqty' => '5'],
            ],
        ];
        $this->fake->json($order)->json(self::invoice());
        $this->client->workflows->orderToInvoice(44, header: ['docDate' => '2026-01-15']);
        $sent = $this->fake->body(1);
        self::assertSame(['300-A0001', '30 Days', '2026-01-15'], [$sent->code, $sent->terms, $sent->docdate]);
        self::assertCount(1, $sent->sdsdocdetail);
        self::assertSame(['12.50', 'SO', 44, 1], [
            $sent->sdsdocdetail[0]->qty, $sent->sdsdocdetail[0]->fromdoctype, $sent->sdsdocdetail[0]->fromdockey,
            $sent->sdsdocdetail[0]->fromdtlkey,
        ]);
        $this->fake->json($order);
        $tooMuch = [['dtlkey' => 1, 'qty' => '12.51']];
        self::thrown(ValidationException::class, fn() => $this->client->workflows->orderToInvoice(44, $tooMuch));
    }

    public function testAPaymentSettlesInvoices(): void
    {
        $this->fake->json(self::invoice())->json(['docno' => 'IV-2', 'docamt' => '100'] + self::invoice())->json(['dockey' => 9]);
        $header = ['docDate' => '2026-01-20'];
        $this->client->workflows->settleInvoice([35, 36], '310-001', '60.00', $header);
        $sent = $this->fake->body(2);
        self::assertSame('60.00', $sent->docamt);
        self::assertSame(['19.990', '40.010'], array_column($sent->sdsknockoff, 'koamt'));
    }
}
