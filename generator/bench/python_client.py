"""Figures of the Python client: import time beside bare requests, cost of a call beside botocore plus json.

Run `python generator/bench/python_client.py [--json]`. Imports are timed in fresh processes with compiled files; calls
go through a transport that answers at once, so that only the client's own work is counted. All but the driver's figures
are processor time, the best of several runs, since other programs share the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).parents[2] / "generated" / "python"
LIMIT = 150.0  # milliseconds above bare requests


def import_times(rounds: int) -> dict[str, float]:
    """Milliseconds of each import, above an empty program."""
    programs = {
        "nothing": "pass",
        "requests": "import requests",
        "sqlacc_client": "import sqlacc_client",
        "client": "import sqlacc_client; sqlacc_client.Client(access_key='a', secret_key='b')",
        "client, ready to send": (
            "import sqlacc_client, sqlacc_client._pool, sqlacc_client._signing;"
            "sqlacc_client.Client(access_key='a', secret_key='b')"
        ),
        "first record": (
            "import sqlacc_client, sqlacc_client._pool, sqlacc_client._signing\n"
            "from sqlacc_client.models import SalesInvoice\nSalesInvoice.from_wire({'dockey': 1})"
        ),
    }
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "PYTHONPATH": str(PACKAGE), "PYTHONPYCACHEPREFIX": cache}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        best = dict.fromkeys(programs, float("inf"))
        for _ in range(rounds + 1):  # the first round compiles
            for name, program in programs.items():
                start = _children()
                subprocess.run([sys.executable, "-c", program], env=environment, check=True)
                best[name] = min(best[name], (_children() - start) * 1000)
    return {name: best[name] - best["nothing"] for name in programs if name != "nothing"}


def _children() -> float:
    """Seconds of processor time that ended child processes took."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def per_call(work: Callable[[], Any], count: int) -> float:
    """Microseconds of one call, the best of five runs."""
    work()
    best = float("inf")
    for _ in range(5):
        start = time.process_time()
        for _ in range(count):
            work()
        best = min(best, time.process_time() - start)
    return best / count * 1e6


