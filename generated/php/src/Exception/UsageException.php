<?php

declare(strict_types=1);

namespace SqlAcc\Exception;

/** A call that cannot be meant, such as an unknown field or an empty key; nothing was sent. */
final class UsageException extends Failure
{
    public const KIND = 'usage';
}
