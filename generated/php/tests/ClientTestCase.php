<?php

declare(strict_types=1);

namespace SqlAcc\Tests;

use PHPUnit\Framework\TestCase;
use SqlAcc\Client;
use SqlAcc\Testing\FakeTransport;

/** A client on a fake transport, and the records that the tests share. */
abstract class ClientTestCase extends TestCase
{
    protected FakeTransport $fake;

    protected Client $client;

    protected function setUp(): void
    {
        $this->fake = new FakeTransport();
        $this->client = $this->fake->client();
    }

    /** @return array<string, mixed> */
    protected static function invoice(): array
    {
        return [
            'dockey' => 35,
            'docno' => 'IV-00001',
            'docdate' => '2026-01-15',
            'code' => '300-A0001',
            'docamt' => '19.990',
            'updatecount' => 2,
            'sdsdocdetail' => [
                ['dtlkey' => 1, 'itemcode' => 'ANT', 'qty' => '1.00', 'udf_note' => 'one'],
                ['dtlkey' => 2, 'itemcode' => 'HFK', 'qty' => '2.00'],
            ],
            'udf_colour' => 'red',
        ];
    }

    /**
     * @template E of \Throwable
     * @param class-string<E> $class
     * @return E
     */
    protected static function thrown(string $class, \Closure $call): \Throwable
    {
        try {
            $call();
        } catch (\Throwable $error) {
            self::assertInstanceOf($class, $error);

            return $error;
        }
        self::fail("$class was not thrown");
    }
}
