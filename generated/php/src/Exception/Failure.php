<?php

declare(strict_types=1);

namespace SqlAcc\Exception;

/** The common part of all exceptions of this package; catch SqlAccException instead. */
abstract class Failure extends \RuntimeException implements SqlAccException
{
    public const KIND = 'api';

    public function kind(): string
    {
        return static::KIND;
    }
}
