<?php

declare(strict_types=1);

namespace SqlAcc\Http;

use SqlAcc\Exception\CancelledException;
use SqlAcc\Exception\TransportException;

/** Delivers one request: no retries, no redirects, no rewriting of what was signed. */
interface Transport
{
    /**
     * @throws TransportException when no answer came
     * @throws CancelledException when `$limits->cancelled` said so
     */
    public function send(Request $request, Limits $limits): Response;
}
