<?php

declare(strict_types=1);

namespace SqlAcc\Internal;

use SqlAcc\Exception\MultipleFoundException;
use SqlAcc\Exception\NotFoundException;
use SqlAcc\Exception\UnexpectedResponseException;
use SqlAcc\Exception\UsageException;
use SqlAcc\Facts;
use SqlAcc\Number;
use SqlAcc\Options;
use SqlAcc\Page;
use SqlAcc\Record;

/**
 * Lists, pages and searches of one kind of record.
 *
 * @internal
 * @template T of Record
 */
final class Finder
{
    /** Field for the number that a record has in another system. */
    private const REFERENCE = 'docref1';

    /** @param Caller<T> $caller */
    public function __construct(private readonly Caller $caller) {}

    /**
     * @param array<array-key, mixed> $where
     * @return Page<T>
     */
    public function list(array $where, int $offset, int $limit, ?Options $options): Page
    {
        $size = self::size($offset, $limit);
        $rows = $this->rows('', $this->filters($where), $offset, $size, $options);

        return new Page($this->records($rows, true), $offset, count($rows) >= $size);
    }

    /**
     * @param array<array-key, mixed> $where
     * @param (\Closure(int, int): void)|null $onPage
     * @return \Generator<int, T>
     */
    public function iterate(
        array $where,
        int $offset,
        int $pageLimit,
        ?int $max,
        bool $details,
        int $concurrency,
        ?\Closure $onPage,
        ?Options $options,
    ): \Generator {
        if ($max !== null && $max < 0) {
            throw new UsageException('The number of records is at least 0');
        }
        $left = $max ?? PHP_INT_MAX;
        $filters = $this->filters($where);
        $ask = fn(int $at, int $size): array => $this->rows('', $filters, $at, $size, $options);
        foreach ($left > 0 ? $this->pages($ask, $offset, self::size($offset, $pageLimit), $onPage) : [] as $page) {
            $page = array_slice($this->records($page, true), 0, $left);
            $left -= count($page);
            yield from $details ? $this->details($page, $concurrency, $options) : $page;
            if ($left <= 0) {
                return;
            }
        }
    }

    /**
     * @param array<array-key, mixed> $where
     * @return T|null
     */
    public function find(array $where, ?Options $options): ?Record
    {
        $filters = $this->filters($where);
        if ($filters === []) {
            throw new UsageException('Say what to look for: find(docNo: "IV-00001")');
        }
        $indexed = array_diff(array_keys($filters), $this->caller->facts->indexed) === [];
        $ask = fn(int $at, int $size): array => $this->rows($indexed ? '/*' : '', $filters, $at, $indexed && $at === 0 ? null : $size, $options);
        $found = [];
        foreach ($this->pages($ask, 0, Facts::PAGE_SIZE, null) as $page) {
            foreach ($this->records($page, !$indexed) as $record) {
                if (self::matches($record, $filters)) {
                    $found[] = $record;
                }
            }
            if (count($found) > 1) {
                $text = sprintf('More than one %s matches %s', $this->caller->facts->id, Target::query($filters));
                throw new MultipleFoundException($text);
            }
        }

        return match (true) {
            $found === [] => null,
            $indexed => $found[0],
            default => $this->caller->get($this->caller->key($found[0]), $options),
        };
    }

    /**
     * By what a record that may have been created can be found: its number or code, else a reference.
     *
     * @template U of Record
     * @param ObjectFacts<U> $facts
     * @return array<string, mixed>
     */
    public static function traces(ObjectFacts $facts, Record $record): array
    {
        $missing = static fn(string $name): bool => in_array($record->get($name), [null, ''], true);
        foreach ([$facts->identity, [self::REFERENCE]] as $names) {
            if (array_filter($names, $missing) === []) {
                return array_combine($names, array_map($record->get(...), $names));
            }
        }

        return [];
    }

