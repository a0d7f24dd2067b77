<?php

declare(strict_types=1);

namespace SqlAcc\Http;

/** What one attempt may take. */
final class Limits
{
    /** @param (\Closure(): bool)|null $cancelled asked now and then; true ends the attempt */
    public function __construct(
        /** Seconds until a connection must stand. */
        public readonly float $connect = 10.0,
        /** Seconds until the whole answer must be here. */
        public readonly float $total = 60.0,
        public readonly ?\Closure $cancelled = null,
        /** Ask on a new connection, since the attempt before this one failed. */
        public readonly bool $fresh = false,
    ) {}
}
