<?php

declare(strict_types=1);

namespace SqlAcc\Internal;

use SqlAcc\Exception\ValidationException;
use SqlAcc\Record;

/**
 * A document into the next one: the whole of what is outstanding, or chosen lines and quantities.
 *
 * @internal
 */
final class Transfer
{
    /** @param array<string, mixed> $facts of the workflow, from the spec */
    public function __construct(private readonly array $facts) {}

    /**
     * The body of the target document.
     *
     * @param list<array<array-key, mixed>>|null $wanted row keys with quantities; null takes all that is outstanding
     * @return array<string, mixed>
     */
    public function body(Record $source, ?array $wanted): array
    {
        if ($source->get($this->facts['void'] ?? '') === true) {
            throw new ValidationException([$this->facts['void'] => 'the document is cancelled']);
        }
        if ($source->get($this->facts['transferable'] ?? '') === false) {
            throw new ValidationException([$this->facts['transferable'] => 'the document may not be transferred']);
        }
        $rows = $wanted === null ? $this->outstanding($source) : $this->chosen($source, $wanted);
        if ($rows === []) {
            throw new ValidationException([$this->facts['table'] => 'there is no line to transfer']);
        }

        return self::copied($source->toWire(), $this->facts['copy_header']) + [$this->facts['table'] => $rows];
    }

    /**
     * Values that are filled.
     *
     * @param array<array-key, mixed> $from
     * @param list<string> $names
     * @return array<string, mixed>
     */
    public static function copied(array $from, array $names): array
    {
        $copied = [];
        foreach ($names as $name) {
            if (!in_array($from[$name] ?? null, [null, ''], true)) {
                $copied[$name] = $from[$name];
            }
        }

        return $copied;
    }

    /** A number of a record as text, "0" when it has none. */
    public static function amount(mixed $value): string
    {
        return View::decimal($value) ?? '0';
    }

    /** @return list<array<string, mixed>> */
    private function outstanding(Record $source): array
    {
        $rows = [];
        foreach ($this->lines($source) as $row) {
            $open = Decimals::compare($this->left($row), '0') > 0;
            if ($open && ($row[$this->facts['transferable'] ?? ''] ?? null) !== false) {
                $rows[] = $this->row($source, $row, null, $this->facts['table']);
            }
        }

        return $rows;
    }

    /**
     * @param list<array<array-key, mixed>> $wanted
     * @return list<array<string, mixed>>
     */
    private function chosen(Record $source, array $wanted): array
    {
        $key = $this->facts['row_key'];
        $byKey = [];
        foreach ($this->lines($source) as $row) {
            $byKey[(string) $row[$key]] = $row;
        }
        $rows = [];
        foreach ($wanted as $index => $line) {
            $path = $this->facts['table'] . '[' . $index . ']';
            $named = is_scalar($line[$key] ?? null) ? (string) $line[$key] : '';
            $row = $byKey[$named] ?? throw new ValidationException(["$path.$key" => "the document has no line \"$named\""]);
            $rows[] = $this->row($source, $row, $line[$this->facts['quantity']] ?? null, $path);
        }

        return $rows;
    }

    /**
     * @param array<array-key, mixed> $row
     * @return array<string, mixed>
     */
    private function row(Record $source, array $row, mixed $quantity, string $path): array
    {
        $name = $this->facts['quantity'];
        $left = $this->left($row);
        $given = $quantity === null ? $left : View::decimal($quantity);
        if ($given === null || Decimals::compare($given, '0') <= 0 || Decimals::compare($given, $left) > 0) {
            throw new ValidationException(["$path.$name" => "must be above 0 and at most $left, which is outstanding"]);
        }
        $whole = Decimals::compare($given, self::amount($row[$name] ?? null)) === 0;
        $names = $whole ? $this->facts['copy_line'] : array_diff($this->facts['copy_line'], $this->facts['drop_when_partial'] ?? []);
        $link = $this->facts['link'];

        return [
            $name => $quantity === null && $whole ? $row[$name] : $given,
            $link['type'] => $this->facts['doctype'],
            $link['document'] => $source->get($this->facts['document_key']),
            $link['line'] => $row[$this->facts['row_key']],
        ] + self::copied($row, array_values($names));
    }

    /** @param array<array-key, mixed> $row */
    private function left(array $row): string
    {
        $quantity = self::amount($row[$this->facts['quantity']] ?? null);

        return Decimals::subtract($quantity, self::amount($row[$this->facts['consumed']] ?? null));
    }

    /** @return list<array<array-key, mixed>> */
    private function lines(Record $source): array
    {
        $rows = $source->get($this->facts['table']);

        return array_values(array_map(static fn(mixed $row): array => (array) $row, is_array($rows) ? $rows : []));
    }
}
