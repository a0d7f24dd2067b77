<?php

declare(strict_types=1);

namespace SqlAcc\Internal;

use SqlAcc\BatchResult;
use SqlAcc\Ensured;
use SqlAcc\Exception\AmbiguousWriteException;
use SqlAcc\Exception\CancelledException;
use SqlAcc\Exception\SqlAccException;
use SqlAcc\Exception\UnexpectedResponseException;
use SqlAcc\Options;
use SqlAcc\Record;

/**
 * Many records, a result for each, and a journal that lets a run cut short go on without booking twice.
 *
 * @internal
 * @template T of Record
 */
final class Batch
{
    private bool $stopped = false;

    /**
     * @param Records<T> $records
     * @param list<string> $by
     * @param (\Closure(BatchResult<T>): void)|null $onProgress
     */
    public function __construct(
        private readonly Records $records,
        private readonly array $by,
        private readonly bool $ensures,
        private readonly ?string $journal,
        private readonly bool $stopOnError,
        private readonly int $concurrency,
        private readonly ?\Closure $onProgress,
        private readonly ?Options $options,
    ) {}

    /**
     * @param iterable<T> $records
     * @return list<BatchResult<T>> in the order of the records
     */
    public function run(iterable $records): array
    {
        $all = is_array($records) ? array_values($records) : iterator_to_array($records, false);
        $journal = $this->journal === null ? null : new Journal(
            $this->journal,
            array_map($this->key(...), $all),
            Journal::account($this->records->caller->engine->config),
        );
        $tasks = [];
        foreach ($all as $n => $record) {
            $tasks[$n] = fn(): BatchResult => $this->item($n, $record, $journal);
        }
        $results = [];
        try {
            foreach (Parallel::run($tasks, $this->concurrency) as $n => $result) {
                $results[$n] = $result;
                if ($this->onProgress !== null) {
                    ($this->onProgress)($result);
                }
            }
        } finally {
            $journal?->close();
        }
        ksort($results);

        return array_values($results);
    }

    /**
     * @param T $record
     * @return BatchResult<T>
     */
    private function item(int $n, Record $record, ?Journal $journal): BatchResult
    {
        if ($this->stopped || ($this->options?->cancelled !== null && ($this->options->cancelled)())) {
            return new BatchResult($n, BatchResult::SKIPPED);
        }
        $state = $journal?->state($n);
        if ($state === 'done') {
            return new BatchResult($n, BatchResult::FOUND);
        }
        $by = $this->by;
        if ($state === 'started' && $by === []) {
            $by = array_keys(Finder::traces($this->records->caller->facts, $record));
            if ($by === []) {
                return $this->failed(new BatchResult($n, BatchResult::UNKNOWN));
            }
        }
        try {
            if ($state !== 'started') {
                $journal?->write($n, 'started', $this->number($record));
            }
            $done = $this->ensures || $state === 'started'
                ? $this->records->ensure($record, $by, $this->options)
                : new Ensured($this->records->create($record, $this->options), true);
            $journal?->write($n, 'done', $this->number($done->record));

            return new BatchResult($n, $done->created ? BatchResult::CREATED : BatchResult::FOUND, $done->record);
        } catch (AmbiguousWriteException $error) {
            return $this->failed(new BatchResult($n, BatchResult::UNKNOWN, null, $error));
        } catch (SqlAccException $error) {
            if ($error instanceof UnexpectedResponseException && $error->written) {
                return $this->failed(new BatchResult($n, BatchResult::UNKNOWN, null, $error));
            }
            if ($state !== 'started') {
                $journal?->write($n, 'failed', $this->number($record));
            }

            $status = $error instanceof CancelledException ? BatchResult::SKIPPED : BatchResult::FAILED;

            return $this->failed(new BatchResult($n, $status, null, $error));
        }
    }

    /**
     * @param BatchResult<T> $result
     * @return BatchResult<T>
     */
    private function failed(BatchResult $result): BatchResult
    {
        $this->stopped = $this->stopped || $this->stopOnError;

        return $result;
    }

    /** Of what a create sends; a record that cannot be sent fails before it is. */
    private function key(Record $record): string
    {
        $facts = $this->records->caller->facts;
        try {
            return Journal::key((array) Json::decode(Body::text($facts->class, Body::forCreate($facts, $record->toWire()))));
        } catch (SqlAccException) {
            return '';
        }
    }

    private function number(Record $record): ?string
    {
        $number = $record->get($this->records->caller->facts->identity[0] ?? '');

        return is_string($number) && $number !== '' ? $number : null;
    }
}
