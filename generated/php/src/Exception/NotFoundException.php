<?php

declare(strict_types=1);

namespace SqlAcc\Exception;

/** No such record. */
final class NotFoundException extends ApiException
{
    public const KIND = 'not_found';
}
