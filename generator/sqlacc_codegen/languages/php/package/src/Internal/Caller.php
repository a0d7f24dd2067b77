<?php

declare(strict_types=1);

namespace SqlAcc\Internal;

use SqlAcc\Exception\AmbiguousWriteException;
use SqlAcc\Exception\NotFoundException;
use SqlAcc\Exception\SqlAccException;
use SqlAcc\Exception\StaleRecordException;
use SqlAcc\Exception\UsageException;
use SqlAcc\Exception\ValidationException;
use SqlAcc\Options;
use SqlAcc\Record;

/**
 * The single calls on one kind of record: get, create, update, delete, PDF.
 *
 * @internal
 * @template T of Record
 */
final class Caller
{
    /** @param ObjectFacts<T> $facts */
    public function __construct(
        public readonly Engine $engine,
        public readonly ObjectFacts $facts,
    ) {}

    /** @return T */
    public function get(int|string $key, ?Options $options): Record
    {
        return $this->record('GET', Target::record($this->facts->path, $key), null, $options);
    }

    /**
     * The record, or null when it is not there. A page of HTML means a wrong address.
     *
     * @return T|null
     */
    public function there(int|string $key, ?Options $options): ?Record
    {
        try {
            return $this->get($key, $options);
        } catch (NotFoundException $gone) {
            return Errors::isPage($gone->response) ? throw $gone : null;
        }
    }

    /**
     * @param T $record
     * @return T
     */
    public function create(Record $record, ?Options $options): Record
    {
        $wire = Body::forCreate($this->facts, $record->toWire());
        if ($this->validates($options)) {
            Validator::create($this->facts, $wire);
        }
        $body = Body::text($this->facts->class, $wire);
        try {
            return $this->record('POST', $this->facts->path, $body, $options);
        } catch (AmbiguousWriteException $unknown) {
            $where = Finder::traces($this->facts, $record);
            $finder = new Finder($this);
            throw $where === [] ? $unknown : $unknown->checkedBy(fn(): ?Record => $finder->find($where, null));
        }
    }

    /**
     * @param T $record
     * @param T|array<array-key, mixed> $changes
     * @return T
     */
    public function update(Record $record, Record|array $changes, ?Options $options): Record
    {
        $class = $this->facts->class;
        $changes = $changes instanceof Record ? $changes->toWire() : $class::changesToWire($changes);
        $key = $this->key($record);
        if ($class::LINES !== [] && !$record->hasLines()) {
            $what = 'this %s came without its lines, which an update could lose: get it by its key first';
            throw new UsageException(sprintf($what, $this->facts->id));
        }
        $kept = [$this->facts->counter, $this->facts->integerKey ? $this->facts->key : null];
        foreach (array_intersect(array_filter($kept), array_keys($changes)) as $name) {
            throw new ValidationException([$name => 'is kept by the client and the server; leave it out of the changes']);
        }
        $merged = Body::forUpdate($class, Merge::records($class, $record->toWire(), $changes));
        $counter = $this->facts->counter ?? ($record->has('updatecount') ? 'updatecount' : null);
        if ($counter !== null) {
            $merged[$counter] = self::next($record->get($counter));
        }
        if ($this->validates($options)) {
            Validator::update($this->facts, $changes, $merged);
        }
        $target = Target::record($this->facts->path, $key);
        try {
            $answer = $this->record('PUT', $target, Body::text($class, $merged), $options);
        } catch (StaleRecordException $stale) {
            throw $stale->about($record, fn(): Record => $this->get($key, null));
        } catch (AmbiguousWriteException $unknown) {
            throw $unknown->checkedBy(fn(): ?Record => $this->ifStored($key, $counter, $merged));
        }
        Removal::check($class, $changes, $answer);

        return $answer;
    }

    public function delete(int|string $key, ?Options $options): void
    {
        $target = Target::record($this->facts->path, $key);
        $response = $this->engine->send('DELETE', $target, null, $options);
        Errors::check($this->engine, 'DELETE', $target, $response);
        Answers::deleted($response, $this->engine->summary('DELETE', $target));
    }

    public function pdf(int|string $key, ?string $template, ?Options $options): string
    {
        $template ??= $this->facts->pdf ?? throw new UsageException('These records have no PDF');
        if ($template === '' || preg_match('/^[\s\p{Z}]|[\x00-\x1f\x7f-\x9f\x{2028}\x{2029}]|[\s\p{Z}]$/uD', $template) !== 0) {
            throw new ValidationException(['template' => 'must be the name of a report, one line of text']);
        }
        $target = Target::record($this->facts->path, $key);
        $type = 'application/pdf;template=' . $template;
        $response = $this->engine->send('GET', $target, null, $options, 'application/pdf', $type);
        Errors::check($this->engine, 'GET', $target, $response);

        return Answers::pdf($response, $this->engine->summary('GET', $target));
    }

    /** @param T $record */
    public function key(Record $record): int|string
    {
        $key = $record->get($this->facts->key);
        if ((is_int($key) && $key > 0) || (is_string($key) && $key !== '')) {
            return $key;
        }
        throw new UsageException(sprintf('the record has no %s: read it from the server first', $this->facts->key));
    }

    /** One higher; a counter that is none must not become 1, which could pass for the stored one. */
    private static function next(mixed $counter): int
    {
        $now = is_bool($counter) ? null : View::of('integer', in_array($counter, [null, ''], true) ? 0 : $counter);

        return $now === null || $now === PHP_INT_MAX ? throw new UsageException('The counter of the record is none: read it again') : $now + 1;
    }

    public function validates(?Options $options): bool
    {
        return $options?->validate ?? $this->engine->config->validate;
    }

    /** @return T */
    private function record(string $method, string $target, ?string $body, ?Options $options): Record
    {
        $response = $this->engine->send($method, $target, $body, $options);
        Errors::check($this->engine, $method, $target, $response);

        if ($body !== null && trim($response->body) === '') {
            return $this->facts->class::asSent($body);
        }

        return Answers::record($this->facts, $response, $this->engine->summary($method, $target));
    }

    /**
     * The record when an update whose outcome is unknown was stored after all.
     *
     * @param array<array-key, mixed> $sent
     * @return T|null
     */
    private function ifStored(int|string $key, ?string $counter, array $sent): ?Record
    {
        $now = $this->there($key, null);
        if ($now === null) {
            return null;
        }
        if ($counter !== null) {
            return (View::of('integer', $now->get($counter)) ?? 0) >= $sent[$counter] ? $now : null;
        }
        try {
            return Body::text($this->facts->class, $now->toWire()) === Body::text($this->facts->class, $sent) ? $now : null;
        } catch (SqlAccException) {
            return null;
        }
    }
}
