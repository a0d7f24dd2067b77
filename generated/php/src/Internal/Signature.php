<?php

declare(strict_types=1);

namespace SqlAcc\Internal;

/**
 * A signed request's headers, and the texts that led to them.
 *
 * @internal
 */
final class Signature
{
    /** @param array<string, string> $headers all headers to send, `Authorization` among them */
    public function __construct(
        public readonly string $canonicalRequest,
        public readonly string $stringToSign,
        public readonly array $headers,
    ) {}

    /** @return array<string, string> */
    public function __debugInfo(): array
    {
        return ['canonicalRequest' => $this->canonicalRequest];
    }
}
