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

    public function sleep(float $seconds): void
    {
        $parallel = Parallel::current();
        if ($this->sleep !== null) {
            ($this->sleep)($seconds);
        } elseif ($parallel !== null) {
            $parallel->sleep($seconds);
        } else {
            usleep((int) round($seconds * 1_000_000));
        }
    }
}
