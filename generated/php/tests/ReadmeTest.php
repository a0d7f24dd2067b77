<?php

declare(strict_types=1);

namespace SqlAcc\Tests;

final class ReadmeTest extends ClientTestCase
{
    public function testItsProgramsAreValidPhp(): void
    {
        $text = (string) file_get_contents(__DIR__ . '/../README.md');
        preg_match_all('/^```php\n(.*?)^```$/ms', $text, $blocks);
        self::assertGreaterThan(5, count($blocks[1]));
        foreach ($blocks[1] as $block) {
            self::assertNotSame([], token_get_all("<?php\n" . $block, TOKEN_PARSE));
        }
    }

    public function testItsErrorTreeIsComplete(): void
    {
        $text = (string) file_get_contents(__DIR__ . '/../README.md');
        foreach (glob(__DIR__ . '/../src/Exception/*.php') ?: [] as $file) {
            if (basename($file) !== 'Failure.php') {
                self::assertStringContainsString(basename($file, '.php'), $text);
            }
        }
    }
}