def call_times(count: int) -> dict[str, float]:
    """Microseconds of whole calls and of the least that they must do."""
    sys.path.insert(0, str(PACKAGE))
    sys.dont_write_bytecode = True
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials
    from sqlacc_client import Client, HttpRequest, HttpResponse

    example = json.loads((PACKAGE / "sqlacc_client" / "_shapes" / "sales_invoice.json").read_text())
    samples = {
        "text": "text",
        "decimal": "25.10",
        "date": "2026-01-15",
        "integer": 5,
        "flag": True,
        "epoch": 1757557610,
    }
    record = {wire: samples.get(code.rstrip("!-").partition("(")[0]) for wire, code in example["fields"].items()}
    line = {
        wire: samples.get(code.rstrip("!-").partition("(")[0])
        for wire, code in example["lines"]["sdsdocdetail"]["fields"].items()
    }
    record |= {"sdsdocdetail": [{**line, "dtlkey": n} for n in range(1, 4)], "dockey": 35}
    answer = HttpResponse(200, {"content-type": "application/json"}, json.dumps(record).encode())
    rows = [
        {wire: value for wire, value in record.items() if wire != "sdsdocdetail"} | {"dockey": n} for n in range(50)
    ]
    page = HttpResponse(200, {"content-type": "application/json"}, json.dumps({"data": rows}).encode())

    class Echo:
        def send(self, request: HttpRequest, /) -> HttpResponse:
            return page if "offset=" in request.target else answer

    client = Client(access_key="0123456789abcdef.sql.my/API", secret_key="secret", transport=Echo())
    signer = SigV4Auth(Credentials("0123456789abcdef.sql.my/API", "secret"), "sqlaccount", "ap-southeast-5")
    minimum = {"code": "300-G0002", "docdate": "2026-01-15", "sdsdocdetail": [{"itemcode": "ANT", "qty": "1"}]}
    url = "https://api.sql.my/salesinvoice"

    def bare(method: str, target: str, body: Any, reply: HttpResponse) -> Any:
        data = json.dumps(body).encode() if body is not None else b""
        request = AWSRequest(method=method, url=url + target, headers={"content-type": "application/json"}, data=data)
        signer.add_auth(request)
        return json.loads(reply.body, parse_float=Decimal)

    stored = client.sales_invoices.get(35)
    invoices = client.sales_invoices
    return {
        "create, 1 line": per_call(lambda: invoices.create(minimum), count),
        "create, bare": per_call(lambda: bare("POST", "", minimum, answer), count),
        "get, 3 lines": per_call(lambda: invoices.get(35), count),
        "get, bare": per_call(lambda: bare("GET", "/35", None, answer), count),
        "update, 3 lines": per_call(lambda: invoices.update(stored, {"description": "x"}), count),
        "update, bare": per_call(lambda: bare("PUT", "/35", record, answer), count),
        "list, 50 rows": per_call(lambda: invoices.list(), max(1, count // 20)),
        "list, bare": per_call(lambda: bare("GET", "?offset=0&limit=50", None, page), max(1, count // 20)),
    }


def driver_times(count: int) -> dict[str, float]:
    """Commands that the driver program answers in a second."""
    keys = {"access_key": "0123456789abcdef.sql.my/API", "secret_key": "secret", "region": "r", "service": "s"}
    config = {"cmd": "config", "base_url": "https://api.sql.my", **keys}
    row = {"itemcode": "ANT", "qty": {"$dec": "1.00"}, "unitprice": {"$dec": "25.10"}}
    record = {"code": "300-G0002", "docdate": {"$date": "2026-01-15"}, "sdsdocdetail": [row]}
    build = {"cmd": "build", "op": "sales_invoices.create", "args": {"record": record}}
    get = {"cmd": "build", "op": "sales_invoices.get", "args": {"key": 35}}
    sign = {"cmd": "sign", "method": "GET", "url": "https://api.sql.my/x/*?a=1", "headers": {}, "body_b64": ""}
    found = {}
    commands = {"build create": build, "build get": get, "sign": {**sign, "clock": "2026-01-15T10:00:00Z"}}
    for name, command in commands.items():
        lines = b"".join(json.dumps({"seq": n, **command}).encode() + b"\n" for n in range(count))
        with subprocess.Popen(
            [sys.executable, "-B", "-m", "sqlacc_client.driver"],
            cwd=PACKAGE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        ) as process:
            assert process.stdin
            assert process.stdout
            process.stdin.write(
                json.dumps(config).encode() + b"\n" + json.dumps({"seq": 0, **command}).encode() + b"\n"
            )
            process.stdin.flush()
            process.stdout.readline()
            process.stdout.readline()
            start = time.perf_counter()
            writer = threading.Thread(target=lambda p=process, d=lines: (p.stdin.write(d), p.stdin.close()))
            writer.start()
            for _ in range(count):
                process.stdout.readline()
            found[name] = count / (time.perf_counter() - start)
            writer.join()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--calls", type=int, default=400)
    given = parser.parse_args()
    imports, calls = import_times(given.rounds), call_times(given.calls)
    driver = driver_times(given.calls * 20)
    above = imports["client, ready to send"] - imports["requests"]
    if given.json:
        figures = {"import_ms": imports, "above_requests_ms": above, "call_us": calls, "driver_per_second": driver}
        print(json.dumps(figures, indent=1))
        return
    print("import, milliseconds above an empty program")
    for name, value in imports.items():
        print(f"  {name:<24}{value:8.1f}")
    print(f"  {'above bare requests':<24}{above:8.1f}   limit {LIMIT:.0f}")
    print("one call, microseconds")
    for name, value in calls.items():
        print(f"  {name:<24}{value:8.0f}")
    print("driver, commands a second")
    for name, value in driver.items():
        print(f"  {name:<24}{value:8.0f}")


if __name__ == "__main__":
    main()
