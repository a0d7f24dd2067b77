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
        if (trim($key) === '' || $key === '.' || $key === '..') {
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
