<?php

declare(strict_types=1);

namespace SqlAcc\Internal;

use SqlAcc\Ensured;
use SqlAcc\Exception\DuplicateException;
use SqlAcc\Exception\StaleRecordException;
use SqlAcc\Exception\ValidationException;
use SqlAcc\Options;
use SqlAcc\Record;

/**
 * Everything that can be done with one kind of record; the generated resources are its typed face.
 *
 * @internal
 * @template T of Record
 */
final class Records
{
    /** @var Finder<T> */
    public readonly Finder $finder;

    /** @param Caller<T> $caller */
    public function __construct(public readonly Caller $caller)
    {
        $this->finder = new Finder($caller);
    }

    /**
     * @param T $record
     * @return T
     */
    public function create(Record $record, ?Options $options): Record
    {
        return $this->caller->create($record, $options);
    }

    /**
     * Reads, changes and stores, and does so again when somebody else was faster.
     *
     * @param (\Closure(T): (T|array<array-key, mixed>))|T|array<array-key, mixed> $change
     * @return T
     */
    public function updateWithRetry(int|string $key, \Closure|Record|array $change, int $attempts, ?Options $options): Record
    {
        for ($number = 1; ; $number++) {
            $stored = $this->caller->get($key, $options);
            try {
                return $this->caller->update($stored, $change instanceof \Closure ? $change($stored) : $change, $options);
            } catch (StaleRecordException $stale) {
                if ($number >= $attempts) {
                    throw $stale;
                }
            }
        }
    }

    /**
     * @param T $record
     * @param list<string> $by
     * @return Ensured<T>
     */
    public function ensure(Record $record, array $by, ?Options $options): Ensured
    {
        $where = [];
        foreach ($by as $name) {
            $value = $record->get($name);
            if ($value === null || $value === '') {
                throw new ValidationException([$name => 'is needed to tell whether the record exists']);
            }
            $where[$name] = $value;
        }
        $found = $this->finder->find($where, $options);

        if ($found !== null) {
            return new Ensured($found, false);
        }
        try {
            return new Ensured($this->create($record, $options), true);
        } catch (DuplicateException $duplicate) { // somebody was faster
            return new Ensured($this->finder->find($where, $options) ?? throw $duplicate, false);
        }
    }

    /**
     * @param string|list<string>|null $by
     * @return list<string>
     */
    public static function names(string|array|null $by): array
    {
        return is_array($by) ? $by : ($by === null || $by === '' ? [] : [$by]);
    }
}
