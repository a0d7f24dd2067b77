<?php

declare(strict_types=1);

namespace SqlAcc\Internal;

use SqlAcc\Exception\UnexpectedResponseException;
use SqlAcc\Http\Response;
use SqlAcc\Record;

/**
 * Successful answers to records, lists and PDF; what is none of them is told as such.
 *
 * @internal
 */
final class Answers
{
    /**
     * The record at top level, or alone in `data`.
     *
     * @template T of Record
     * @param ObjectFacts<T> $facts
     * @return T
     */
    public static function record(ObjectFacts $facts, Response $response, string $what): Record
    {
        $body = self::json($response, $what);
        if ($body instanceof \stdClass && !isset($body->{$facts->key}) && isset($body->data)) {
            $body = $body->data;
        }
        if (is_array($body) && count($body) === 1) {
            $body = $body[0];
        }
        if (!$body instanceof \stdClass || in_array($body->{$facts->key} ?? null, [null, ''], true)) {
            throw self::unexpected($response, $what, sprintf('holds no record with a %s', $facts->key));
        }

        return $facts->class::fromWire($body);
    }

    /**
     * The rows of a list, under `data` or `items`.
     *
     * @return list<\stdClass>
     */
    public static function rows(Response $response, string $what): array
    {
        $body = self::json($response, $what);
        $rows = $body instanceof \stdClass ? $body->data ?? $body->items ?? null : $body;
        if (!is_array($rows)) {
            throw self::unexpected($response, $what, 'holds no list');
        }
        $found = [];
        foreach ($rows as $row) {
            $found[] = $row instanceof \stdClass ? $row : throw self::unexpected($response, $what, 'holds a row that is no record');
        }

        return $found;
    }

    /** The yes to a delete: nothing, words or JSON, but no web page and no error. */
    public static function deleted(Response $response, string $what): void
    {
        if (Errors::isPage($response)) {
            throw self::unexpected($response, $what, 'is a web page');
        }
        try {
            $body = Json::decode($response->body);
        } catch (\JsonException) {
            return;
        }
        if ($body instanceof \stdClass && (!empty($body->error) || ($body->success ?? null) === false)) {
            throw self::unexpected($response, $what, 'is an error with a status of success');
        }
    }

    /** The bytes of a PDF, which begins and ends as one. */
    public static function pdf(Response $response, string $what): string
    {
        if (!str_starts_with($response->body, '%PDF-')) {
            throw self::unexpected($response, $what, 'is no PDF');
        }
        if (!str_contains(substr($response->body, -1024), '%%EOF')) {
            throw self::unexpected($response, $what, 'is a PDF that was cut off');
        }

        return $response->body;
    }

    public static function json(Response $response, string $what): mixed
    {
        try {
            return Json::decode($response->body);
        } catch (\JsonException $error) {
            $is = trim($response->body) === '' ? 'is empty' : 'is not JSON (' . $error->getMessage() . ')';
            throw self::unexpected($response, $what, $is, $error);
        }
    }

    private static function unexpected(
        Response $response,
        string $what,
        string $is,
        ?\Throwable $previous = null,
    ): UnexpectedResponseException {
        $text = sprintf('%s: the answer (%d) %s: %s', $what, $response->status, $is, Errors::excerpt($response));
        $written = !str_starts_with($what, 'GET ');
        $text = rtrim($text, ': ') . ($written ? '; the write itself was acknowledged' : '');

        return new UnexpectedResponseException($text, $response, $previous, $written);
    }
}
