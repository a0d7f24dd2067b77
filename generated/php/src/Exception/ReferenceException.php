<?php

declare(strict_types=1);

namespace SqlAcc\Exception;

/** The record refers to something that does not exist. */
final class ReferenceException extends ApiException
{
    public const KIND = 'reference';
}
