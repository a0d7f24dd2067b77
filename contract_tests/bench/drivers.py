"""How fast drivers build, sign and call: `python contract_tests/bench/drivers.py [LANGUAGE...]`: a table, then JSON.

per second: as seen from outside, with 32 messages in flight; cpu/s: as many for each second that the driver computes,
whatever else the machine does. `call get` goes over loopback to a server that answers at once, so what it takes beyond
`sign` is the client's work on a signed call, with HTTP.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from base64 import b64encode
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from behaviour import Script, scripted
from sqlacc_codegen.ir import Api
from sqlacc_codegen.language import language, language_ids
from sqlacc_codegen.load import load
from sqlacc_contract.driver import Driver
from sqlacc_contract.toolchain import Unavailable, generated_folder, ready
from sqlacc_contract.verify import make_driver

ROOT = Path(__file__).resolve().parent.parent.parent
CALLS = 400
KEYS = {"access_key": "0123456789abcdef0123456789abcdef.sql.my/API", "secret_key": "s3cret"}
TICK = os.sysconf("SC_CLK_TCK")


def messages(api: Api) -> dict[str, dict[str, Any]]:
    invoice = api.object("sales_invoice")
    record = next(example.payload for example in invoice.examples if example.purpose == "minimum")
    sign = {
        "method": "POST",
        "url": "https://api.sql.my/salesinvoice",
        "headers": {"content-type": "application/json"},
        "body_b64": b64encode(json.dumps(record).encode()).decode(),
        "clock": "2026-01-15T00:00:00Z",
    }
    return {
        "sign": {"cmd": "sign", **sign},
        "build get": {"cmd": "build", "op": "sales_invoices.get", "args": {"key": 35}},
        "build create": {"cmd": "build", "op": "sales_invoices.create", "args": {"record": record}},
        "call get": {"cmd": "call", "case": "c", "op": "agents.get", "args": {"key": "A0"}},
    }


def computed(parent: int) -> float:
    """Seconds that the children of a process have computed, with their own children."""
    total = 0.0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        if int(fields[1]) == parent:
            total += sum(map(int, fields[11:15])) / TICK + computed(int(stat.parent.name))
    return total


def measure(driver: Driver, message: dict[str, Any], count: int) -> dict[str, int]:
    driver.ask_all([message] * (count // 4))  # what is compiled while it runs, is
    begun, before = time.perf_counter(), computed(os.getpid())
    answers = driver.ask_all([message] * count)
    wall, cpu = time.perf_counter() - begun, computed(os.getpid()) - before
    failed = [answer.body for answer in answers if "value" not in answer.body]
    assert not failed, failed[0]
    return {"per_second": round(count / wall), "per_cpu_second": round(count / max(cpu, 1 / TICK))}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("language", nargs="*", default=language_ids())
    parser.add_argument("--count", type=int, default=10_000, help="messages of each kind that need no network")
    options = parser.parse_args()
    api, generated = load(ROOT / "spec"), generated_folder(ROOT / "spec")
    found: dict[str, dict[str, dict[str, int]]] = {}
    print(f"{'driver':<10}{'what':<16}{'per second':>12}{'cpu/s':>12}")
    with scripted() as server:
        for id in options.language:
            try:
                start = ready(language(id), generated)
            except Unavailable as missing:
                print(f"{id:<10}{missing}")
                continue
            with make_driver(api, start) as driver:
                for name, message in messages(api).items():
                    driver.config(base_url=server.url, **KEYS)
                    if message["cmd"] == "call":
                        server.scripts["c"] = Script(rows=1)
                    result = measure(driver, message, CALLS if message["cmd"] == "call" else options.count)
                    found.setdefault(id, {})[name] = result
                    print(f"{id:<10}{name:<16}{result['per_second']:>12,}{result['per_cpu_second']:>12,}", flush=True)
    print(json.dumps({"load": os.getloadavg()[0], "drivers": found}))


if __name__ == "__main__":
    main()
