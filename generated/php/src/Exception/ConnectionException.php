<?php

declare(strict_types=1);

namespace SqlAcc\Exception;

/** No connection, or it broke before the answer was complete. */
final class ConnectionException extends TransportException
{
    public const KIND = 'connection';
}
