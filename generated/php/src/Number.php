<?php

declare(strict_types=1);

namespace SqlAcc;

/**
 * A JSON number that a PHP int or float would not keep: a fraction, an exponent, or an integer beyond 64 bits.
 *
 * Numbers of documented decimal fields become numeric strings; this class only holds those of fields that the client
 * does not know, such as user fields, so that an update sends back the digits that were read.
 */
final class Number implements \JsonSerializable
{
    /** @param numeric-string $text the digits as they stood in the JSON text */
    public function __construct(public readonly string $text)
    {
        if (preg_match('/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/D', $text) !== 1) {
            throw new Exception\UsageException(sprintf('"%s" is not a JSON number', $text));
        }
    }

    public function __toString(): string
    {
        return $this->text;
    }

    /** The digits as text: `json_encode` could only write a float. */
    public function jsonSerialize(): string
    {
        return $this->text;
    }
}
