<?php

declare(strict_types=1);

namespace SqlAcc\Driver;

use SqlAcc\Http\Limits;
use SqlAcc\Http\Request;
use SqlAcc\Http\Response;
use SqlAcc\Http\Transport;

/** Sends nothing: every request gets the same answer. */
final class Canned implements Transport
{
    public function __construct(private readonly Response $response) {}

    public function send(Request $request, Limits $limits): Response
    {
        return $this->response;
    }
}
