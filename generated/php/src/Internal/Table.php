<?php

declare(strict_types=1);

namespace SqlAcc\Internal;

use SqlAcc\Record;

/**
 * The columns of a record class: its properties stand in the order of its wire names, lines last.
 *
 * @internal
 */
final class Table
{
    /** @var array<class-string<Record>, self> */
    private static array $all = [];

    /**
     * @param array<string, Column> $columns by wire name
     * @param array<string, string> $properties property name to wire name
     * @param array<string, int> $names wire names of columns and tables, with their positions in the constructor
     * @param list<string> $required wire names of columns that a create must carry
     */
    private function __construct(
        public readonly array $columns,
        public readonly array $properties,
        public readonly array $names,
        public readonly array $required,
    ) {}

    /** @param class-string<Record> $class */
    public static function of(string $class): self
    {
        return self::$all[$class] ??= self::read($class);
    }

    /** The wire name of a field by its property or wire name; null for what is unknown. */
    public function wireName(string $name): ?string
    {
        return isset($this->names[$name]) ? $name : $this->properties[$name] ?? null;
    }

    /** A hint for a mistyped name. */
    public function nearest(string $name): string
    {
        $best = null;
        foreach (array_keys($this->properties) as $property) {
            $distance = levenshtein(strtolower($name), strtolower($property));
            if ($distance <= 3 && ($best === null || $distance < $best[0])) {
                $best = [$distance, $property];
            }
        }

        return $best === null ? '' : sprintf('; did you mean "%s"?', $best[1]);
    }

    /** @param class-string<Record> $class */
    private static function read(string $class): self
    {
        $names = [...array_keys($class::FIELDS), ...array_keys($class::LINES)];
        $parameters = (new \ReflectionMethod($class, '__construct'))->getParameters();
        $properties = [];
        foreach ($names as $index => $wire) {
            $properties[$parameters[$index]->getName()] = $wire;
        }

        $columns = array_map(Column::parse(...), $class::FIELDS);
        $required = array_keys(array_filter($columns, static fn(Column $column): bool => $column->required));

        return new self($columns, $properties, array_flip($names), $required);
    }
}
