"""How fast drivers and verify are: `python contract_tests/bench/verify.py [LANG]...` prints a table, then JSON.

build/s and sign/s: pure messages through the driver, 32 in flight. calls/s: signed reads of the sandbox, 32 in
flight. cases/s: `verify --fast` with one worker; own s and driver s: the seconds that verify (with its sandbox) and the
driver compute in it, whatever else the machine does.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlacc_codegen.ir import Api
from sqlacc_codegen.language import language, language_ids
from sqlacc_codegen.load import load
from sqlacc_codegen.spec import default_spec
from sqlacc_contract.driver import Driver
from sqlacc_contract.house import House
from sqlacc_contract.results import of_type
from sqlacc_contract.toolchain import Unavailable, generated_folder, ready
from sqlacc_contract.verify import Plan, make_driver, verify

PURE, CALLS = 5000, 1000


def rate(driver: Driver, count: int, message: Callable[[int], dict[str, Any]]) -> float:
    driver.ask_all(message(n) for n in range(count // 10))
    begun = time.perf_counter()
    answers = driver.ask_all(message(n) for n in range(count))
    seconds = time.perf_counter() - begun
    bad = [answer for answer in answers if "value" not in answer.body]
    if bad:
        raise SystemExit(f"not a value: {bad[0]}")
    return count / seconds


def sign(_: int) -> dict[str, Any]:
    url = "https://api.sql.my/salesinvoice/*?docno=IV-00001"
    return {"cmd": "sign", "method": "GET", "url": url, "headers": {}, "body_b64": "", "clock": "2026-01-15T08:00:00Z"}


def build(n: int) -> dict[str, Any]:
    record = {"code": "300-A0001", "docdate": {"$date": "2026-01-15"}, "docref1": f"web-{n}"}
    record["sdsdocdetail"] = [{"itemcode": "ANT", "qty": {"$dec": "2"}, "unitprice": {"$dec": "19.990"}}]
    return {"cmd": "build", "op": "sales_invoices.create", "args": {"record": record}}


def measure(api: Api, id: str, generated: Path) -> dict[str, Any]:
    try:
        start = ready(language(id), generated)
    except Unavailable as missing:
        print(f"{id}: {missing}", file=sys.stderr)
        return {}
    with House(api) as house, make_driver(api, start) as driver:
        house.renew({})
        driver.config(**(house.settings.message() | {"validate": False}))
        found = {"build/s": rate(driver, PURE, build), "sign/s": rate(driver, PURE, sign)}
        read = {"cmd": "call", "op": "customers.get", "args": {"key": "300-A0001"}}
        found["calls/s"] = rate(driver, CALLS, lambda n: read | {"case": str(n % 50)})
    begun, before = time.perf_counter(), computed()
    lines = list(verify(api, [language(id)], Plan(fast=True), lambda _: start))
    seconds = time.perf_counter() - begun
    cases = of_type(lines, "case")
    own, drivers = (after - first for after, first in zip(computed(), before, strict=True))
    found |= {"cases/s": len(cases) / seconds, "fast lane s": seconds, "cases": len(cases)}
    found |= {"own s": own, "driver s": drivers}
    return {name: round(value, 1) for name, value in found.items()}


def computed() -> tuple[float, float]:
    """Seconds of this process and of the ones it has waited for."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    own, children = (one.ru_utime + one.ru_stime for one in used)
    return own, children


def main() -> None:
    print(f"load {os.getloadavg()[0]:.1f}")
    api, generated = load(default_spec()), generated_folder()
    measured = {id: measure(api, id, generated) for id in sys.argv[1:] or language_ids()}
    results = {id: found for id, found in measured.items() if found}
    names = list(next(iter(results.values()), {}))
    print("language".ljust(10), *(name.rjust(12) for name in names))
    for id, found in results.items():
        print(id.ljust(10), *(f"{found[name]:12,.1f}" for name in names))
    print(json.dumps(results))


if __name__ == "__main__":
    main()
