<?php

declare(strict_types=1);

namespace SqlAcc\Internal;

/**
 * AWS Signature Version 4, equal to botocore's: the path is normalised and encoded once more as it stands on the wire
 * (`/salesinvoice/*` signs as `/salesinvoice/%2A`), the query is sorted as written.
 *
 * @internal
 */
final class Signer
{
    private const ALGORITHM = 'AWS4-HMAC-SHA256';

    /** Headers that botocore leaves out, since proxies change them. */
    private const UNSIGNED = [
        'authorization', 'baggage', 'connection', 'date', 'expect', 'keep-alive', 'proxy-authenticate', 'proxy-authorization',
        'te', 'traceparent', 'tracestate', 'trailer', 'transfer-encoding', 'upgrade', 'user-agent', 'x-amzn-trace-id',
    ];

    private string $day = '';

    private ?Secret $key = null;

    public function __construct(
        private readonly Secret $accessKey,
        private readonly Secret $secretKey,
        private readonly string $region,
        private readonly string $service,
    ) {}

    /**
     * @param string $target path and query as sent
     * @param array<string, string> $headers those to be signed, `Host` among them
     */
    public function sign(
        string $method,
        string $target,
        array $headers,
        string $body,
        \DateTimeInterface $now,
    ): Signature {
        $stamp = gmdate('Ymd\THis\Z', $now->getTimestamp());
        $headers = ['X-Amz-Date' => $stamp, 'X-Amz-Content-Sha256' => hash('sha256', $body)] + $headers;
        $signed = [];
        foreach ($headers as $name => $value) {
            $name = strtolower($name);
            if (!in_array($name, self::UNSIGNED, true)) {
                $signed[$name] = trim((string) preg_replace('/\s+/', ' ', $value));
            }
        }
        ksort($signed, SORT_STRING);
        $names = implode(';', array_keys($signed));
        $lines = '';
        foreach ($signed as $name => $value) {
            $lines .= $name . ':' . $value . "\n";
        }
        [$path, $query] = explode('?', $target, 2) + [1 => ''];
        $canonical = implode("\n", [
            strtoupper($method), self::path($path), self::query($query), $lines, $names, $headers['X-Amz-Content-Sha256'],
        ]);
        $scope = substr($stamp, 0, 8) . '/' . $this->region . '/' . $this->service . '/aws4_request';
        $text = implode("\n", [self::ALGORITHM, $stamp, $scope, hash('sha256', $canonical)]);
        $signature = hash_hmac('sha256', $text, $this->key(substr($stamp, 0, 8)));
        $headers['Authorization'] = sprintf(
            '%s Credential=%s/%s, SignedHeaders=%s, Signature=%s',
            self::ALGORITHM,
            $this->accessKey->reveal(),
            $scope,
            $names,
            $signature,
        );

        return new Signature($canonical, $text, $headers);
    }

    private function key(string $day): string
    {
        if ($this->key === null || $day !== $this->day) {
            $key = 'AWS4' . $this->secretKey->reveal();
            foreach ([$day, $this->region, $this->service, 'aws4_request'] as $part) {
                $key = hash_hmac('sha256', $part, $key, true);
            }
            $this->day = $day;
            $this->key = new Secret($key);
        }

        return $this->key->reveal();
    }

    private static function path(string $path): string
    {
        $kept = [];
        foreach (explode('/', $path) as $part) {
            if ($part === '..') {
                array_pop($kept);
            } elseif ($part !== '' && $part !== '.') {
                $kept[] = rawurlencode($part);
            }
        }

        return '/' . implode('/', $kept) . ($kept !== [] && str_ends_with($path, '/') ? '/' : '');
    }

    private static function query(string $query): string
    {
        if ($query === '') {
            return '';
        }
        $pairs = array_map(static fn(string $pair): array => explode('=', $pair, 2) + [1 => ''], explode('&', $query));
        usort($pairs, static fn(array $a, array $b): int => strcmp($a[0], $b[0]) ?: strcmp($a[1], $b[1]));

        return implode('&', array_map(static fn(array $pair): string => $pair[0] . '=' . $pair[1], $pairs));
    }
}
