<?php

declare(strict_types=1);

namespace SqlAcc\Exception;

/** More than one record matches where one was asked for. */
final class MultipleFoundException extends Failure
{
    public const KIND = 'multiple_found';
}
