<?php

declare(strict_types=1);

namespace SqlAcc;

/**
 * One page of a list: header fields only, without lines.
 *
 * @template T of Record
 * @implements \IteratorAggregate<int, T>
 */
final class Page implements \IteratorAggregate, \Countable
{
    /** @param list<T> $records */
    public function __construct(
        public readonly array $records,
        /** Position of the first record in the whole list, from zero. */
        public readonly int $offset,
        /** May there be another page? True when this one is as long as asked for. */
        public readonly bool $more,
    ) {}

    public function count(): int
    {
        return count($this->records);
    }

    /** @return \ArrayIterator<int, T> */
    public function getIterator(): \ArrayIterator
    {
        return new \ArrayIterator($this->records);
    }
}
