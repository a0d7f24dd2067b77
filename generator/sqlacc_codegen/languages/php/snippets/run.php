<?php

/**
 * Runs samples: the name of one on each line of standard input, what it printed as a line of JSON on standard output.
 * Called in the folder of the generated client, with the folder of the samples.
 */

declare(strict_types=1);

set_error_handler(function (int $level, string $text, string $file, int $line): never {
    throw new ErrorException($text, 0, $level, $file, $line);
});
mkdir("$argv[1]/vendor");
file_put_contents("$argv[1]/vendor/autoload.php", '<?php require_once ' . var_export(getcwd() . '/autoload.php', true) . ';');
chdir($argv[1]);
require 'vendor/autoload.php';
while (($name = fgets(STDIN)) !== false) {
    $error = '';
    ob_start();
    try {
        (static function (string $file): void {
            require $file;
        })(trim($name) . '.php');
    } catch (Throwable $thrown) {
        $error = (string) $thrown;
    }
    $answer = ['printed' => ob_get_clean(), 'error' => $error];
    fwrite(STDOUT, json_encode($answer, JSON_THROW_ON_ERROR | JSON_INVALID_UTF8_SUBSTITUTE) . "\n");
}
