<?php

declare(strict_types=1);

namespace SqlAcc\Internal;

/**
 * The clock and the pauses of a client; both can be replaced.
 *
 * @internal
 */
final class Time
{
    /** Seconds between two looks at whether a call is cancelled. */
    public const GLANCE = 0.05;

    /**
     * @param (\Closure(): \DateTimeInterface)|null $clock
     * @param (\Closure(float): void)|null $sleep
     */
    public function __construct(
        private readonly ?\Closure $clock = null,
        private readonly ?\Closure $sleep = null,
    ) {}

    /** An injected clock says nothing about this machine's. */
    public function isReal(): bool
    {
        return $this->clock === null;
    }

    public function now(): \DateTimeInterface
    {
        return $this->clock === null ? new \DateTimeImmutable('now', new \DateTimeZone('UTC')) : ($this->clock)();
    }

    /** @param (\Closure(): bool)|null $cancelled asked now and then; true ends the pause */
    public function sleep(float $seconds, ?\Closure $cancelled = null): void
    {
        if ($this->sleep !== null) {
            ($this->sleep)($seconds);

            return;
        }
        $until = microtime(true) + $seconds;
        while (($left = $until - microtime(true)) > 0 && !($cancelled !== null && $cancelled())) {
            self::wait($cancelled === null ? $left : min($left, self::GLANCE));
        }
    }

    private static function wait(float $seconds): void
    {
        $parallel = Parallel::current();
        if ($parallel !== null) {
            $parallel->sleep($seconds);
        } else {
            usleep((int) ceil($seconds * 1_000_000));
        }
    }
}
