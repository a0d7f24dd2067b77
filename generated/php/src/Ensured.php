<?php

declare(strict_types=1);

namespace SqlAcc;

/**
 * What `ensure` found or made.
 *
 * @template T of Record
 */
final class Ensured
{
    /** @param T $record */
    public function __construct(
        public readonly Record $record,
        /** False when it was there already. */
        public readonly bool $created,
    ) {}
}
