<?php

declare(strict_types=1);

namespace SqlAcc\Examples;

use SqlAcc\BatchResult;
use SqlAcc\Client;
use SqlAcc\Exception\SqlAccException;

// Composer's autoloader when the package is installed, its own in a checkout.
$composer = __DIR__ . '/../vendor/autoload.php';
require is_file($composer) ? $composer : __DIR__ . '/../autoload.php';

/** The client of the environment: SQLACC_ACCESS_KEY and SQLACC_SECRET_KEY, or SQLACC_PROFILE. */
function client(): Client
{
    try {
        return Client::fromEnvironment();
    } catch (SqlAccException $error) {
        fwrite(STDERR, $error->getMessage() . "\n");
        exit(2);
    }
}

/**
 * The rows of the CSV file named on the command line, or of the sample beside the program.
 *
 * @param list<string> $arguments
 * @return list<array<string, string>>
 */
function rows(array $arguments, string $sample): array
{
    $path = $arguments[1] ?? __DIR__ . '/' . $sample;
    $file = is_file($path) ? fopen($path, 'r') : false;
    if ($file === false) {
        fwrite(STDERR, "$path cannot be read\n");
        exit(2);
    }
    $names = fgetcsv($file, null, ',', '"', '') ?: [];
    $rows = [];
    while (($values = fgetcsv($file, null, ',', '"', '')) !== false) {
        if (count($values) === count($names)) {
            $rows[] = array_combine(array_map(strval(...), $names), array_map(strval(...), $values));
        }
    }

    return $rows;
}

/**
 * Rows by the value of a column.
 *
 * @param list<array<string, string>> $rows
 * @return array<string, non-empty-list<array<string, string>>>
 */
function grouped(array $rows, string $column): array
{
    $groups = [];
    foreach ($rows as $row) {
        $groups[$row[$column]][] = $row;
    }

    return $groups;
}

/** A cell, null when it is empty: what is null is not sent. */
function cell(string $text): ?string
{
    return $text === '' ? null : $text;
}

/** Progress for a batch: one line a record, by the names given. */
function progress(string ...$names): \Closure
{
    return static function (BatchResult $result) use ($names): void {
        $words = $result->error === null ? '' : ': ' . $result->error->getMessage();
        printf("%-8s %s%s\n", $result->status, array_values($names)[$result->index], $words);
    };
}

/**
 * A summary of results by status; the exit code of the program.
 *
 * @param list<string> $statuses
 */
function summary(array $statuses): int
{
    $counts = array_count_values($statuses);
    ksort($counts);
    $texts = array_map(static fn(string $status, int $count): string => "$count $status", array_keys($counts), $counts);
    echo $texts === [] ? "nothing to do\n" : implode(', ', $texts) . "\n";

    return isset($counts['failed']) || isset($counts['unknown']) ? 1 : 0;
}
