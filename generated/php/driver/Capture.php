<?php

declare(strict_types=1);

namespace SqlAcc\Driver;

use SqlAcc\Http\Request;

/** Carries a request out of the client that was about to send it. */
final class Capture extends \Exception
{
    public function __construct(public readonly Request $request)
    {
        parent::__construct('captured');
    }
}
