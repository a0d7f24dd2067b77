<?php

declare(strict_types=1);

namespace SqlAcc;

/** What a hook learns about each request: `new Client(..., onAttempt: fn (Attempt $a) => ...)`. */
final class Attempt
{
    public function __construct(
        /** `request` before it is sent, `response` after an answer, `failure` without one, `pause` before the next try. */
        public readonly string $event,
        public readonly string $method,
        /** Path and query. */
        public readonly string $target,
        /** 1 for the first try. */
        public readonly int $number,
        public readonly ?int $status = null,
        /** The kind of failure: connection, timeout or cancelled. */
        public readonly ?string $error = null,
        /** Seconds that the try took, or that the pause will take. */
        public readonly float $seconds = 0.0,
        public readonly string $profile = '',
    ) {}
}
