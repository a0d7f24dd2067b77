<?php

declare(strict_types=1);

namespace SqlAcc\Http;

/** The `Retry-After` header, in seconds or as an HTTP date, as a number of seconds. */
final class RetryAfter
{
    /** The weekday is not looked at: `strtotime` would go on to the next one of that name. */
    private const DATE = '~^[a-z]+, (\d\d? [a-z]{3} \d{4} (?:[01]\d|2[0-3])(?::[0-5]\d){2}) (?:GMT|UTC)$~Di';

    public static function seconds(Response $response, \DateTimeInterface $now): ?float
    {
        $text = trim($response->header('retry-after'));
        if (preg_match('/^\d{1,9}(?:\.\d+)?$/D', $text) === 1) {
            return (float) $text;
        }
        $moment = preg_match(self::DATE, $text, $part) === 1 ? strtotime("$part[1] GMT") : false;

        return $moment === false ? null : max(0.0, (float) ($moment - $now->getTimestamp()));
    }
}
