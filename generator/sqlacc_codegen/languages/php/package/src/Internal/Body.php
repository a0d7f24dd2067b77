<?php

declare(strict_types=1);

namespace SqlAcc\Internal;

use SqlAcc\Exception\ValidationException;
use SqlAcc\Number;
use SqlAcc\Record;

/**
 * A record by wire names to the JSON text that is sent: known fields in the order of the API, decimals as text with
 * their digits, then lines, then what the client does not know.
 *
 * @internal
 */
final class Body
{
    /**
     * @param class-string<Record> $class
     * @param array<array-key, mixed> $wire
     */
    public static function text(string $class, array $wire): string
    {
        $body = self::ordered($class, $wire);
        if ($body === []) {
            throw new ValidationException(['' => 'the record is empty, and an empty body makes the server fail']);
        }
        try {
            return Json::encode($body);
        } catch (\JsonException $error) {
            throw new ValidationException(['' => 'the record cannot be written as JSON: ' . $error->getMessage()]);
        }
    }

    /**
     * Without the keys that the server issues, and without an empty number.
     *
     * @template T of Record
     * @param ObjectFacts<T> $facts
     * @param array<array-key, mixed> $wire
     * @return array<array-key, mixed>
     */
    public static function forCreate(ObjectFacts $facts, array $wire): array
    {
        if ($facts->integerKey) {
            unset($wire[$facts->key]);
        }
        if ($facts->number !== null && in_array($wire[$facts->number] ?? null, [null, ''], true)) {
            unset($wire[$facts->number]);
        }

        return self::withoutRowKeys($facts->class, $wire);
    }

    /**
     * @param class-string<Record> $class
     * @param array<array-key, mixed> $wire
     * @return array<array-key, mixed>
     */
    private static function withoutRowKeys(string $class, array $wire): array
    {
        foreach ($class::LINES as $name => $row) {
            if (isset($wire[$name]) && is_array($wire[$name])) {
                $wire[$name] = array_map(static function (mixed $line) use ($row): mixed {
                    if (!is_array($line) && !$line instanceof \stdClass) {
                        return $line;
                    }
                    $line = (array) $line;
                    unset($line[$row::KEY ?? '']);

                    return self::withoutRowKeys($row, $line);
                }, $wire[$name]);
            }
        }

        return $wire;
    }

    /**
     * @param class-string<Record> $class
     * @param array<array-key, mixed> $wire
     * @return array<array-key, mixed>
     */
    private static function ordered(string $class, array $wire): array
    {
        $body = [];
        foreach (Table::of($class)->columns as $name => $column) {
            if (array_key_exists($name, $wire)) {
                $value = $wire[$name];
                $digits = is_int($value) || $value instanceof Number;
                $body[$name] = $digits && ($column->kind === 'decimal' || $column->kind === 'text') ? (string) $value : $value;
            }
        }
        foreach ($class::LINES as $name => $row) {
            if (array_key_exists($name, $wire)) {
                $rows = $wire[$name];
                $body[$name] = is_array($rows) ? array_map(
                    static fn (mixed $line): mixed => is_array($line) || $line instanceof \stdClass
                        ? (object) self::ordered($row, (array) $line)
                        : $line,
                    array_values($rows),
                ) : $rows;
            }
        }

        return $body + $wire;
    }
}
