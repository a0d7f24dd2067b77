<?php

declare(strict_types=1);

namespace SqlAcc\Exception;

/** No answer in time. */
final class TimeoutException extends TransportException
{
    public const KIND = 'timeout';
}
