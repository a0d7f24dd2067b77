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
        $keys = $facts->integerKey ? [$facts->key => true] : [];
        $wire = array_diff_key($wire, $keys);
        if ($facts->number !== null && in_array($wire[$facts->number] ?? null, [null, ''], true)) {
            unset($wire[$facts->number]);
        }

        return self::rowsWith($facts->class, $wire, static fn(array $row, string $key): array => array_diff_key($row, [$key => true] + $keys));
    }

    /**
     * New rows without placeholders of the keys that the server gives.
     *
     * @param class-string<Record> $class
     * @param array<array-key, mixed> $wire
     * @return array<array-key, mixed>
     */
    public static function forUpdate(string $class, array $wire): array
    {
        return self::rowsWith($class, $wire, static function (array $row, string $key): array {
            if (!Validator::isKey($row[$key] ?? null)) {
                unset($row[$key]);
            }

            return $row;
        });
    }

    /**
     * @param class-string<Record> $class
     * @param array<array-key, mixed> $wire
     * @param \Closure(array<array-key, mixed>, string): array<array-key, mixed> $change of a row and the name of its key
     * @return array<array-key, mixed>
     */
    private static function rowsWith(string $class, array $wire, \Closure $change): array
    {
        foreach ($class::LINES as $name => $row) {
            if (isset($wire[$name]) && is_array($wire[$name])) {
                $wire[$name] = array_map(
                    static fn(mixed $line): mixed => Rows::isRow($line)
                        ? self::rowsWith($row, $change((array) $line, $row::KEY ?? ''), $change)
                        : $line,
                    $wire[$name],
                );
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
        $table = Table::of($class);
        $body = array_intersect_key($table->names, $wire);
        foreach ($body as $name => $_) {
            $value = $wire[$name];
            $kind = $table->columns[$name]->kind ?? null;
            $isNumber = is_int($value) || $value instanceof Number;
            $body[$name] = match (true) {
                $kind === 'decimal' && self::isUnusual($value) => Decimals::plain((string) $value),
                is_string($value) && in_array($kind, ['integer', 'epoch'], true) && preg_match('/^-?\d{1,19}$/D', $value) === 1 => View::of('integer', $value) ?? $value,
                $isNumber && ($kind === 'decimal' || $kind === 'text') => (string) $value,
                $kind === null && is_array($value) => self::rows($class::LINES[$name], $value),
                default => $value,
            };
        }

        return $body + $wire;
    }

    /**
     * @param class-string<Record> $class
     * @param array<array-key, mixed> $rows
     * @return list<mixed>
     */
    private static function rows(string $class, array $rows): array
    {
        $body = [];
        foreach ($rows as $row) {
            $body[] = Rows::isRow($row) ? (object) self::ordered($class, (array) $row) : $row;
        }

        return $body;
    }

    /** A decimal such as `1E+3` is sent as `1000`. */
    private static function isUnusual(mixed $value): bool
    {
        $text = $value instanceof Number ? $value->text : $value;

        return is_string($text) && preg_match('/^-?\d+(?:\.\d+)?[eE][+-]?\d{1,4}$/D', $text) === 1;
    }
}
