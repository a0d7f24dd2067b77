<?php

declare(strict_types=1);

namespace SqlAcc\Internal;

use SqlAcc\Number;

/**
 * A value of the wire as its property shows it. What does not fit its documented kind shows as null, and stays as it
 * is on the wire: the API is not strict, and one odd value must not hide a record.
 *
 * @internal
 */
final class View
{
    public static function of(string $kind, mixed $value): mixed
    {
        return match ($kind) {
            'integer', 'epoch' => self::integer($value),
            'flag' => self::flag($value),
            'decimal' => self::decimal($value),
            'blob' => $value,
            default => is_string($value) ? $value : (is_int($value) || $value instanceof Number ? (string) $value : null),
        };
    }

    /** @return numeric-string|null */
    public static function decimal(mixed $value): ?string
    {
        $text = is_int($value) || $value instanceof Number ? (string) $value : $value;

        if (!is_string($text) || !self::isDecimal($text)) {
            return null;
        }

        return strpbrk($text, 'eE') === false ? $text : Decimals::plain($text);
    }

    /** @phpstan-assert-if-true numeric-string $text */
    public static function isDecimal(string $text): bool
    {
        return preg_match('/^-?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,4})?$/D', $text) === 1;
    }

    private static function integer(mixed $value): ?int
    {
        if (is_int($value) || is_bool($value)) {
            return (int) $value;
        }
        if (!is_string($value) && !$value instanceof Number) {
            return null;
        }
        // Leading zeros and a fraction of zeros do not change an integer.
        $text = (string) preg_replace(['/^(-?)0+(?=\d)|\.0+$/D', '/^-0$/D'], ['$1', '0'], (string) $value);

        return (string) (int) $text === $text ? (int) $text : null;
    }

    private static function flag(mixed $value): ?bool
    {
        return match ($value) {
            true, 1, 'T', 'true', '1' => true,
            false, 0, 'F', 'false', '0' => false,
            default => null,
        };
    }
}
