<?php

declare(strict_types=1);

namespace SqlAcc\Internal;

use SqlAcc\Config;
use SqlAcc\Exception\ConfigurationException;

/**
 * The journal file of a batch, a line per step:
 * `{"n":0,"key":"<sha256>","account":"<16 hex>","state":"started|done|failed","docno":"IV-1"}`.
 * Each line is on the disk before the work goes on, so what it says holds after a crash.
 *
 * @internal
 */
final class Journal
{
    /** @var resource */
    private $file;

    /** @var array<int, array{string, string}> key and state */
    private array $entries = [];

    /**
     * @param list<string> $keys hashes of the records of this run
     * @param string $account hash of server and key
     * @throws ConfigurationException for the journal of other records or of another account, or one that another run is writing
     */
    public function __construct(
        private readonly string $path,
        private readonly array $keys,
        private readonly string $account,
    ) {
        $file = @fopen($path, 'c+b');
        if ($file === false) {
            throw new ConfigurationException(sprintf('The journal "%s" cannot be opened', $path));
        }
        if (!flock($file, LOCK_EX | LOCK_NB)) {
            throw new ConfigurationException(sprintf('The journal "%s" belongs to a run that has not ended', $path));
        }
        @chmod($path, 0o600);
        $this->file = $file;
        $text = (string) stream_get_contents($file);
        $whole = substr($text, 0, (int) strrpos("\n" . $text, "\n"));
        ftruncate($file, strlen($whole)); // a line cut off by a crash was never acted upon
        fseek($file, 0, SEEK_END);
        foreach (explode("\n", rtrim($whole, "\n")) as $line) {
            if ($line !== '') {
                $this->read($line);
            }
        }
        foreach ($this->entries as $n => [$key, $state]) {
            // in the place of a record that failed another may stand: the corrected one
            if ($state !== 'failed' && ($keys[$n] ?? null) !== $key) {
                throw new ConfigurationException(sprintf('"%s" is the journal of other records: number %d differs', $path, $n));
            }
        }
    }

    /** Tells servers and keys apart, and says neither. */
    public static function account(Config $config): string
    {
        return substr(hash('sha256', $config->origin . $config->prefix . "\n" . $config->accessKey->reveal()), 0, 16);
    }

    /**
     * The hash by which the journal knows a record: SHA-256 of its compact JSON with sorted names.
     *
     * @param array<array-key, mixed> $wire
     */
    public static function key(array $wire): string
    {
        return hash('sha256', Json::encode(self::sorted($wire)));
    }

    public function state(int $n): ?string
    {
        return $this->entries[$n][1] ?? null;
    }

    public function write(int $n, string $state, ?string $docno): void
    {
        $line = ['n' => $n, 'key' => $this->keys[$n], 'account' => $this->account, 'state' => $state];
        $text = Json::encode($line + ($docno === null ? [] : ['docno' => $docno])) . "\n";
        if (fwrite($this->file, $text) !== strlen($text) || !fflush($this->file) || !fsync($this->file)) {
            throw new ConfigurationException(sprintf('The journal "%s" cannot be written', $this->path));
        }
        $this->entries[$n] = [$this->keys[$n], $state];
    }

    public function close(): void
    {
        fclose($this->file);
    }

    private function read(string $line): void
    {
        $entry = json_decode($line, true);
        $n = is_array($entry) ? $entry['n'] ?? null : null;
        $key = is_array($entry) ? $entry['key'] ?? null : null;
        $state = is_array($entry) ? $entry['state'] ?? null : null;
        if (!is_int($n) || !is_string($key) || !in_array($state, ['started', 'done', 'failed'], true)) {
            throw new ConfigurationException(sprintf('"%s" is not a journal', $this->path));
        }
        // older journals have no account
        if (array_key_exists('account', $entry) && $entry['account'] !== $this->account) {
            $message = 'the journal "%s" was begun with other keys or on another server; finish it with those or use another file';
            throw new ConfigurationException(sprintf($message, $this->path));
        }
        $this->entries[$n] = [$key, $state];
    }

    private static function sorted(mixed $value): mixed
    {
        if ($value instanceof \stdClass) {
            $value = (array) $value;
            ksort($value, SORT_STRING);

            return (object) array_map(self::sorted(...), $value);
        }
        if (!is_array($value)) {
            return $value;
        }
        if (!array_is_list($value)) {
            ksort($value, SORT_STRING);
        }

        return array_map(self::sorted(...), $value);
    }
}
