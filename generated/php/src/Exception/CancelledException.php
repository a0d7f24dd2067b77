<?php

declare(strict_types=1);

namespace SqlAcc\Exception;

/** The caller's cancellation was seen; no further request was sent. */
final class CancelledException extends Failure
{
    public const KIND = 'cancelled';

    public function __construct(string $message, public readonly bool $sent = false)
    {
        parent::__construct($message);
    }
}
