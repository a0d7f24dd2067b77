<?php

declare(strict_types=1);

namespace SqlAcc\Internal;

use SqlAcc\Exception\UsageException;
use SqlAcc\Exception\ValidationException;
use SqlAcc\Number;

/**
 * Paths and queries, percent-encoded as they are signed and sent.
 *
 * @internal
 */
final class Target
{
    /** `/salesinvoice/35`, `/customer/300-A0001`. */
    public static function record(string $path, int|string $key): string
    {
        $key = (string) $key;
        if ($key === '' || $key === '.' || $key === '..') {
            throw new ValidationException(['key' => sprintf('"%s" is no key of a record', $key)]);
        }

        return $path . '/' . rawurlencode($key);
    }

    /**
     * Filters in the order given; `*` stays literal in values, as the API's wildcard.
     *
     * @param array<array-key, mixed> $pairs
     */
    public static function query(array $pairs): string
    {
        $parts = [];
        foreach ($pairs as $name => $value) {
            $parts[] = rawurlencode((string) $name) . '=' . str_replace('%2A', '*', rawurlencode(self::text((string) $name, $value)));
        }

        return implode('&', $parts);
    }

    // The characters of RFC 3986, so that nothing on the way writes the target in another form than the one signed.
    private const TARGET = '~^/(?!/)(?:[\w.\~!$&\'()*+,;=:@/-]|%[\da-fA-F]{2})*(?:\?(?:[\w.\~!$&\'()*+,;=:@/?-]|%[\da-fA-F]{2})+)?$~D';

    private const DOTS = '~/(?:\.|%2e){1,2}(?=/|$)~iD';

    /**
     * The target of an endpoint that the client does not know: a path, percent-encoded where needed, and a query.
     *
     * @param array<array-key, mixed> $query
     */
    public static function raw(string $path, array $query): string
    {
        if (preg_match(self::TARGET, $path) !== 1 || preg_match(self::DOTS, explode('?', $path)[0]) === 1) {
            throw new UsageException(sprintf('"%s" is no path: /terms, percent-encoded, without dots for a segment', $path));
        }

        return $path . ($query === [] ? '' : (str_contains($path, '?') ? '&' : '?') . self::query($query));
    }

    public static function text(string $name, mixed $value): string
    {
        return match (true) {
            is_string($value) => $value,
            is_int($value), $value instanceof Number => (string) $value,
            is_bool($value) => $value ? 'true' : 'false',
            $value === null => '',
            $value instanceof \DateTimeInterface => $value->format('Y-m-d'),
            default => throw new UsageException(sprintf('A filter is text, an integer or a flag; %s is %s', $name, get_debug_type($value))),
        };
    }
}
