<?php

declare(strict_types=1);

namespace SqlAcc\Http;

use SqlAcc\Internal\Secret;

/** One HTTP answer: status, headers by lower-case name, and the bytes of the body. */
final class Response
{
    /** @param array<string, string> $headers by lower-case name */
    public function __construct(
        public readonly int $status,
        public readonly array $headers,
        public readonly string $body,
        private readonly ?Secret $secret = null,
    ) {}

    /** The same answer, of which nobody is shown this secret. */
    public function hiding(Secret $secret): self
    {
        return new self($this->status, $this->headers, $this->body, $secret);
    }

    /** A text out of the answer as it may be shown: a server might repeat the secret key. */
    public function shown(string $text): string
    {
        $secret = $this->secret?->reveal() ?? '';

        // what is shorter is no secret of this service, and would blot out words
        return strlen($secret) < 8 ? $text : str_replace($secret, '***', $text);
    }

    public function header(string $name): string
    {
        return $this->headers[strtolower($name)] ?? '';
    }

    public function isSuccess(): bool
    {
        return $this->status >= 200 && $this->status < 300;
    }
}
