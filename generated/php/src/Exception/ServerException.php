<?php

declare(strict_types=1);

namespace SqlAcc\Exception;

/** The server failed. */
final class ServerException extends ApiException
{
    public const KIND = 'server';
}
