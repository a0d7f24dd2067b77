<?php

declare(strict_types=1);

namespace SqlAcc\Driver;

use SqlAcc\Client;
use SqlAcc\Facts;

/** Arguments under which an operation makes one request, for reading a response that is given. */
final class Parsing
{
    public static function arguments(Client $client, string $operation): \stdClass
    {
        [$of, $kind] = explode('.', $operation, 2);
        if ($of === 'client') {
            return (object) ['method' => 'GET', 'path' => '/version'];
        }
        $facts = Calls::of($client, $of)->caller->facts;
        $key = $facts->integerKey ? 1 : 'X';
        $record = (object) [$facts->key => $key, 'udf_any' => 'X'];

        return match ($kind) {
            'create' => (object) ['record' => $record],
            'update' => (object) ['record' => self::whole($record, $facts->class), 'changes' => new \stdClass()],
            'find' => (object) ['where' => (object) [$facts->indexed[0] ?? $facts->key => '*']],
            default => (object) ['key' => $key, 'limit' => Facts::PAGE_SIZE],
        };
    }

    /** @param class-string<\SqlAcc\Record> $class */
    private static function whole(\stdClass $record, string $class): \stdClass
    {
        return (object) ((array) $record + array_fill_keys(array_keys($class::LINES), []));
    }
}
