<?php

declare(strict_types=1);

namespace SqlAcc\Internal;

use SqlAcc\Exception\ValidationException;
use SqlAcc\Record;

/**
 * A record as read and the changes to it, as one record: rows named by key change or go, rows without a key are added,
 * all others stay.
 *
 * @internal
 */
final class Merge
{
    /**
     * @param class-string<Record> $class
     * @param array<array-key, mixed> $stored
     * @param array<array-key, mixed> $changes
     * @return array<array-key, mixed>
     */
    public static function records(string $class, array $stored, array $changes, string $path = ''): array
    {
        unset($changes[Rows::REMOVE]);
        foreach ($changes as $name => $value) {
            $row = $class::LINES[$name] ?? null;
            $stored[$name] = $row !== null && $row::KEY !== null && is_array($value)
                ? self::rows($row, $row::KEY, $stored[$name] ?? [], $value, $path . $name)
                : $value;
        }

        return $stored;
    }

    /**
     * Keys of the rows that the changes remove, by table.
     *
     * @param class-string<Record> $class
     * @param array<array-key, mixed> $changes
     * @return array<string, list<string>>
     */
    public static function removed(string $class, array $changes): array
    {
        $removed = [];
        foreach ($class::LINES as $name => $row) {
            foreach (is_array($changes[$name] ?? null) ? $changes[$name] : [] as $change) {
                $change = (array) $change;
                if (($change[Rows::REMOVE] ?? false) === true && $row::KEY !== null) {
                    $removed[$name][] = self::key($change, $row::KEY) ?? '';
                }
            }
        }

        return $removed;
    }

    /** @param array<array-key, mixed> $row */
    public static function key(array $row, string $name): ?string
    {
        $key = $row[$name] ?? null;

        return Validator::isKey($key) ? (string) $key : null;
    }

    /**
     * @param class-string<Record> $class
     * @param array<array-key, mixed> $changes
     * @return list<mixed>
     */
    private static function rows(string $class, string $key, mixed $stored, array $changes, string $path): array
    {
        $byKey = [];
        $places = [];
        $added = [];
        foreach (array_values($changes) as $index => $change) {
            $change = (array) $change;
            $named = self::key($change, $key);
            if ($named !== null) {
                $byKey[$named] = $change;
                $places[$named] = "{$path}[$index].$key";
            } elseif (($change[Rows::REMOVE] ?? false) === true) {
                throw new ValidationException(["{$path}[$index].$key" => 'is missing, so it is not known which line is to be removed']);
            } else {
                unset($change[$key]);
                $added[] = $change;
            }
        }
        $rows = [];
        foreach (is_array($stored) ? $stored : [] as $row) {
            $row = (array) $row;
            $named = self::key($row, $key);
            $change = $named === null ? null : $byKey[$named] ?? null;
            unset($byKey[$named ?? '']);
            if ($change === null) {
                $rows[] = $row;
            } elseif (($change[Rows::REMOVE] ?? false) !== true) {
                $rows[] = self::records($class, $row, $change, "{$path}[$key=$named].");
            }
        }
        if ($byKey !== []) {
            $strange = array_intersect_key($places, $byKey);
            throw new ValidationException(array_fill_keys($strange, 'is no line of this record; leave the key out to add a line'));
        }

        return [...$rows, ...$added];
    }
}
