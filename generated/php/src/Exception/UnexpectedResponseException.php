<?php

declare(strict_types=1);

namespace SqlAcc\Exception;

use SqlAcc\Http\Response;

/** An answer came that is not the API's: a web page, cut or invalid JSON, a redirect, something that is no PDF. */
final class UnexpectedResponseException extends Failure
{
    public const KIND = 'unexpected_response';

    public function __construct(
        string $message,
        public readonly ?Response $response = null,
        ?\Throwable $previous = null,
        /** The status says that a write was carried out, though the answer cannot be read. */
        public readonly bool $written = false,
    ) {
        parent::__construct($message, 0, $previous);
    }
}
