<?php

declare(strict_types=1);

namespace SqlAcc\Exception;

use SqlAcc\Record;

/**
 * A write left this machine and no clear answer came back: it may or may not have been booked.
 *
 * It was not sent again. Ask `check()` first, or use `ensure` with a reference of your own.
 */
final class AmbiguousWriteException extends Failure
{
    public const KIND = 'ambiguous_write';

    /** @var (\Closure(): ?Record)|null */
    private ?\Closure $check = null;

    /** Can `check()` look the record up? Yes when it carries its number, code or a reference of yours. */
    public function canCheck(): bool
    {
        return $this->check !== null;
    }

    /** The record when it was booked after all, null when it was not. */
    public function check(): ?Record
    {
        if ($this->check === null) {
            throw new UsageException('The record has neither number nor reference by which it could be found', 0, $this);
        }

        return ($this->check)();
    }

    /**
     * @internal
     * @param \Closure(): ?Record $check
     */
    public function checkedBy(\Closure $check): self
    {
        $this->check = $check;

        return $this;
    }
}
