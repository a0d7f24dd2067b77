<?php

declare(strict_types=1);

namespace SqlAcc\Exception;

/** The licence allows no further connection. */
final class LicenceException extends ApiException
{
    public const KIND = 'licence';
}
