<?php

declare(strict_types=1);

namespace SqlAcc\Internal;

use SqlAcc\Exception\ValidationException;
use SqlAcc\Number;
use SqlAcc\Record;

/**
 * Everything that is wrong with a record before it is sent, by the path of each field.
 *
 * @internal
 */
final class Validator
{
    private const MOMENT = '/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?$/D';

    /** @var array<string, string> */
    private array $problems = [];

    /**
     * @template T of Record
     * @param ObjectFacts<T> $facts
     * @param array<array-key, mixed> $wire
     */
    public static function create(ObjectFacts $facts, array $wire): void
    {
        $check = new self();
        $check->fields($facts->class, $wire, '', true);
        $check->finish($facts->rules, $wire, true);
    }

    /**
     * @template T of Record
     * @param ObjectFacts<T> $facts
     * @param array<array-key, mixed> $changes
     * @param array<array-key, mixed> $merged the record with the changes
     */
    public static function update(ObjectFacts $facts, array $changes, array $merged): void
    {
        $check = new self();
        $check->fields($facts->class, $changes, '', false);
        $check->finish($facts->rules, $merged, false);
    }

    /** Is this the key of a stored row? Keys below 1 mean a new one. */
    public static function isKey(mixed $key): bool
    {
        return is_int($key) ? $key > 0 : is_string($key) && $key !== '' && $key !== '0' && $key !== '-1';
    }

    /**
     * @param list<array<string, mixed>> $rules
     * @param array<array-key, mixed> $wire
     */
    private function finish(array $rules, array $wire, bool $isNew): void
    {
        foreach ($rules as $rule) {
            $path = Rules::broken($rule, $wire, $isNew);
            if ($path !== null) {
                $this->problems[$path] ??= (string) $rule['message'];
            }
        }
        if ($this->problems !== []) {
            throw new ValidationException($this->problems);
        }
    }

    /**
     * @param class-string<Record> $class
     * @param array<array-key, mixed> $wire
     */
    private function fields(string $class, array $wire, string $path, bool $isNew): void
    {
        $table = Table::of($class);
        foreach ($isNew ? $table->required : [] as $name) {
            if (in_array($wire[$name] ?? null, [null, ''], true)) {
                $this->problems[$path . $name] = 'is required';
            }
        }
        foreach ($wire as $name => $value) {
            $column = $table->columns[$name] ?? null;
            $problem = match (true) {
                $value === null, $value === '' => null,
                $column !== null => self::value($column, $value),
                is_float($value) => 'is a float, which may have lost digits: give a Number or text',
                default => null,
            };
            if ($problem !== null) {
                $this->problems[$path . $name] = $problem;
            }
        }
        foreach ($class::LINES as $name => $row) {
            if (isset($wire[$name])) {
                $this->lines($row, $wire[$name], $path . $name, $isNew);
            }
        }
    }

    /** @param class-string<Record> $class */
    private function lines(string $class, mixed $rows, string $path, bool $isNew): void
    {
        if (!is_array($rows) || !array_is_list($rows)) {
            $this->problems[$path] = 'must be a list of lines';

            return;
        }
        foreach ($rows as $index => $line) {
            $here = $path . '[' . $index . ']';
            if (!Rows::isRow($line)) {
                $this->problems[$here] = 'must be a line';

                continue;
            }
            $line = (array) $line;
            if (($line[Rows::REMOVE] ?? false) !== true) {
                $this->fields($class, $line, $here . '.', $isNew || !self::isKey($line[$class::KEY ?? ''] ?? null));
            }
        }
    }

    private static function value(Column $column, mixed $value): ?string
    {
        return match ($column->kind) {
            'text' => self::checkText($column, $value),
            'decimal' => self::checkDecimal($column, $value),
            'integer', 'epoch' => is_int($value) ? null : 'must be a whole number of at most 64 bits',
            'flag' => is_bool($value) ? null : 'must be true or false',
            'date' => is_string($value) && self::isDate($value) ? null : 'must be a date of the calendar, YYYY-MM-DD',
            'moment' => is_string($value) && preg_match(self::MOMENT, $value) === 1 ? null : 'must be a moment, 2026-01-15T08:00:00Z',
            default => null,
        };
    }

    private static function checkText(Column $column, mixed $value): ?string
    {
        if (is_int($value) || $value instanceof Number) {
            $value = (string) $value;
        }
        if (!is_string($value)) {
            return 'must be text';
        }
        $length = preg_match_all('/./su', $value);
        if ($length === false) {
            return 'is not UTF-8 text';
        }

        return $column->limit !== null && $length > $column->limit
            ? sprintf('has %d characters, at most %d fit', $length, $column->limit)
            : null;
    }

    private static function checkDecimal(Column $column, mixed $value): ?string
    {
        if (is_float($value)) {
            return sprintf('is a float, which may have lost digits: give it as text, "%s"', $value);
        }
        $text = is_int($value) || $value instanceof Number ? (string) $value : $value;
        if (!is_string($text) || preg_match('/^-?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,4})?$/D', $text) !== 1) {
            return 'must be a decimal as text, "25.10"';
        }
        $scale = Decimals::scale($text);

        return $column->limit !== null && $scale > $column->limit
            ? sprintf('has %d decimals, at most %d fit', $scale, $column->limit)
            : null;
    }

    private static function isDate(string $text): bool
    {
        return preg_match('/^(\d{4})-(\d{2})-(\d{2})$/D', $text, $part) === 1
            && checkdate((int) $part[2], (int) $part[3], (int) $part[1]);
    }
}
