<?php

declare(strict_types=1);

namespace SqlAcc;

use SqlAcc\Exception\UnexpectedResponseException;
use SqlAcc\Http\Response;
use SqlAcc\Internal\Json;

/** The answer to a raw call. */
final class RawAnswer
{
    /** @param array<string, string> $headers by lower-case name */
    public function __construct(
        public readonly int $status,
        public readonly array $headers,
        public readonly string $body,
    ) {}

    /** The body read as JSON: objects as stdClass, numbers that PHP would spoil as Number. */
    public function json(): mixed
    {
        try {
            return Json::decode($this->body);
        } catch (\JsonException $error) {
            throw new UnexpectedResponseException(
                'The answer is not JSON',
                new Response($this->status, $this->headers, $this->body),
                $error,
            );
        }
    }
}
