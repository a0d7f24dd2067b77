<?php

declare(strict_types=1);

namespace SqlAcc\Internal;

/**
 * Exact arithmetic on numeric strings, enough for totals and outstanding quantities; ext-bcmath is not needed.
 *
 * @internal
 */
final class Decimals
{
    public static function add(string $a, string $b): string
    {
        [$minusA, $digitsA, $scaleA] = self::parse($a);
        [$minusB, $digitsB, $scaleB] = self::parse($b);
        $scale = max($scaleA, $scaleB);
        $digitsA .= str_repeat('0', $scale - $scaleA);
        $digitsB .= str_repeat('0', $scale - $scaleB);
        if ($minusA === $minusB) {
            return self::text($minusA, self::sum($digitsA, $digitsB), $scale);
        }

        return self::compareDigits($digitsA, $digitsB) >= 0
            ? self::text($minusA, self::difference($digitsA, $digitsB), $scale)
            : self::text($minusB, self::difference($digitsB, $digitsA), $scale);
    }

    public static function subtract(string $a, string $b): string
    {
        return self::add($a, str_starts_with($b, '-') ? substr($b, 1) : '-' . $b);
    }

    public static function compare(string $a, string $b): int
    {
        [$minus, $digits] = self::parse(self::subtract($a, $b));

        return trim($digits, '0') === '' ? 0 : ($minus ? -1 : 1);
    }

    /** With at least that many decimals; more are kept. */
    public static function padded(string $number, int $scale): string
    {
        [$minus, $digits, $has] = self::parse($number);

        return self::text($minus, $digits . str_repeat('0', max(0, $scale - $has)), max($scale, $has));
    }

    /**
     * Without an exponent, with the digits it has.
     *
     * @return numeric-string
     */
    public static function plain(string $number): string
    {
        [$minus, $digits, $scale] = self::parse($number);

        return self::text($minus, $digits, $scale);
    }

    /** Digits after the point that are not trailing zeros. */
    public static function scale(string $number): int
    {
        [, $digits, $scale] = self::parse($number);

        return $scale - min($scale, strlen($digits) - strlen(rtrim($digits, '0')));
    }

    /** @return array{bool, string, int} minus, digits, how many of them after the point */
    private static function parse(string $number): array
    {
        preg_match('/^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,4}))?$/D', $number, $part);
        if ($part === []) {
            throw new \UnexpectedValueException(sprintf('"%s" is not a number', $number));
        }
        $digits = $part[2] . ($part[3] ?? '');
        $scale = strlen($part[3] ?? '') - (int) ($part[4] ?? 0);

        return [$part[1] === '-', $scale < 0 ? $digits . str_repeat('0', -$scale) : $digits, max(0, $scale)];
    }

    private static function text(bool $minus, string $digits, int $scale): string
    {
        $digits = str_pad($digits, $scale + 1, '0', STR_PAD_LEFT);
        $whole = ltrim(substr($digits, 0, strlen($digits) - $scale), '0');
        $text = ($whole === '' ? '0' : $whole) . ($scale > 0 ? '.' . substr($digits, -$scale) : '');

        return $minus && trim($digits, '0') !== '' ? '-' . $text : $text;
    }

    private static function compareDigits(string $a, string $b): int
    {
        $length = max(strlen($a), strlen($b));

        return strcmp(str_pad($a, $length, '0', STR_PAD_LEFT), str_pad($b, $length, '0', STR_PAD_LEFT));
    }

    private static function sum(string $a, string $b): string
    {
        $sum = '';
        $carry = 0;
        for ($i = 1, $length = max(strlen($a), strlen($b)); $i <= $length; $i++) {
            $digit = (int) substr('0' . $a, -min($i, strlen($a) + 1), 1) + (int) substr('0' . $b, -min($i, strlen($b) + 1), 1) + $carry;
            $sum = $digit % 10 . $sum;
            $carry = intdiv($digit, 10);
        }

        return $carry . $sum;
    }

    /** `$a` is not the smaller one. */
    private static function difference(string $a, string $b): string
    {
        $difference = '';
        $borrow = 0;
        for ($i = 1, $length = strlen($a); $i <= $length; $i++) {
            $digit = (int) $a[$length - $i] - (int) substr('0' . $b, -min($i, strlen($b) + 1), 1) - $borrow;
            $borrow = $digit < 0 ? 1 : 0;
            $difference = ($digit + 10 * $borrow) . $difference;
        }

        return $difference;
    }
}
