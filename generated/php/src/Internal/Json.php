<?php

declare(strict_types=1);

namespace SqlAcc\Internal;

use SqlAcc\Number;

/**
 * JSON text to PHP values and back without losing a digit: `json_decode` would make floats of decimals.
 *
 * Objects become stdClass (so that `{}` and `[]` stay apart), integers int, all other numbers Number.
 *
 * @internal
 */
final class Json
{
    private const TEXT = '"(?:[^"\\\\]++|\\\\.)*+"(*SKIP)(*FAIL)';

    /** Is there a number that an int may not hold? Almost never: the API writes decimals as strings. */
    private const DELICATE = '~' . self::TEXT . '|\d[.eE]|\d{19}|-0~s';

    private const NUMBER = '~' . self::TEXT
        . '|(?<![\w.+-])-?+(?:0|[1-9]\d*+)(?:\.\d++)?+(?:[eE][+-]?+\d++)?+(?![\w.+-])~s';

    private const FLAGS = JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES
        | JSON_UNESCAPED_LINE_TERMINATORS;

    private const DEPTH = 256;

    /** @throws \JsonException */
    public static function decode(string $text): mixed
    {
        $text = str_starts_with($text, "\xEF\xBB\xBF") ? substr($text, 3) : $text;
        if (preg_match(self::DELICATE, $text) === 0) {
            return json_decode($text, false, self::DEPTH, JSON_THROW_ON_ERROR);
        }
        $mark = bin2hex(random_bytes(8)) . ':';
        $marked = preg_replace_callback(
            self::NUMBER,
            static fn(array $found): string => (string) (int) $found[0] === $found[0]
                ? $found[0]
                : '"' . $mark . $found[0] . '"',
            $text,
        );

        return self::unmark(json_decode((string) $marked, false, self::DEPTH, JSON_THROW_ON_ERROR), $mark);
    }

    /** @throws \JsonException for text that is not UTF-8 and floats that are not numbers */
    public static function encode(mixed $value): string
    {
        if ($value instanceof Number) {
            return $value->text;
        }
        if ($value instanceof \stdClass) {
            return self::object((array) $value);
        }
        if (is_array($value)) {
            return array_is_list($value) ? '[' . implode(',', array_map(self::encode(...), $value)) . ']' : self::object($value);
        }

        return json_encode($value, self::FLAGS);
    }

    /** @param array<array-key, mixed> $members */
    private static function object(array $members): string
    {
        $text = '';
        foreach ($members as $name => $value) {
            $text .= ($text === '' ? '' : ',') . json_encode((string) $name, self::FLAGS) . ':' . self::encode($value);
        }

        return '{' . $text . '}';
    }

    private static function unmark(mixed $value, string $mark): mixed
    {
        if (is_string($value)) {
            return str_starts_with($value, $mark) ? new Number(substr($value, strlen($mark))) : $value;
        }
        if (is_array($value)) {
            return array_map(static fn(mixed $item): mixed => self::unmark($item, $mark), $value);
        }
        if ($value instanceof \stdClass) {
            foreach (get_object_vars($value) as $name => $item) {
                if (str_starts_with((string) $name, $mark)) {
                    throw new \JsonException('A number stands where a name is expected');
                }
                $value->{$name} = self::unmark($item, $mark);
            }
        }

        return $value;
    }
}
