<?php

declare(strict_types=1);

namespace SqlAcc\Exception;

/** The record breaks rules that can be checked beforehand; nothing was sent. */
final class ValidationException extends Failure
{
    public const KIND = 'validation';

    /** @param array<string, string> $problems path of the field, such as `sdsdocdetail[0].qty`, to what is wrong */
    public function __construct(public readonly array $problems)
    {
        $lines = [];
        foreach ($problems as $path => $problem) {
            $lines[] = $path === '' ? $problem : $path . ': ' . $problem;
        }
        parent::__construct(implode('; ', $lines));
    }
}
