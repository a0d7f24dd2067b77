<?php

declare(strict_types=1);

namespace SqlAcc\Http;

/** The `Retry-After` header, in seconds or as an HTTP date, as a number of seconds. */
final class RetryAfter
{
    public static function seconds(Response $response, \DateTimeInterface $now): ?float
    {
        $text = trim($response->header('retry-after'));
        if (preg_match('/^\d+(?:\.\d+)?$/D', $text) === 1) {
            return (float) $text;
        }
        $moment = preg_match('/^[A-Z][a-z]/', $text) === 1 ? strtotime($text) : false; // a date begins with its weekday

        return $moment === false ? null : max(0.0, (float) ($moment - $now->getTimestamp()));
    }
}
