<?php

// Loads the client that came with this project, and the project's own classes. With Composer, `require` the client
// from a path repository on ./sqlacc-client instead.

declare(strict_types=1);

require __DIR__ . '/sqlacc-client/autoload.php';
require __DIR__ . '/src/OrdersToInvoices.php';
