<?php

declare(strict_types=1);

namespace SqlAcc\Internal;

use SqlAcc\Exception\LineNotRemovedException;
use SqlAcc\Record;

/**
 * Looks whether the lines that an update removed are gone: what the server does with lines left out is not documented.
 *
 * @internal
 */
final class Removal
{
    /**
     * @param class-string<Record> $class
     * @param array<array-key, mixed> $changes
     */
    public static function check(string $class, array $changes, Record $answer): void
    {
        $kept = [];
        foreach (Merge::removed($class, $changes) as $table => $keys) {
            $name = $class::LINES[$table]::KEY ?? '';
            foreach (is_array($rows = $answer->get($table)) ? $rows : [] as $row) {
                $key = Merge::key((array) $row, $name);
                if ($key !== null && in_array($key, $keys, true)) {
                    $kept[] = "{$table}[$name=$key]";
                }
            }
        }
        if ($kept !== []) {
            $text = 'The update was stored, but the server kept ' . implode(', ', $kept);
            throw new LineNotRemovedException($text, $answer, $kept);
        }
    }
}
