<?php

declare(strict_types=1);

namespace SqlAcc\Exception;

/** The keys or the signature were refused. */
class AuthenticationException extends ApiException
{
    public const KIND = 'authentication';
}
