<?php

declare(strict_types=1);

namespace SqlAcc\Internal;

/**
 * Runs tasks side by side in fibers, at most `width` at a time; transfers of curl and pauses overlap, nothing else.
 *
 * @internal
 */
final class Parallel
{
    private static ?self $current = null;

    private readonly \CurlMultiHandle $multi;

    /** @var \SplObjectStorage<\CurlHandle, \Fiber<mixed, mixed, mixed, mixed>> who waits for which transfer */
    private \SplObjectStorage $transfers;

    /** @var list<array{float, \Fiber<mixed, mixed, mixed, mixed>}> who sleeps until when */
    private array $sleepers = [];

    private function __construct()
    {
        $this->multi = curl_multi_init();
        $this->transfers = new \SplObjectStorage();
    }

    /** The one whose fiber is running now. */
    public static function current(): ?self
    {
        return \Fiber::getCurrent() === null ? null : self::$current;
    }

    /**
     * Results by the keys of the tasks, in the order in which they end; a task's exception is thrown here.
     *
     * @template T
     * @param iterable<array-key, \Closure(): T> $tasks taken one by one, never more than needed
     * @return \Generator<array-key, T>
     */
    public static function run(iterable $tasks, int $width): \Generator
    {
        if ($width <= 1 || !\extension_loaded('curl') || self::current() !== null) {
            foreach ($tasks as $key => $task) {
                yield $key => $task();
            }

            return;
        }
        yield from (new self())->loop($tasks, $width);
    }

    /** Waits in the running fiber until the transfer is over; gives curl's error number. */
    public function transfer(\CurlHandle $handle): int
    {
        $fiber = \Fiber::getCurrent();
        assert($fiber !== null);
        $this->transfers[$handle] = $fiber;
        curl_multi_add_handle($this->multi, $handle);

        return (int) \Fiber::suspend();
    }

    public function sleep(float $seconds): void
    {
        $fiber = \Fiber::getCurrent();
        assert($fiber !== null);
        $this->sleepers[] = [microtime(true) + $seconds, $fiber];
        \Fiber::suspend();
    }

    /**
     * @param iterable<array-key, \Closure(): mixed> $tasks
     * @return \Generator<array-key, mixed>
     */
    private function loop(iterable $tasks, int $width): \Generator
    {
        $source = (static function () use ($tasks): \Generator {
            yield from $tasks;
        })();
        /** @var array<array-key, \Fiber<mixed, mixed, mixed, mixed>> $fibers */
        $fibers = [];
        while (true) {
            while (count($fibers) < $width && $source->valid()) {
                $fibers[$source->key()] = $fiber = new \Fiber($source->current());
                $this->enter(static fn(): mixed => $fiber->start());
                $source->next();
            }
            foreach ($fibers as $key => $fiber) {
                if ($fiber->isTerminated()) {
                    unset($fibers[$key]);
                    yield $key => $fiber->getReturn();
                }
            }
            if ($fibers === [] && !$source->valid()) {
                return;
            }
            $this->turn();
        }
    }

    /** Moves bytes for a moment and wakes whoever is ready. */
    private function turn(): void
    {
        curl_multi_exec($this->multi, $running);
        while (($done = curl_multi_info_read($this->multi)) !== false) {
            $handle = $done['handle'];
            $fiber = $this->transfers[$handle];
            unset($this->transfers[$handle]);
            curl_multi_remove_handle($this->multi, $handle);
            $this->enter(static fn(): mixed => $fiber->resume($done['result']));
        }
        $now = microtime(true);
        foreach ($this->sleepers as $index => [$until, $fiber]) {
            if ($until <= $now) {
                unset($this->sleepers[$index]);
                $this->enter(static fn(): mixed => $fiber->resume());
            }
        }
        if ($running > 0) {
            curl_multi_select($this->multi, 0.05);
        } elseif ($this->sleepers !== []) {
            usleep(1000);
        }
    }

    /** @param \Closure(): mixed $step */
    private function enter(\Closure $step): void
    {
        $outer = self::$current;
        self::$current = $this;
        try {
            $step();
        } finally {
            self::$current = $outer;
        }
    }
}
