<?php

declare(strict_types=1);

namespace SqlAcc\Driver;

/** Lines of standard input, one after the other; while a call runs, those that have come can be looked at. */
final class Lines
{
    /** @var list<string> read already, still to be answered */
    private array $waiting = [];

    public function next(): ?string
    {
        $line = array_shift($this->waiting) ?? fgets(STDIN);

        return $line === false ? null : $line;
    }

    /** Has the command come that cancels this case? It is answered in its turn. */
    public function cancel(string $case): bool
    {
        $come = [];
        $ready = [STDIN];
        $none = null;
        while (stream_select($ready, $none, $none, 0) === 1 && ($line = fgets(STDIN)) !== false) {
            $come[] = $line;
        }
        array_push($this->waiting, ...$come);
        foreach ($come as $line) {
            $message = json_decode($line);
            if (($message->cmd ?? null) === 'cancel' && ($message->case ?? null) === $case) {
                return true;
            }
        }

        return false;
    }
}
