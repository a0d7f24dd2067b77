<?php

declare(strict_types=1);

namespace SqlAcc\Internal;

use SqlAcc\Exception\UsageException;
use SqlAcc\Exception\ValidationException;
use SqlAcc\Record;

/**
 * Documents of one party into the payment that settles them; money that is left over stays unapplied.
 *
 * @internal
 */
final class Settlement
{
    /** @param array<string, mixed> $facts of the workflow, from the spec */
    public function __construct(private readonly array $facts) {}

    /**
     * The body of the payment.
     *
     * @param list<Record> $documents in the order in which they are settled
     * @return array<string, mixed>
     */
    public function body(array $documents, string $method, ?string $amount): array
    {
        $first = $documents[0] ?? throw new UsageException('There is no document to settle');
        $party = $this->facts['party'];
        $total = '0';
        foreach ($documents as $document) {
            if ($document->get($party) !== $first->get($party)) {
                throw new ValidationException([$party => 'one payment cannot settle documents of several parties']);
            }
            $total = Decimals::add($total, Transfer::amount($document->get($this->facts['total'])));
        }
        if ($amount !== null && View::decimal($amount) === null) {
            throw new ValidationException([$this->facts['total'] => 'must be a decimal as text, "25.10"']);
        }
        $paid = Decimals::padded($amount ?? $total, 2);
        $shared = array_filter([$this->facts['currency'] ?? '', $this->facts['rate'] ?? '']);

        return [
            $party => $first->get($party),
            $this->facts['method'] => $method,
            $this->facts['total'] => $paid,
            $this->facts['table'] => $this->rows($documents, $paid),
        ] + Transfer::copied($first->toWire(), [...$this->facts['copy_header'] ?? [], ...array_values($shared)]);
    }

    /**
     * @param list<Record> $documents
     * @return list<array<string, mixed>>
     */
    private function rows(array $documents, string $left): array
    {
        $rows = [];
        $names = $this->facts['row'];
        foreach ($documents as $document) {
            $owed = Decimals::padded(Transfer::amount($document->get($this->facts['total'])), 2);
            $applied = Decimals::compare($owed, $left) < 0 ? $owed : $left;
            if (Decimals::compare($applied, '0') > 0) {
                $left = Decimals::subtract($left, $applied);
                $rows[] = [
                    $names['type'] => $this->facts['doctype'],
                    $names['number'] => $document->get($this->facts['number']),
                    $names['amount'] => $applied,
                    $names['flag'] => true,
                ];
            }
        }

        return $rows;
    }
}
