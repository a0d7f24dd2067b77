<?php

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use SqlAcc\Testing\FakeTransport;

require_once __DIR__ . '/../autoload.php';

/** The orders of the sample are looked for, and booked when they are not there. No network is used. */
final class OrdersToInvoicesTest extends TestCase
{
    private const SAMPLE = __DIR__ . '/../orders_to_invoices.csv';

    public function testANewOrderIsBookedWithItsLines(): void
    {
        $fake = new FakeTransport();
        foreach (['IV-1', 'IV-2'] as $number) {
            $fake->json(['data' => []])->json(['dockey' => 1, 'docno' => $number]);
        }
        $results = (new OrdersToInvoices($fake->client()))->book(self::SAMPLE);
        self::assertSame(['created', 'created'], array_map(static fn($result) => $result->status, $results));
        $sent = json_decode((string) $fake->requests[1]->body, true);
        self::assertSame('WEB-5001', $sent['docref1']);
        self::assertSame(['ANT', 'HFK'], array_column($sent['sdsdocdetail'], 'itemcode'));
    }

    public function testAnOrderThatIsThereIsLeftAlone(): void
    {
        $fake = new FakeTransport();
        foreach (['WEB-5001' => 7, 'WEB-5002' => 8] as $order => $key) {
            $invoice = ['dockey' => $key, 'docno' => "IV-$key", 'docref1' => $order];
            $fake->json(['data' => [$invoice]])->json(['data' => [$invoice]]);
        }
        $results = (new OrdersToInvoices($fake->client()))->book(self::SAMPLE);
        self::assertSame(['found', 'found'], array_map(static fn($result) => $result->status, $results));
        self::assertSame([], preg_grep('/^POST/', $fake->seen()));
    }
}
