<?php

declare(strict_types=1);

return (new PhpCsFixer\Config())
    ->setRules(['@PER-CS' => true, '@PHP81Migration' => true, 'no_unused_imports' => true, 'ordered_imports' => true])
    ->setFinder(PhpCsFixer\Finder::create()->in(__DIR__)->notPath('vendor'))
    ->setUsingCache(false);
