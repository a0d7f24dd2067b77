<?php

declare(strict_types=1);

namespace SqlAcc\Internal;

/**
 * One column as `FIELDS` writes it: `text(20)!` is text of at most 20 characters, required on create.
 *
 * @internal
 */
final class Column
{
    private function __construct(
        /** text, integer, flag, decimal, date, moment, epoch or blob */
        public readonly string $kind,
        /** largest size of a text, scale of a decimal */
        public readonly ?int $limit,
        public readonly bool $required,
        public readonly bool $readOnly,
        /** shown as the text that it is on the wire */
        public readonly bool $isText,
    ) {}

    public static function parse(string $code): self
    {
        $parts = sscanf($code, '%[a-z](%d)') ?? [];

        $kind = (string) $parts[0];
        $isText = in_array($kind, ['text', 'date', 'moment'], true);

        return new self($kind, $parts[1] ?? null, str_contains($code, '!'), str_contains($code, '-'), $isText);
    }
}
