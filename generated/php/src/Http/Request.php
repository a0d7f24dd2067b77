<?php

declare(strict_types=1);

namespace SqlAcc\Http;

/** One HTTP request, signed, exactly as its bytes shall stand on the wire. */
final class Request
{
    /** @param array<string, string> $headers */
    public function __construct(
        public readonly string $method,
        /** Scheme, host and port: `https://api.sql.my`. */
        public readonly string $origin,
        /** Path and query, percent-encoded; to be sent as it stands. */
        public readonly string $target,
        public readonly array $headers,
        public readonly ?string $body = null,
    ) {}

    public function url(): string
    {
        return $this->origin . $this->target;
    }

    /** Is a second delivery harmless? */
    public function isRead(): bool
    {
        return $this->method === 'GET' || $this->method === 'HEAD';
    }

    /** @return array<string, mixed> without the credentials and without the personal data of the body */
    public function __debugInfo(): array
    {
        return [
            'method' => $this->method,
            'url' => $this->url(),
            'headers' => array_intersect_key(['Authorization' => '***', 'X-Amz-Security-Token' => '***'], $this->headers) + $this->headers,
            'body' => $this->body === null ? null : strlen($this->body) . ' bytes',
        ];
    }
}
