<?php

/**
 * The driver of this client for a contract harness: one JSON object a line on stdin, one answer a line on stdout.
 * Not part of the client.
 */

declare(strict_types=1);

use SqlAcc\Driver\Driver;

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

$driver = new Driver();
while (($line = fgets(STDIN)) !== false) {
    if (trim($line) !== '') {
        fwrite(STDOUT, $driver->answer($line) . "\n");
        fflush(STDOUT);
    }
}
