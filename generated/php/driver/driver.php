<?php

/**
 * The driver of this client for a contract harness: one JSON object a line on stdin, one answer a line on stdout.
 * Not part of the client.
 */

declare(strict_types=1);

use SqlAcc\Driver\Driver;
use SqlAcc\Driver\Lines;

require __DIR__ . '/../autoload.php';

// stdout belongs to the protocol: what PHP itself has to say goes to stderr, and prints of anybody are turned there.
ini_set('display_errors', 'stderr');
ini_set('memory_limit', '1G');
error_reporting(E_ALL);
set_error_handler(static function (int $level, string $text, string $file, int $line): bool {
    if ((error_reporting() & $level) !== 0) {
        throw new \ErrorException($text, 0, $level, $file, $line);
    }

    return true;
});
ob_start(static function (string $text): string {
    fwrite(STDERR, $text);

    return '';
}, 1);

$lines = new Lines();
$driver = new Driver($lines);
// One call after the other: PHP waits for each. The protocol leaves the order to the driver; what runs at the same time
// in this client (details, batches with concurrency) does so within one call, and verify starts several drivers.
while (($line = $lines->next()) !== null) {
    if (trim($line) !== '') {
        fwrite(STDOUT, $driver->answer($line) . "\n");
        fflush(STDOUT);
    }
}
