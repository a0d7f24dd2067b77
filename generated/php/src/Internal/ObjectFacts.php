<?php

declare(strict_types=1);

namespace SqlAcc\Internal;

use SqlAcc\Record;

/**
 * What the runtime must know about one kind of record.
 *
 * @internal
 * @template T of Record
 */
final class ObjectFacts
{
    /**
     * @param class-string<T> $class
     * @param list<string> $identity wire names by which people know a record
     * @param list<string> $indexed wire names that the detail form can filter by
     * @param list<array<string, mixed>> $rules
     */
    public function __construct(
        public readonly string $id,
        public readonly string $class,
        public readonly string $path,
        public readonly string $key,
        public readonly bool $integerKey,
        public readonly ?string $counter,
        public readonly ?string $number,
        public readonly array $identity,
        public readonly array $indexed,
        public readonly ?string $pdf,
        public readonly array $rules,
    ) {}
}
