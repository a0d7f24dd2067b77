<?php

declare(strict_types=1);

namespace SqlAcc;

use SqlAcc\Exception\UsageException;
use SqlAcc\Internal\Table;

/**
 * A record or a line of one: typed, read-only properties over what stood on the wire.
 *
 * A property reads null both for null and for a field that is missing; `has()` tells them apart. What the client does
 * not know (user fields `udf_...`) is in `extra()` and is sent back on update, as is every value in its own form.
 *
 * @phpstan-consistent-constructor
 */
abstract class Record implements \JsonSerializable
{
    /** @var array<string, string> wire name to kind, in wire order: `text(20)!` */
    public const FIELDS = [];

    /** @var array<string, class-string<Record>> tables of lines: wire name to the class of a row */
    public const LINES = [];

    /** Wire name of the server's key of a line, null for records and for lines without one. */
    public const KEY = null;

    /** @var array<string, mixed>|null as on the wire; null until somebody asks, for a record made by hand */
    private ?array $wire = null;

    private bool $partial = false;

    private bool $asSent = false;

    /**
     * From a JSON object, as decoded or as an array by wire names.
     *
     * @param bool $partial it is a row of a list, without its lines
     * @param \stdClass|array<array-key, mixed> $wire
     */
    final public static function fromWire(\stdClass|array $wire, bool $partial = false): static
    {
        $wire = (array) $wire;
        $table = Table::of(static::class);
        $values = array_fill(0, count($table->names), null);
        foreach ($wire as $name => $value) {
            $index = $table->names[$name] ?? null;
            $column = $table->columns[$name] ?? null;
            if ($index === null || $value === null) {
                continue;
            }
            if ($column !== null) {
                $values[$index] = $column->isText && is_string($value) ? $value : Internal\View::of($column->kind, $value);
            } elseif (is_array($value) && Internal\Rows::areRows($value)) {
                $values[$index] = Internal\Rows::records(static::LINES[$name], $value);
            }
        }
        $record = new static(...$values);
        $record->wire = $wire;
        $record->partial = $partial;

        return $record;
    }

    /**
     * By wire name, lines as lists of such arrays; fields that were never set are absent.
     *
     * @return array<string, mixed>
     */
    final public function toWire(): array
    {
        if ($this->wire === null) {
            $wire = [];
            foreach (Table::of(static::class)->properties as $property => $name) {
                $value = $this->{$property};
                if ($value !== null) {
                    $wire[$name] = is_array($value) && isset(static::LINES[$name]) ? Internal\Rows::toWire($value) : $value;
                }
            }
            $this->wire = $wire;
        }

        return $this->wire;
    }

    /** Are the lines known? Not those of a row of a list, or of a record that the server only acknowledged. */
    final public function hasLines(): bool
    {
        $tables = array_filter(array_intersect_key($this->toWire(), static::LINES), is_array(...));

        return !$this->partial && !$this->asSent && array_filter($tables, Internal\Rows::areRows(...)) !== [];
    }

    /** Did the server acknowledge a write without telling what it stores? The record is then what was sent. */
    final public function isAsSent(): bool
    {
        return $this->asSent;
    }

    /** @internal */
    final public static function asSent(string $body): static
    {
        $record = static::fromWire((array) Internal\Json::decode($body));
        $record->asSent = true;

        return $record;
    }

    /** Was the field given? True for null and for empty text, false only when it is missing. */
    final public function has(string $name): bool
    {
        return array_key_exists(Table::of(static::class)->wireName($name) ?? $name, $this->toWire());
    }

    /**
     * What this client does not know, such as user fields, by wire name.
     *
     * @return array<array-key, mixed>
     */
    final public function extra(): array
    {
        return array_diff_key($this->toWire(), Table::of(static::class)->names);
    }

    /** A value as it stood on the wire, by property or wire name; null when missing. For user fields above all. */
    final public function get(string $name): mixed
    {
        return $this->toWire()[Table::of(static::class)->wireName($name) ?? $name] ?? null;
    }

    /**
     * A copy with other values, given by property name; null sets null: `$invoice->with(description: 'x', agent: null)`.
     * User fields are given by wire name: `with(udf_colour: 'red')`.
     */
    final public function with(mixed ...$changes): static
    {
        $copy = static::fromWire(static::changesToWire($changes) + $this->toWire(), $this->partial);
        $copy->asSent = $this->asSent;

        return $copy;
    }

    /**
     * Marks a line as one to be removed, in the changes of an update: `SalesInvoiceLine::removed(12)`.
     */
    final public static function removed(int|string $key): static
    {
        if (static::KEY === null) {
            throw new UsageException(sprintf('%s has no key by which a line could be removed', static::class));
        }

        return static::fromWire([static::KEY => $key, Internal\Rows::REMOVE => true]);
    }

    /**
     * Changes by property or wire name, as wire names and values.
     *
     * @internal
     * @param array<array-key, mixed> $changes
     * @return array<string, mixed>
     */
    final public static function changesToWire(array $changes): array
    {
        $table = Table::of(static::class);
        $wire = [];
        foreach ($changes as $name => $value) {
            $name = (string) $name;
            $known = $table->wireName($name);
            if ($known === null && !str_starts_with(strtolower($name), 'udf_') && $name !== Internal\Rows::REMOVE) {
                throw new UsageException(sprintf('%s has no field "%s"%s', static::class, $name, $table->nearest($name)));
            }
            $lines = static::LINES[$known ?? $name] ?? null;
            $wire[$known ?? $name] = $lines !== null && is_array($value) ? Internal\Rows::toWire($value, $lines) : $value;
        }

        return $wire;
    }

    /** @return array<string, mixed> */
    final public function jsonSerialize(): array
    {
        return $this->toWire();
    }

    /** @return array<string, mixed> only what was given */
    final public function __debugInfo(): array
    {
        return $this->toWire();
    }
}
