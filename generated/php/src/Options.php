<?php

declare(strict_types=1);

namespace SqlAcc;

use SqlAcc\Exception\UsageException;

/** What one call does differently; what is left out stays as the client has it. */
final class Options
{
    /**
     * @param (\Closure(): bool)|null $cancelled asked before each request and while it runs; true ends the call
     * @param array<string, string> $headers further headers; they are not signed
     */
    public function __construct(
        /** Seconds for each request. */
        public readonly ?float $timeout = null,
        /** Seconds for the whole call, all tries and pauses included. */
        public readonly ?float $deadline = null,
        /** Tries in all, 1 for none but the first. */
        public readonly ?int $attempts = null,
        /** False sends a record without checking it first. */
        public readonly ?bool $validate = null,
        public readonly ?\Closure $cancelled = null,
        public readonly array $headers = [],
    ) {
        if (preg_match('/[\r\n\0]/', implode('', [...array_keys($headers), ...array_values($headers)])) === 1) {
            throw new UsageException('A header is one line');
        }
    }
}
