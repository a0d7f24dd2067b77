<?php

declare(strict_types=1);

namespace SqlAcc\Exception;

/** The number or code is already used. */
final class DuplicateException extends ApiException
{
    public const KIND = 'duplicate';
}
