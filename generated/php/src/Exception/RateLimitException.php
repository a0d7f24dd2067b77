<?php

declare(strict_types=1);

namespace SqlAcc\Exception;

use SqlAcc\Http\RetryAfter;

/** Too many requests: the server wants a pause. */
final class RateLimitException extends ApiException
{
    public const KIND = 'rate_limit';

    /** The pause the server asked for, in seconds, when it named one. */
    public function retryAfter(): ?float
    {
        return RetryAfter::seconds($this->response, new \DateTimeImmutable());
    }
}
