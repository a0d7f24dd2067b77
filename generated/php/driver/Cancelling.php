<?php

declare(strict_types=1);

namespace SqlAcc\Driver;

/** When a call is to be cancelled, and whether that moment has come. */
final class Cancelling
{
    private float $at;

    private int $left;

    public function __construct(private readonly \stdClass $told, private readonly string $case, private readonly Lines $lines)
    {
        $this->at = $told->on === 'start' ? 0.0 : INF;
        $this->left = $told->nth ?? 1;
    }

    /** An event of this type has happened. */
    public function event(string $type): void
    {
        if ($type === $this->told->on && --$this->left === 0) {
            $this->at = microtime(true) + ($this->told->after_ms ?? 0) / 1000;
        }
    }

    public function isDue(): bool
    {
        if ($this->told->on === 'command' && $this->lines->cancel($this->case)) {
            $this->at = 0.0;
        }

        return microtime(true) >= $this->at;
    }
}
