<?php

declare(strict_types=1);

namespace SqlAcc\Internal;

use SqlAcc\Record;

/**
 * Lists of lines, between objects, arrays and the wire.
 *
 * @internal
 */
final class Rows
{
    /** Set in a row of changes that is to be removed; never sent. */
    public const REMOVE = '$remove';

    /** @param array<array-key, mixed> $value */
    public static function areRows(array $value): bool
    {
        return array_is_list($value) && array_filter($value, self::isRow(...)) === $value;
    }

    public static function isRow(mixed $row): bool
    {
        return $row instanceof \stdClass || (is_array($row) && ($row === [] || !array_is_list($row)));
    }

    /**
     * @template T of Record
     * @param class-string<T> $class
     * @param array<array-key, mixed> $rows
     * @return list<T>
     */
    public static function records(string $class, array $rows): array
    {
        $records = [];
        foreach ($rows as $row) {
            $records[] = $class::fromWire($row);
        }

        return $records;
    }

    /**
     * @param array<array-key, mixed> $rows
     * @param class-string<Record>|null $class
     * @return list<mixed>
     */
    public static function toWire(array $rows, ?string $class = null): array
    {
        $wire = [];
        foreach ($rows as $row) {
            $wire[] = match (true) {
                $row instanceof Record => $row->toWire(),
                $class !== null && self::isRow($row) => $class::changesToWire((array) $row),
                default => $row, // told by whoever reads it
            };
        }

        return $wire;
    }
}
