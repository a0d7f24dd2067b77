<?php

declare(strict_types=1);

namespace SqlAcc\Driver;

use SqlAcc\Internal\Decimals;
use SqlAcc\Internal\Rows;
use SqlAcc\Internal\Table;
use SqlAcc\Internal\View;
use SqlAcc\Number;
use SqlAcc\Record;

/** Values of the client to tagged values of the protocol and back: JSON numbers lie in many languages. */
final class Tags
{
    private const SAFE = 9007199254740991;

    private const DECIMAL = '/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d{1,4})?$/D';

    /** A record as its properties show it; fields that no property knows as they came. */
    public static function record(?Record $record): ?\stdClass
    {
        return $record === null || $record->isAsSent() ? null : self::row($record);
    }

    /** A value whose field nobody knows. */
    public static function value(mixed $value): mixed
    {
        if (is_int($value)) {
            return abs($value) <= self::SAFE ? $value : (object) ['$int' => (string) $value];
        }
        if ($value instanceof Number) {
            $whole = preg_match('/^-?\d+$/D', $value->text) === 1 && $value->text !== '-0';

            return (object) [$whole ? '$int' : '$dec' => $value->text];
        }
        if ($value instanceof \stdClass) {
            return (object) array_map(self::value(...), (array) $value);
        }
        if (is_array($value)) {
            $tagged = array_map(self::value(...), $value);

            return array_is_list($value) ? $tagged : (object) $tagged;
        }

        return $value;
    }

    /**
     * A record of the protocol by wire names.
     *
     * @param class-string<Record>|null $class
     * @return array<string, mixed>
     */
    public static function wire(?string $class, mixed $record): array
    {
        $wire = [];
        foreach ((array) $record as $name => $value) {
            $row = $class === null ? null : $class::LINES[$name] ?? null;
            $kind = $class === null ? '' : Table::of($class)->columns[$name]->kind ?? '';
            $isText = $value instanceof \stdClass && isset($value->{'$dec'}) && in_array($kind, ['decimal', 'text'], true);
            $wire[(string) $name] = $row !== null && is_array($value)
                ? array_map(static fn(mixed $line): mixed => $line instanceof \stdClass ? self::wire($row, $line) : $line, $value)
                : self::plain($value, $isText);
        }

        return $wire;
    }

    /** A value of the protocol; decimals of unknown fields are numbers on the wire, those of known ones text. */
    public static function plain(mixed $value, bool $known = true): mixed
    {
        if (is_array($value)) {
            return array_map(static fn(mixed $item): mixed => self::plain($item, $known), $value);
        }
        if (!$value instanceof \stdClass) {
            return $value;
        }
        $members = (array) $value;
        $text = count($members) === 1 ? (string) (is_scalar(current($members)) ? current($members) : '') : '';

        return match (array_keys($members)) {
            ['$dec'] => $known ? $text : new Number($text),
            ['$int'] => (string) (int) $text === $text ? (int) $text : new Number($text),
            ['$date'] => $text,
            default => (object) array_map(static fn(mixed $item): mixed => self::plain($item, $known), $members),
        };
    }

    private static function row(Record $record): \stdClass
    {
        $wire = $record->toWire();
        $columns = Table::of($record::class)->columns;
        $properties = Properties::OF[$record::class];
        $tagged = new \stdClass();
        foreach ($wire as $name => $value) {
            $property = $properties[$name] ?? null;
            $tagged->{$name} = match (true) {
                $property === null => self::value($value),
                isset($columns[$name]) => self::field($columns[$name]->kind, $value, $record->{$property}),
                is_array($value) && Rows::areRows($value) => array_map(self::row(...), $record->{$property}),
                default => self::value($value),
            };
        }
        // A property shows nothing of a field that is not there.
        foreach (array_diff_key($properties, $wire) as $name => $property) {
            if ($record->{$property} !== null) {
                $tagged->{$name} = self::value($record->{$property});
            }
        }

        return $tagged;
    }

    /** What the property shows, marked by its kind; the value as it came where the property cannot hold it. */
    private static function field(string $kind, mixed $value, mixed $shown): mixed
    {
        $asItCame = self::asItCame($kind, $value);
        $isScalar = is_string($value) || is_int($value) || $value instanceof Number;
        $fits = $value === null || match ($kind) {
            'decimal' => $isScalar && isset($asItCame->{'$dec'}),
            'date' => is_string($value) && isset($asItCame->{'$date'}),
            'integer', 'epoch' => $isScalar && (is_int($asItCame) || is_int(self::plain($asItCame))),
            'flag' => is_bool($value),
            'blob' => true,
            'moment' => is_string($value),
            default => $isScalar,
        };

        return match (true) {
            !$fits => $asItCame,
            $kind === 'decimal' && is_string($shown) => (object) ['$dec' => $shown],
            $kind === 'date' && is_string($shown) => (object) ['$date' => $shown],
            default => self::value($shown),
        };
    }

    private static function asItCame(string $kind, mixed $value): mixed
    {
        $isNumber = is_int($value) || $value instanceof Number;
        $isInteger = in_array($kind, ['integer', 'epoch'], true);

        return match (true) {
            $kind === 'decimal' && ($isNumber || (is_string($value) && preg_match(self::DECIMAL, $value) === 1)) => (object) ['$dec' => self::digits((string) $value)],
            $kind === 'text' && $isNumber => (string) $value,
            $kind === 'date' && is_string($value) && self::isDay($value) => (object) ['$date' => $value],
            $isInteger && is_string($value) && preg_match('/^-?\d+$/D', $value) === 1 => self::plainInteger($value),
            $isInteger && $value instanceof Number && $value->text === '-0' => 0,
            default => self::value($value),
        };
    }

    private static function isDay(string $text): bool
    {
        return preg_match('/^(\d{4})-(\d{2})-(\d{2})$/D', $text, $part) === 1
            && checkdate((int) $part[2], (int) $part[3], (int) $part[1]);
    }

    /** `1e2` as `100`; a leading minus and zeros stay. */
    private static function digits(string $number): string
    {
        return strpbrk($number, 'eE') === false || !View::isDecimal($number) ? $number : Decimals::plain($number);
    }

    private static function plainInteger(string $digits): mixed
    {
        $digits = (string) preg_replace(['/^(-?)0+(?=\d)/', '/^-0$/'], ['$1', '0'], $digits);

        return self::value((string) (int) $digits === $digits ? (int) $digits : new Number($digits));
    }
}
