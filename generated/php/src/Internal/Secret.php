<?php

declare(strict_types=1);

namespace SqlAcc\Internal;

/**
 * A text that no dump, log, stack trace or serialisation can show: it is not stored in the object.
 *
 * @internal
 */
final class Secret
{
    /** @var \WeakMap<self, string>|null */
    private static ?\WeakMap $texts = null;

    public function __construct(#[\SensitiveParameter] string $text)
    {
        self::$texts ??= new \WeakMap();
        self::$texts[$this] = $text;
    }

    public function reveal(): string
    {
        return self::$texts[$this] ?? '';
    }

    /** @return array<string, string> */
    public function __debugInfo(): array
    {
        return ['text' => '***'];
    }

    /** @return array<string, never> */
    public function __serialize(): array
    {
        throw new \LogicException('A secret is not serialised');
    }

    public function __clone()
    {
        throw new \LogicException('A secret is not copied');
    }
}
