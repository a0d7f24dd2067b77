<?php

declare(strict_types=1);

namespace SqlAcc;

use SqlAcc\Exception\SqlAccException;

/**
 * What became of one record of a batch.
 *
 * @template T of Record
 */
final class BatchResult
{
    /** Made by this run. */
    public const CREATED = 'created';

    /** It was there already, or the journal says that an earlier run made it. */
    public const FOUND = 'found';

    /** Refused or invalid; see `error`. */
    public const FAILED = 'failed';

    /** Not tried, after a failure with `stopOnError`, or cancelled before it was sent. */
    public const SKIPPED = 'skipped';

    /** Sent with unknown outcome, by this run or one that was cut short: check before you repeat it. */
    public const UNKNOWN = 'unknown';

    /**
     * @param self::* $status
     * @param T|null $record missing when the journal alone knows that it exists
     */
    public function __construct(
        /** Position in the list given. */
        public readonly int $index,
        public readonly string $status,
        public readonly ?Record $record = null,
        public readonly ?SqlAccException $error = null,
    ) {}
}
