"""A broken server -> the first property of the pack that notices it; a case and a client -> their play, for figures."""

from __future__ import annotations

import time
from dataclasses import dataclass

from broken_servers import BREAKAGES
from sly_servers import SLY
from sqlacc_codegen.ir import Api
from sqlacc_contract.cases.case import Case
from sqlacc_contract.house import House
from sqlacc_contract.play import Asked, Play
from sqlacc_contract.properties.pack import Pack
from sqlacc_contract.results import Line, is_good
from sqlacc_contract.verify import HERE, OWN, Plan, verify
from worse_servers import WORSE

SERVERS = BREAKAGES | WORSE | SLY
NAMES = sorted(SERVERS)
TIMEOUT_MS = 500  # nobody has to wait long for a server that answers at once
EXAMPLES = 8


@dataclass(frozen=True)
class Notice:
    """What told, after how many seconds and calls."""

    line: Line | None
    seconds: float
    calls: int


def noticed(api: Api, name: str, seed: int = 0) -> Notice:
    everything = list(Pack(api, seed, EXAMPLES, shrink=False).cases())

    def house(api: Api) -> House:
        return House(api, SERVERS[name], TIMEOUT_MS)

    began, calls = time.monotonic(), 0
    for line in verify(api, [OWN], Plan(limit=3.0), lambda _: HERE, house=house, everything=everything):
        calls += line.get("calls", 0)
        if line["type"] == "case" and not is_good(line):
            return Notice(line, time.monotonic() - began, calls)
    return Notice(None, time.monotonic() - began, calls)


def play_of(case: Case, who: str, driver: Asked, house: House) -> Play:
    """A case of the pack for a client, on a server as new."""
    house.renew({})
    return Play(house.api, f"{who}/{case.id}", driver, house.settings, house.tap, renew=house.renew)
