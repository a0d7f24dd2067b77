<?php

declare(strict_types=1);

namespace SqlAcc\Exception;

use SqlAcc\Record;

/** Somebody else changed the record since it was read. Compare `yours()` with `stored()`, or use `updateWithRetry`. */
final class StaleRecordException extends ApiException
{
    public const KIND = 'stale';

    private ?Record $yours = null;

    /** @var (\Closure(): Record)|null */
    private ?\Closure $read = null;

    /** The record as you read it. */
    public function yours(): ?Record
    {
        return $this->yours;
    }

    /** The record as it is stored now: one GET. */
    public function stored(): Record
    {
        return $this->read === null
            ? throw new UsageException('It is not known which record this was about', 0, $this)
            : ($this->read)();
    }

    /**
     * @internal
     * @param \Closure(): Record $read
     */
    public function about(Record $yours, \Closure $read): self
    {
        $this->yours = $yours;
        $this->read = $read;

        return $this;
    }
}
