<?php

declare(strict_types=1);

namespace SqlAcc\Exception;

/**
 * What every exception of this package implements.
 *
 *     SqlAccException
 *     ├── ConfigurationException        keys, profile or HTTP client missing or wrong
 *     ├── UsageException                a call that cannot be meant: unknown field, empty key
 *     ├── ValidationException           the record breaks a rule; nothing was sent; names each field
 *     ├── CancelledException            the caller's cancellation was seen between two steps
 *     ├── TransportException
 *     │   ├── ConnectionException       no connection, or it broke
 *     │   └── TimeoutException          no answer in time
 *     ├── AmbiguousWriteException       a write may or may not have been booked; `check()` looks
 *     ├── UnexpectedResponseException   an answer that is not the API's: HTML, cut JSON, a redirect, no PDF
 *     ├── MultipleFoundException        more than one record matches
 *     ├── LineNotRemovedException       the server kept a line that was to be removed
 *     └── ApiException                  the API refused: status and the server's own words
 *         ├── AuthenticationException   keys or signature refused
 *         │   └── ClockSkewException    the clock of this machine is wrong
 *         ├── NotFoundException         no such record
 *         ├── StaleRecordException      changed by somebody else since it was read; holds both versions
 *         ├── DuplicateException        the number or code is taken
 *         ├── ReferenceException        a code in the record does not exist
 *         ├── RateLimitException        too many requests
 *         ├── LicenceException          the licence allows no further connection
 *         └── ServerException           the server failed
 */
interface SqlAccException extends \Throwable
{
    /** The kind of error, the same word in the clients of all languages. */
    public function kind(): string;
}
