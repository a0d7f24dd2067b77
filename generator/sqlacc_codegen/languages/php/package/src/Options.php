<?php

declare(strict_types=1);

namespace SqlAcc;

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
        /** Tries in all, 1 for none but the first. */
        public readonly ?int $attempts = null,
        /** False sends a record without checking it first. */
        public readonly ?bool $validate = null,
        public readonly ?\Closure $cancelled = null,
        public readonly array $headers = [],
    ) {}
}
