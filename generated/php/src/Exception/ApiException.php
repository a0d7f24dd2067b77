<?php

declare(strict_types=1);

namespace SqlAcc\Exception;

use SqlAcc\Http\Response;

/** The API refused: HTTP status and the server's own words, with a summary of what was asked. */
class ApiException extends Failure
{
    public const KIND = 'api';

    final public function __construct(
        /** HTTP status. */
        public readonly int $status,
        /** The server's message, unchanged. */
        public readonly string $serverMessage,
        /** What was asked, such as `POST /salesinvoice (profile demo)`; never holds a key or a body. */
        public readonly string $request,
        /** The whole answer. */
        public readonly Response $response,
    ) {
        parent::__construct(sprintf('%s: %d %s', $request, $status, $serverMessage), $status);
    }
}
