<?php

declare(strict_types=1);

namespace SqlAcc\Internal;

use SqlAcc\Exception\ApiException;
use SqlAcc\Exception\AuthenticationException;
use SqlAcc\Exception\ClockSkewException;
use SqlAcc\Exception\DuplicateException;
use SqlAcc\Exception\LicenceException;
use SqlAcc\Exception\NotFoundException;
use SqlAcc\Exception\RateLimitException;
use SqlAcc\Exception\ReferenceException;
use SqlAcc\Exception\ServerException;
use SqlAcc\Exception\StaleRecordException;
use SqlAcc\Exception\UnexpectedResponseException;
use SqlAcc\Facts;
use SqlAcc\Http\Response;

/**
 * An answer that is no success to the exception that says why.
 *
 * @internal
 */
final class Errors
{
    private const CLASSES = [
        'authentication' => AuthenticationException::class,
        'clock_skew' => ClockSkewException::class,
        'not_found' => NotFoundException::class,
        'stale' => StaleRecordException::class,
        'duplicate' => DuplicateException::class,
        'reference' => ReferenceException::class,
        'rate_limit' => RateLimitException::class,
        'licence' => LicenceException::class,
        'server' => ServerException::class,
    ];

    private const SKEW = 300;

    public static function check(Engine $engine, string $method, string $target, Response $response): void
    {
        if ($response->isSuccess()) {
            return;
        }
        $summary = $engine->summary($method, $target);
        $response = self::redacted($response);
        $words = self::words($response) ?? self::excerpt($response);
        $words = $words === '' ? '(no message)' : $words;
        if ($response->status < 400) {
            $text = sprintf('%s: %d is not followed, the signature is for one host %s', $summary, $response->status, $words);
            throw new UnexpectedResponseException(trim($text), $response);
        }
        $kind = self::kind($response->status, $words);
        if ($kind === 'authentication' && $engine->time->isReal() && self::skewed($response, $engine->time->now())) {
            $kind = 'clock_skew';
        }
        $class = self::CLASSES[$kind] ?? ApiException::class;
        throw new $class($response->status, $words, $summary, $response);
    }

    /** The answer without our secret key, should the server repeat it. */
    private static function redacted(Response $response): Response
    {
        $headers = array_map($response->shown(...), $response->headers);

        return new Response($response->status, $headers, $response->shown($response->body));
    }

    /** Is an answer of 500 the application's own refusal, and no accident on the way? */
    public static function isDefinite(Response $response): bool
    {
        $body = $response->status === 500 ? self::body($response) : null;

        $isClear = is_string($body) && in_array(self::kind(500, $body), ['stale', 'duplicate', 'reference', 'licence'], true);

        return $isClear || ($body instanceof \stdClass && (isset($body->message) || isset($body->error)));
    }

    /** The server's message: `message`, `error.message`, `error`, or the text; null for a page, which is no sentence. */
    public static function words(Response $response): ?string
    {
        if (self::isPage($response)) {
            return null;
        }
        $body = self::body($response);
        $error = $body->error ?? null;
        foreach ([$body->message ?? null, $error->message ?? null, $error, $body] as $text) {
            if (is_string($text) && $text !== '') {
                return $text;
            }
        }

        return trim($response->body);
    }

    /** The title of a page, or the beginning of a body in one line. */
    public static function excerpt(Response $response): string
    {
        $text = $response->shown($response->body);
        if (self::isPage($response)) {
            $text = preg_match('~<title[^>]*>(.*?)</title>~is', $text, $title) === 1 && trim($title[1]) !== ''
                ? $title[1]
                : strip_tags((string) preg_replace('~<(script|style)\b.*?</\1>~is', ' ', $text));
        }
        $text = trim((string) preg_replace('/[\s[:cntrl:]]+/', ' ', $text));

        return strlen($text) > 300 ? (string) preg_replace('/[\x80-\xff]+$/', '', substr($text, 0, 300)) . '...' : $text;
    }

    /** The first form of the spec that fits, else what the status says. */
    private static function kind(int $status, string $words): string
    {
        foreach (Facts::ERRORS as [$kind, $only, $pattern]) {
            $same = $only === 0 || $only === $status;
            if ($same && preg_match('~' . str_replace('~', '\~', $pattern) . '~i', $words) === 1) {
                return $kind;
            }
        }

        return match (true) {
            $status === 401, $status === 403 => 'authentication',
            $status === 404 => 'not_found',
            $status === 429 => 'rate_limit',
            $status >= 500 => 'server',
            default => 'api',
        };
    }

    private static function body(Response $response): mixed
    {
        try {
            return Json::decode($response->body);
        } catch (\JsonException) {
            return null;
        }
    }

    private static function skewed(Response $response, \DateTimeInterface $now): bool
    {
        $theirs = strtotime($response->header('date'));

        return $theirs !== false && abs($theirs - $now->getTimestamp()) > self::SKEW;
    }

    public static function isPage(Response $response): bool
    {
        return str_starts_with(ltrim($response->body, "\xEF\xBB\xBF \t\r\n"), '<')
            || str_contains($response->header('content-type'), 'html');
    }
}
