<?php

declare(strict_types=1);

namespace SqlAcc\Exception;

use SqlAcc\Record;

/** The update was stored, but the server kept lines that were to be removed. */
final class LineNotRemovedException extends Failure
{
    public const KIND = 'line_not_removed';

    /** @param list<string> $paths the lines that are still there, such as `sdsdocdetail[dtlkey=12]` */
    public function __construct(string $message, public readonly Record $record, public readonly array $paths)
    {
        parent::__construct($message);
    }
}
