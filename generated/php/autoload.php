<?php

declare(strict_types=1);

/** Loads the classes of this package where Composer does not: the driver, the tests and the examples of a checkout. */
spl_autoload_register(static function (string $class): void {
    foreach (['SqlAcc\\Driver\\' => '/driver/', 'SqlAcc\\' => '/src/'] as $prefix => $folder) {
        if (str_starts_with($class, $prefix)) {
            $file = __DIR__ . $folder . strtr(substr($class, strlen($prefix)), '\\', '/') . '.php';
            if (is_file($file)) {
                require $file;
            }

            return;
        }
    }
});
