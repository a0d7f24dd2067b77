<?php

declare(strict_types=1);

namespace SqlAcc\Tests;

use SqlAcc\Internal\Parallel;

final class ParallelTest extends ClientTestCase
{
    public function testPausesOverlapAndNeverMoreThanTheWidthRun(): void
    {
        if (!\extension_loaded('curl')) {
            self::markTestSkipped('this PHP has no ext-curl, so tasks run one after the other');
        }
        $running = 0;
        $most = 0;
        $tasks = [];
        foreach ([30, 20, 10, 1, 1] as $index => $milliseconds) {
            $tasks[$index] = static function () use ($milliseconds, &$running, &$most): int {
                $most = max($most, ++$running);
                Parallel::current()?->sleep($milliseconds / 1000);
                $running--;

                return $milliseconds;
            };
        }
        $ended = [];
        foreach (Parallel::run($tasks, 3) as $index => $result) {
            $ended[$index] = $result;
        }
        self::assertSame(3, $most);
        self::assertSame([0, 1, 2, 3, 4], self::sorted(array_keys($ended)));
        self::assertNotSame(0, array_key_first($ended), 'the longest pause ends last');
    }

    public function testAnErrorComesOut(): void
    {
        $tasks = [static fn(): int => 1, static fn(): int => throw new \DomainException('x')];
        self::thrown(\DomainException::class, static fn() => iterator_to_array(Parallel::run($tasks, 4)));
        self::assertNull(Parallel::current());
    }

    /**
     * @param list<int> $numbers
     * @return list<int>
     */
    private static function sorted(array $numbers): array
    {
        sort($numbers);

        return $numbers;
    }
}
