<?php

declare(strict_types=1);

namespace SqlAcc\Exception;

/** The signature was refused because the clock of this machine is too far from the server's. */
final class ClockSkewException extends AuthenticationException
{
    public const KIND = 'clock_skew';
}
