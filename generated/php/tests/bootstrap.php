<?php

declare(strict_types=1);

require __DIR__ . '/../autoload.php';
require __DIR__ . '/ClientTestCase.php';
foreach (['Psr/Http/Message', 'Psr/Http/Client', 'Nyholm/Psr7'] as $debian) {
    // Debian keeps its PHP libraries here; elsewhere Composer has loaded them.
    if (is_file("/usr/share/php/$debian/autoload.php")) {
        require_once "/usr/share/php/$debian/autoload.php";
    }
}
