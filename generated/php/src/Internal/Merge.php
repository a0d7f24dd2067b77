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
            if ($row !== null && (!is_array($value) || !Rows::areRows($value))) {
                throw new ValidationException(self::noRows($value, $path . $name));
            }
            $stored[$name] = $row !== null && $row::KEY !== null
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

    /**
     * A table that is null would take away all its lines, or none.
     *
     * @return array<string, string>
     */
    private static function noRows(mixed $value, string $path): array
    {
        if (!is_array($value) || !array_is_list($value)) {
            return [$path => 'must be a list of lines; name lines to be removed'];
        }
        $problems = [];
        foreach ($value as $index => $row) {
            if (!Rows::isRow($row)) {
                $problems["{$path}[$index]"] = 'must be a line';
            }
        }

        return $problems;
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
        $rows = [];
        foreach (is_array($stored) ? $stored : [] as $row) {
            $row = (array) $row;
            $named = self::key($row, $key);
            $rows[$named ?? ' ' . count($rows)] = $row;
        }
        $known = $rows;
        $problems = [];
        $added = [];
        foreach (array_values($changes) as $index => $change) {
            $change = (array) $change;
            $named = self::key($change, $key);
            $remove = ($change[Rows::REMOVE] ?? false) === true;
            if ($named === null && !$remove) {
                unset($change[$key]);
                $added[] = $change;
            } elseif ($named === null) {
                $problems["{$path}[$index].$key"] = 'is missing, so it is not known which line is to be removed';
            } elseif (!isset($known[$named])) {
                $problems["{$path}[$index].$key"] = 'is no line of this record; leave the key out to add a line';
            } elseif ($remove) {
                unset($rows[$named]);
            } elseif (isset($rows[$named])) {
                $rows[$named] = self::records($class, $rows[$named], $change, "{$path}[$index].");
            }
        }
        if ($problems !== []) {
            throw new ValidationException($problems);
        }

        return [...array_values($rows), ...$added];
    }
}
