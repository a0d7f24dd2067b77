<?php

declare(strict_types=1);

namespace SqlAcc\Driver;

use SqlAcc\Http\Limits;
use SqlAcc\Http\Request;
use SqlAcc\Http\Response;
use SqlAcc\Http\Transport;

/** Sends nothing: shows the first request instead. */
final class Captured implements Transport
{
    public function send(Request $request, Limits $limits): Response
    {
        throw new Capture($request);
    }
}