    /**
     * Unseen rows, page by page. A page brings nothing new only when the server ignores the offset.
     *
     * @param \Closure(int, int): list<\stdClass> $ask
     * @param (\Closure(int, int): void)|null $onPage
     * @return \Generator<int, list<\stdClass>>
     */
    private function pages(\Closure $ask, int $offset, int $size, ?\Closure $onPage): \Generator
    {
        $key = $this->caller->facts->key;
        $seen = [];
        do {
            $page = $ask($offset, $size);
            if ($onPage !== null) {
                $onPage($offset, count($page));
            }
            $fresh = [];
            foreach ($page as $row) {
                $id = is_scalar($row->{$key} ?? null) ? (string) $row->{$key} : '';
                $id = $id === '' ? Json::encode($row) : $id; // a row may come without its key
                if (!isset($seen[$id])) {
                    $seen[$id] = true;
                    $fresh[] = $row;
                }
            }
            if ($fresh === [] && count($page) >= $size) {
                $what = $this->caller->engine->summary('GET', $this->caller->facts->path);
                throw new UnexpectedResponseException("$what: the server sends the same page again, it ignores the offset");
            }
            if ($fresh !== []) {
                yield $fresh;
            }
            $offset += count($page);
        } while (count($page) >= $size);
    }

    /**
     * The whole records; one that was deleted meanwhile is left out.
     *
     * @param list<T> $page
     * @return \Generator<int, T>
     */
    private function details(array $page, int $concurrency, ?Options $options): \Generator
    {
        $tasks = [];
        foreach ($page as $index => $record) {
            $key = $this->caller->key($record);
            $tasks[$index] = fn(): ?Record => $this->caller->there($key, $options);
        }
        $ready = [];
        $next = 0;
        foreach (Parallel::run($tasks, $concurrency) as $index => $record) {
            $ready[$index] = $record;
            while (array_key_exists($next, $ready)) {
                if ($ready[$next] !== null) {
                    yield $ready[$next];
                }
                unset($ready[$next]);
                $next++;
            }
        }
    }

    /**
     * One page; "not found" to a question with filters means none.
     *
     * @param array<string, mixed> $filters
     * @return list<\stdClass>
     */
    private function rows(string $form, array $filters, int $offset, ?int $limit, ?Options $options): array
    {
        $query = $filters + ($limit === null ? [] : ['offset' => $offset, 'limit' => $limit]);
        $target = $this->caller->facts->path . $form . '?' . Target::query($query);
        $engine = $this->caller->engine;
        $response = $engine->send('GET', $target, null, $options);
        try {
            Errors::check($engine, 'GET', $target, $response);
        } catch (NotFoundException $none) { // a web page means a wrong address, not an empty list
            return $filters === [] || Errors::isPage($response) ? throw $none : [];
        }

        return Answers::rows($response, $engine->summary('GET', $target));
    }

    /**
     * @param list<\stdClass> $rows
     * @return list<T>
     */
    private function records(array $rows, bool $partial): array
    {
        $class = $this->caller->facts->class;

        return array_map(static fn(\stdClass $row): Record => $class::fromWire($row, $partial), $rows);
    }

    /**
     * @param array<array-key, mixed> $where
     * @return array<string, mixed> by wire name
     */
    private function filters(array $where): array
    {
        $table = Table::of($this->caller->facts->class);
        $filters = [];
        foreach ($where as $name => $value) {
            $wire = $table->wireName((string) $name) ?? (string) $name;
            if (preg_match('/^(?!(?:offset|limit)$)[A-Za-z_][A-Za-z0-9_]*$/D', $wire) !== 1) {
                throw new UsageException(sprintf('"%s" is no field to filter by', $wire));
            }
            $filters[$wire] = $value;
        }

        return $filters;
    }

    /** @param array<string, mixed> $filters */
    private static function matches(Record $record, array $filters): bool
    {
        $columns = Table::of($record::class)->columns;
        foreach ($filters as $name => $wanted) {
            $isDecimal = ($columns[$name]->kind ?? '') === 'decimal';
            if (!self::equal($record->get($name), $wanted, Target::text($name, $wanted), $isDecimal)) {
                return false;
            }
        }

        return true;
    }

    private static function equal(mixed $stored, mixed $wanted, string $text, bool $isDecimal): bool
    {
        if (str_contains($text, '*') || ($text === '' && in_array($stored, [null, ''], true))) {
            return true;
        }
        if (is_bool($stored) || $stored === null) {
            return $stored === $wanted;
        }
        if (!is_string($stored) && !is_int($stored) && !$stored instanceof Number) {
            return false;
        }
        $stored = (string) $stored;

        return $stored === $text || (($isDecimal || $wanted instanceof Number) && View::isDecimal($stored)
            && View::isDecimal($text) && Decimals::compare($stored, $text) === 0);
    }

    private static function size(int $offset, int $limit): int
    {
        if ($offset < 0 || $limit < 1) {
            throw new UsageException('An offset is at least 0, a page has at least one row');
        }

        return min($limit, Facts::PAGE_SIZE);
    }
}
