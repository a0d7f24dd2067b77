<?php

declare(strict_types=1);

namespace SqlAcc\Exception;

/** No answer came. `$sent` is false only when surely not one byte of the request reached the server. */
abstract class TransportException extends Failure
{
    public function __construct(string $message, public readonly bool $sent = true, ?\Throwable $previous = null)
    {
        parent::__construct($message, 0, $previous);
    }
}
