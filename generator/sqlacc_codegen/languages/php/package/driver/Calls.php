<?php

declare(strict_types=1);

namespace SqlAcc\Driver;

use SqlAcc\BatchResult;
use SqlAcc\Client;
use SqlAcc\Exception\UsageException;
use SqlAcc\Internal\Batch;
use SqlAcc\Internal\Records;
use SqlAcc\Options;

/** An operation and its arguments to a call of the client, and its result to a tagged value. */
final class Calls
{
    /** @param \Closure(int, int): void $onPage */
    public function __construct(
        private readonly Client $client,
        private readonly ?Options $options,
        private readonly \Closure $onPage,
    ) {}

    public function run(string $operation, \stdClass $args): mixed
    {
        [$of, $kind] = explode('.', $operation, 2) + [1 => ''];
        if ($of === 'client') {
            return $kind === 'ping' ? $this->ping() : $this->raw($args);
        }
        if ($of === 'workflows') {
            return $this->workflow($kind, $args);
        }

        return $this->records(self::of($this->client, $of), $kind, $args);
    }

    /** @return Records<\SqlAcc\Record> */
    public static function of(Client $client, string $plural): Records
    {
        $property = Operations::RECORDS[$plural][0] ?? throw new UsageException("There are no $plural");

        return $client->{$property}->records();
    }

    /** @param Records<\SqlAcc\Record> $records */
    private function records(Records $records, string $kind, \stdClass $args): mixed
    {
        $caller = $records->caller;
        $class = $caller->facts->class;
        $record = static fn(mixed $given): \SqlAcc\Record => $class::fromWire(Tags::wire($class, $given));
        $key = isset($args->key) ? Tags::plain($args->key) : '';
        $key = is_int($key) || is_string($key) ? $key : '';
        $by = array_values((array) ($args->by ?? []));

        return match ($kind) {
            'list' => $this->page($records, $args),
            'iterate' => ['records' => array_map(Tags::record(...), iterator_to_array($records->finder->iterate(
                $this->where($args),
                $args->offset ?? 0,
                $args->page_limit ?? 50,
                $args->max ?? null,
                $args->details ?? false,
                $args->concurrency ?? 1,
                $this->onPage,
                $this->options,
            ), false))],
            'get' => Tags::record($caller->get($key, $this->options)),
            'find' => Tags::record($records->finder->find($this->where($args), $this->options)),
            'create' => Tags::record($records->create($record($args->record), $this->options)),
            'update' => Tags::record($caller->update($record($args->record), Tags::wire($class, $args->changes), $this->options)),
            'update_with_retry' => Tags::record(
                $records->updateWithRetry($key, Tags::wire($class, $args->changes), 3, $this->options),
            ),
            'delete' => $caller->delete($key, $this->options),
            'pdf' => self::pdf($caller->pdf($key, $args->template ?? null, $this->options)),
            'ensure' => self::ensured($records->ensure($record($args->record), $by, $this->options)),
            'create_many', 'ensure_many' => ['results' => array_map(self::result(...), (new Batch(
                $records,
                $by,
                $kind === 'ensure_many',
                $args->journal ?? null,
                $args->stop_on_error ?? false,
                $args->concurrency ?? 1,
                null,
                $this->options,
            ))->run(array_map($record, $args->records)))],
            default => throw new UsageException("There is no operation \"$kind\""),
        };
    }

    /**
     * @param Records<\SqlAcc\Record> $records
     * @return array<string, mixed>
     */
    private function page(Records $records, \stdClass $args): array
    {
        $offset = $args->offset ?? 0;
        $page = $records->finder->list($this->where($args), $offset, $args->limit ?? 50, $this->options);
        ($this->onPage)($offset, count($page));

        return [
            'records' => array_map(Tags::record(...), $page->records),
            'offset' => $offset,
            'count' => count($page),
            'more' => $page->more,
        ];
    }

    /** @return array<string, mixed> */
    private function where(\stdClass $args): array
    {
        // Decimals stay numbers here, so that 25.1 is compared with 25.10 as a number.
        return array_map(static fn(mixed $value): mixed => Tags::plain($value, false), (array) ($args->where ?? []));
    }

    private function workflow(string $name, \stdClass $args): mixed
    {
        [$kind, $method] = Operations::WORKFLOWS[$name] ?? throw new UsageException("There is no workflow \"$name\"");
        $header = Tags::wire(null, $args->header ?? []);
        $header = array_map(static fn(mixed $value): mixed => $value instanceof \SqlAcc\Number ? $value->text : $value, $header);
        if ($kind === 'transfer') {
            $lines = isset($args->lines) ? array_map(static fn(mixed $line): array => self::texts(Tags::wire(null, $line)), $args->lines) : null;

            return Tags::record($this->client->workflows->{$method}(Tags::plain($args->order), $lines, $header, $this->options));
        }
        $keys = array_map(Tags::plain(...), $args->invoices ?? [$args->invoice]);
        $amount = isset($args->amount) ? (string) Tags::plain($args->amount) : null;

        return Tags::record($this->client->workflows->{$method}($keys, $args->paymentmethod, $amount, $header, $this->options));
    }

    /** @return array<string, mixed> */
    private function ping(): array
    {
        $ping = $this->client->ping($this->options);

        return ['ok' => true, 'version' => Tags::value($ping->version)]
            + ($ping->skewSeconds === null ? [] : ['skew_seconds' => (int) $ping->skewSeconds]);
    }

    /** @return array<string, mixed> */
    private function raw(\stdClass $args): array
    {
        $query = Tags::wire(null, $args->query ?? []);
        $body = isset($args->body) ? Tags::plain($args->body, false) : null;
        $answer = $this->client->raw($args->method, $args->path, $query, $body, $this->options);
        try {
            return ['status' => $answer->status, 'value' => Tags::value($answer->json())];
        } catch (\SqlAcc\Exception\UnexpectedResponseException) {
            return ['status' => $answer->status, 'text' => self::utf8($answer->body)];
        }
    }

    /**
     * @param array<string, mixed> $values
     * @return array<string, mixed>
     */
    private static function texts(array $values): array
    {
        return array_map(static fn(mixed $value): mixed => $value instanceof \SqlAcc\Number ? $value->text : $value, $values);
    }

    /** @return array<string, array<string, mixed>> */
    public static function pdf(string $bytes): array
    {
        return ['$pdf' => ['sha256' => hash('sha256', $bytes), 'len' => strlen($bytes)]];
    }

    /**
     * @param \SqlAcc\Ensured<\SqlAcc\Record> $ensured
     * @return array<string, mixed>
     */
    private static function ensured(\SqlAcc\Ensured $ensured): array
    {
        return ['record' => Tags::record($ensured->record), 'created' => $ensured->created];
    }

    /**
     * @param BatchResult<\SqlAcc\Record> $result
     * @return array<string, mixed>
     */
    private static function result(BatchResult $result): array
    {
        return ['status' => $result->status]
            + ($result->record === null ? [] : ['record' => Tags::record($result->record)])
            + ($result->error === null ? [] : ['error' => [
                'kind' => $result->error->kind(),
                'message' => self::utf8($result->error->getMessage()),
            ]]);
    }

    /** Text that JSON can hold, whatever the bytes were. */
    public static function utf8(string $text): string
    {
        return (string) json_decode((string) json_encode($text, JSON_INVALID_UTF8_SUBSTITUTE));
    }
}
