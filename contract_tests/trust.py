"""A broken server -> the first property of the pack that notices it, through the harness's own caller."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from broken_servers import BREAKAGES
from sqlacc_codegen.ir import Api
from sqlacc_contract.cases.case import Case
from sqlacc_contract.house import House
from sqlacc_contract.properties.pack import Pack
from sqlacc_contract.results import Line, is_good
from sqlacc_contract.verify import HERE, OWN, Plan, verify
from worse_servers import WORSE

SERVERS = BREAKAGES | WORSE
NAMES = sorted(SERVERS)
TIMEOUT_MS = 500  # nobody has to wait long for a server that answers at once
EXAMPLES = 8
# One object of each kind: a document with lines, a master, a journal, a payment, stock.
SUBJECTS = ("sales_invoice", "agent", "journal_entry", "sales_order", "customer", "stock_received", "records")


@dataclass(frozen=True)
class Notice:
    """What told, after how many seconds and calls."""

    line: Line | None
    seconds: float
    calls: int


def noticed(api: Api, name: str, seed: int = 0, subjects: Sequence[str] = SUBJECTS) -> Notice:
    pack = Pack(api, seed, EXAMPLES, shrink=False)
    everything = [case for case in pack.cases() if case.who != "clients" and case.subject in subjects]

    def house(api: Api) -> House:
        return House(api, SERVERS[name], TIMEOUT_MS)

    began, calls = time.monotonic(), 0
    for line in verify(api, [OWN], Plan(limit=3.0), lambda _: HERE, house=house, everything=_in_turn(everything)):
        calls += line.get("calls", 0)
        if line["type"] == "case" and not is_good(line):
            return Notice(line, time.monotonic() - began, calls)
    return Notice(None, time.monotonic() - began, calls)


def _in_turn(everything: Sequence[Case]) -> list[Case]:
    """Every suite on its first object, then every suite on its second: a server mostly breaks all objects alike."""
    met: Counter[str] = Counter()
    turns = []
    for case in sorted(everything, key=lambda case: SUBJECTS.index(case.subject)):
        turns.append((met[case.name], case))
        met[case.name] += 1
    return [case for _, case in sorted(turns, key=lambda turn: turn[0])]
