<?php

declare(strict_types=1);

namespace SqlAcc\Internal;

use SqlAcc\Number;

/**
 * The rules of the spec on a whole record: lines there must be, sides that balance, totals not exceeded.
 *
 * @internal
 */
final class Rules
{
    /**
     * The path at which the rule is broken, null when it is kept.
     *
     * @param array<string, mixed> $rule
     * @param array<array-key, mixed> $wire
     */
    public static function broken(array $rule, array $wire, bool $isNew): ?string
    {
        return match ($rule['kind']) {
            'some_lines' => ($isNew || array_key_exists($rule['table'], $wire)) && self::rows($wire, $rule['table']) === []
                ? $rule['table'] : null,
            'positive' => self::isAmount($wire[$rule['field']] ?? null)
                && Decimals::compare((string) $wire[$rule['field']], '0') <= 0 ? $rule['field'] : null,
            'balanced' => self::isBalanced($rule, $wire) ? null : $rule['table'],
            'within' => self::isWithin($rule, $wire) ? null : $rule['table'],
            default => null,
        };
    }

    /**
     * @param array<string, mixed> $rule
     * @param array<array-key, mixed> $wire
     */
    private static function isBalanced(array $rule, array $wire): bool
    {
        $difference = '0';
        $rows = self::rows($wire, $rule['table']);
        if (array_filter(array_column($rows, $rule['unless'] ?? ''), static fn(mixed $value): bool => !in_array($value, ['', false], true)) !== []) {
            return true;
        }
        foreach ($rows as $row) {
            $side = Decimals::subtract(self::first($row, $rule['debit']), self::first($row, $rule['credit']));
            $difference = Decimals::add($difference, $side);
        }

        return Decimals::compare(ltrim($difference, '-'), (string) ($rule['tolerance'] ?? '0')) <= 0;
    }

    /**
     * @param array<string, mixed> $rule
     * @param array<array-key, mixed> $wire
     */
    private static function isWithin(array $rule, array $wire): bool
    {
        $total = $wire[$rule['total']] ?? null;
        $sum = '0';
        foreach (self::rows($wire, $rule['table']) as $row) {
            if (($row[$rule['flag'] ?? ''] ?? null) !== false) {
                $sum = Decimals::add($sum, self::first($row, [$rule['amount']]));
            }
        }

        return !self::isAmount($total) || Decimals::compare($sum, (string) $total) <= 0;
    }

    /**
     * The first amount that a row holds under these names.
     *
     * @param array<array-key, mixed> $row
     * @param list<string> $names
     */
    private static function first(array $row, array $names): string
    {
        foreach ($names as $name) {
            if (self::isAmount($row[$name] ?? null)) {
                return (string) $row[$name];
            }
        }

        return '0';
    }

    private static function isAmount(mixed $value): bool
    {
        return is_int($value) || $value instanceof Number || (is_string($value) && View::isDecimal($value));
    }

    /**
     * @param array<array-key, mixed> $wire
     * @return list<array<array-key, mixed>>
     */
    private static function rows(array $wire, string $table): array
    {
        $rows = [];
        foreach (is_array($wire[$table] ?? null) ? $wire[$table] : [] as $row) {
            if (Rows::isRow($row) && (((array) $row)[Rows::REMOVE] ?? false) !== true) {
                $rows[] = (array) $row;
            }
        }

        return $rows;
    }
}
