<?php

declare(strict_types=1);

namespace SqlAcc\Http;

use SqlAcc\Internal\Secret;

/** One HTTP answer: status, headers by lower-case name, and the bytes of the body. */
final class Response
{
    /**
     * @param array<string, string> $headers by lower-case name
     * @param array<?Secret> $secrets
     */
    public function __construct(
        public readonly int $status,
        public readonly array $headers,
        public readonly string $body,
        private readonly array $secrets = [],
    ) {}

    /** The same answer, of which nobody is shown these secrets. */
    public function hiding(?Secret ...$secrets): self
    {
        return new self($this->status, $this->headers, $this->body, $secrets);
    }

    /** A text out of the answer as it may be shown: a server might repeat a secret. */
    public function shown(string $text): string
    {
        $secrets = array_map(static fn(?Secret $secret): string => $secret?->reveal() ?? '', $this->secrets);

        // what is shorter is no secret of this service, and would blot out words
        foreach (array_filter($secrets, static fn(string $secret): bool => strlen($secret) >= 8) as $secret) {
            $text = str_replace([$secret, str_replace('/', '\/', $secret), rawurlencode($secret)], '***', $text);
        }

        return $text;
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
