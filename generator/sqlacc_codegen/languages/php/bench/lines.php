<?php

// The generated models, to lines for each of their fields, those of their documentation among them.

declare(strict_types=1);

[, $package] = $argv;
require $package . '/autoload.php';

$lines = $fields = 0;
foreach (glob($package . '/src/Record/*.php') ?: [] as $file) {
    $class = 'SqlAcc\\Record\\' . basename($file, '.php');
    $lines += count(file($file));
    $fields += count($class::FIELDS);
}
echo json_encode(['figure' => 'lines of a model for each field', 'value' => $lines / $fields, 'unit' => 'lines', 'limit' => 3]), "\n";
