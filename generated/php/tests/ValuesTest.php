<?php

declare(strict_types=1);

namespace SqlAcc\Tests;

use SqlAcc\Exception\UnexpectedResponseException;
use SqlAcc\Exception\UsageException;
use SqlAcc\Internal\Decimals;
use SqlAcc\Internal\Json;
use SqlAcc\Number;
use SqlAcc\Record\SalesInvoice;
use SqlAcc\Record\SalesInvoiceLine;

final class ValuesTest extends ClientTestCase
{
    public static function decimals(): iterable
    {
        foreach (['0.10', '25.10', '-19.990', '1234567890123456789012345.678', '0', '1e3'] as $digits) {
            yield [$digits];
        }
    }

    /** @dataProvider decimals */
    public function testDecimalsKeepTheirDigits(string $digits): void
    {
        $this->fake->answer(200, '{"dockey":1,"docamt":"' . $digits . '"}');
        self::assertSame($digits === '1e3' ? '1000' : $digits, $this->client->salesInvoices->get(1)->docAmt);
    }

    /** @dataProvider decimals */
    public function testNumbersAreTakenForDecimalsWithoutLoss(string $digits): void
    {
        $this->fake->answer(200, '{"dockey":1,"docamt":' . $digits . ',"udf_rate":' . $digits . ',"sdsdocdetail":[{"dtlkey":1}]}');
        $invoice = $this->client->salesInvoices->get(1);
        $sent = $digits === '1e3' ? '1000' : $digits;
        self::assertSame($sent, $invoice->docAmt);

        $this->fake->answer(200, '{"dockey":1}');
        $this->client->salesInvoices->update($invoice, ['description' => 'x']);
        self::assertStringContainsString('"docamt":"' . $sent . '"', (string) $this->fake->requests[1]->body);
        self::assertStringContainsString('"udf_rate":' . $digits, (string) $this->fake->requests[1]->body);
    }

    public function testIntegersBeyondFloatsAndBeyond64Bits(): void
    {
        $text = '[9007199254740993,-9223372036854775808,9223372036854775808,-0,1.0]';
        $value = Json::decode($text);
        self::assertSame(9007199254740993, $value[0]);
        self::assertSame(PHP_INT_MIN, $value[1]);
        self::assertInstanceOf(Number::class, $value[2]);
        self::assertSame($text, Json::encode($value));
    }

    public function testMissingNullAndEmptyAreThreeThings(): void
    {
        $invoice = SalesInvoice::fromWire(['dockey' => 1, 'agent' => null, 'description' => '']);
        self::assertNull($invoice->docNo);
        self::assertFalse($invoice->has('docNo'));
        self::assertNull($invoice->agent);
        self::assertTrue($invoice->has('agent'));
        self::assertSame('', $invoice->description);
        self::assertSame(['dockey' => 1, 'agent' => null, 'description' => ''], $invoice->toWire());
        self::assertSame(['code' => null], (new SalesInvoice())->with(code: null)->toWire());
    }

    public function testUnknownFieldsAndOddValuesStay(): void
    {
        $text = '{"dockey":1,"udf_x":{"a":[]},"status":"new kind","sdsdocdetail":[{"dtlkey":2,"udf_y":1.50,"styleid":3}]}';
        $this->fake->answer(200, $text);
        $invoice = $this->client->salesInvoices->get(1);
        self::assertNull($invoice->status);
        self::assertSame('new kind', $invoice->get('status'));
        self::assertSame('3', $invoice->sdsDocDetail[0]->styleId);
        self::assertEquals((object) ['a' => []], $invoice->extra()['udf_x']);

        $this->fake->answer(200, '{"dockey":1}');
        $this->client->salesInvoices->update($invoice, ['udf_z' => new Number('0.10')]);
        $sent = (string) $this->fake->requests[1]->body;
        self::assertStringContainsString('"udf_x":{"a":[]}', $sent);
        self::assertStringContainsString('"udf_y":1.50', $sent);
        self::assertStringContainsString('"udf_z":0.10', $sent);
        self::assertStringContainsString('"updatecount":1', $sent);
    }

    public function testTextIsNotTouched(): void
    {
        $text = "漢字 😀 \"'\\ <&> \u{0}\u{2028}\t";
        self::assertSame($text, Json::decode(Json::encode($text)));
        $agent = new \SqlAcc\Record\Agent(code: 'A', description: $text);
        $this->fake->json(['code' => 'A', 'description' => $text]);
        self::assertSame($text, $this->client->agents->create($agent)->description);
        self::assertSame($text, $this->fake->body(0)->description);
    }

    public function testDatesStayDates(): void
    {
        $invoice = SalesInvoice::fromWire(['docdate' => '2028-02-29']);
        self::assertSame('2028-02-29', $invoice->docDate);
    }

    public function testChangesAreTypedByName(): void
    {
        $line = new SalesInvoiceLine(itemCode: 'ANT', qty: '1');
        $invoice = (new SalesInvoice(code: 'A'))->with(sdsDocDetail: [$line], udf_a: 1);
        self::assertSame(['code', 'sdsdocdetail', 'udf_a'], self::sorted(array_keys($invoice->toWire())));
        self::assertSame('ANT', $invoice->sdsDocDetail[0]->itemCode);
        $error = self::thrown(UsageException::class, static fn() => $invoice->with(docNumber: 'x', docN: 'x'));
        self::assertStringContainsString('docNumber', $error->getMessage());
    }

    public function testBrokenJsonIsNotAnAnswer(): void
    {
        foreach (['{"code":1', '01', '[1.]', '<html></html>', '', "{\"a\":\"\xff\"}"] as $text) {
            $this->fake->answer(200, $text);
            self::thrown(UnexpectedResponseException::class, fn() => $this->client->agents->get('A'));
        }
    }

    public function testArithmeticIsExact(): void
    {
        self::assertSame('0.30', Decimals::add('0.1', '0.20'));
        self::assertSame('-0.01', Decimals::subtract('99999999999999999999.99', '100000000000000000000'));
        self::assertSame(0, Decimals::compare('1e2', '100.00'));
        self::assertSame('5.00', Decimals::padded('5', 2));
    }

    /**
     * @param list<string> $names
     * @return list<string>
     */
    private static function sorted(array $names): array
    {
        sort($names);

        return $names;
    }
}
