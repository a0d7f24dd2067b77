<?php

declare(strict_types=1);

namespace SqlAcc;

use SqlAcc\Exception\ConfigurationException;

/** How often, and after which pauses, a call that cannot have been processed is tried again. */
final class RetryPolicy
{
    public function __construct(
        /** Tries in all, the first included; 1 turns retries off. */
        public readonly int $attempts = 4,
        /** Upper bound of the first pause in seconds; it doubles with each try, and the pause is drawn below it. */
        public readonly float $base = 0.5,
        /** No pause is longer, in seconds, not even one that the server asks for. */
        public readonly float $max = 30.0,
    ) {
        if ($attempts < 1 || $base < 0 || $max < 0) {
            throw new ConfigurationException('A retry policy has at least one attempt and no negative pauses');
        }
    }

    /** Seconds to wait after the given try; `$asked` is what the server asked for. */
    public function pause(int $attempt, ?float $asked = null): float
    {
        if ($asked !== null) {
            return min($asked, $this->max);
        }

        return random_int(0, 1_000_000) / 1_000_000 * min($this->max, $this->base * 2 ** min($attempt - 1, 30));
    }
}
