<?php

// The generated models, to lines for each of their properties (fields and tables), those of documentation among them.

declare(strict_types=1);

[, $package] = $argv;
require $package . '/autoload.php';

$lines = $properties = 0;
foreach (glob($package . '/src/Record/*.php') ?: [] as $file) {
    $class = 'SqlAcc\\Record\\' . basename($file, '.php');
    $lines += count(file($file));
    $properties += (new ReflectionMethod($class, '__construct'))->getNumberOfParameters();
}
echo json_encode(['figure' => 'lines of a model for each property', 'value' => $lines / $properties, 'unit' => 'lines', 'limit' => 3]), "\n";
