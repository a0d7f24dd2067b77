<?php

declare(strict_types=1);

namespace SqlAcc;

/** Keys, clock and reach are right; a failed ping is an exception that says what is wrong. */
final class Ping
{
    public function __construct(
        /** What `/version` answered. */
        public readonly mixed $version,
        /** Seconds that the server's clock is ahead of this machine's, when it told the time. */
        public readonly ?float $skewSeconds,
        public readonly string $profile,
    ) {}
}
