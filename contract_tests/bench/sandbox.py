"""How many signed requests a sandbox answers in a second: `contract_tests/bench/sandbox.py [--seconds S] [--json]`.

The server runs in a process of its own, as `sqlacc sandbox` does. Requests are signed beforehand and sent over eight
kept-alive connections, one at a time on each, so that the figures are the server's and not the signer's.
"""

from __future__ import annotations

import argparse
import asyncio
import copy
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlacc_codegen.ir import Api
from sqlacc_codegen.load import default_spec, load
from sqlacc_contract import sigv4
from sqlacc_contract.sandbox import DEMO_ACCESS_KEY, DEMO_SECRET_KEY

CONNECTIONS = 8
WANTED = {"read": 1000, "create": 300}  # a second, on two cores


def signed(api: Api, method: str, target: str, body: bytes = b"", content_type: str = "application/json") -> bytes:
    scope = api.scopes[0]
    headers = sigv4.sign(
        method,
        target,
        [(b"host", b"sandbox"), (b"content-type", content_type.encode())],
        body,
        access_key=DEMO_ACCESS_KEY,
        secret_key=DEMO_SECRET_KEY,
        region=scope.region,
        service=scope.service,
        now=time.time(),
    )
    lines = [f"{method} {target} HTTP/1.1".encode(), *(name + b": " + value for name, value in headers)]
    return b"\r\n".join([*lines, b"content-length: %d" % len(body), b"", body])


def payload(api: Api, object: str, example: str) -> dict[str, Any]:
    found = next(e for e in api.object(object).examples if e.id == example)
    made: dict[str, Any] = copy.deepcopy(found.payload)
    return made


def creates(api: Api, object: str, example: str, count: int, prefix: str) -> list[bytes]:
    identity = api.object(object).identity[0]
    record = payload(api, object, example)
    path = api.object(object).path
    return [signed(api, "POST", path, json.dumps({**record, identity: f"{prefix}{n}"}).encode()) for n in range(count)]


def cases(api: Api, key: int, count: int) -> Iterator[tuple[str, str, list[bytes]]]:
    """Kind, name and requests."""
    yield "create", "invoice, smallest", creates(api, "sales_invoice", "minimum", count, "S")
    yield "create", "invoice, every field, 3 lines", creates(api, "sales_invoice", "full", count, "F")
    yield "create", "agent", creates(api, "agent", "minimum", count, "A")
    yield "read", "get by key", [signed(api, "GET", f"/salesinvoice/{key}")] * count * 5
    yield "read", "detail form by number", [signed(api, "GET", "/salesinvoice/*?docno=IV-00001")] * count * 5
    yield "read", "list of 50 invoices", [signed(api, "GET", "/salesinvoice?offset=100&limit=50")] * count * 2
    yield "read", "list filtered by docref1", [signed(api, "GET", "/salesinvoice?docref1=WEB-1000")] * count * 5
    yield "scan", "wildcard over all invoices", [signed(api, "GET", "/salesinvoice?description=*x*")] * (count // 4)
    yield "pdf", "invoice", [signed(api, "GET", f"/salesinvoice/{key}", content_type="application/pdf")] * 60


async def run(host: str, port: int, requests: list[bytes]) -> tuple[float, list[float]]:
    """Seconds in all, and for each request."""
    waiting = iter(requests)
    times: list[float] = []

    async def work() -> None:
        reader, writer = await asyncio.open_connection(host, port)
        for request in waiting:
            started = time.perf_counter()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
            body = await reader.readexactly(length)
            times.append(time.perf_counter() - started)
            if not head.startswith(b"HTTP/1.1 200"):
                raise SystemExit(f"{request[:80]!r}: {head[:40]!r} {body[:300]!r}")
        writer.close()

    started = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(CONNECTIONS)))
    return time.perf_counter() - started, sorted(times)


def cpu_seconds(pid: int) -> float | None:
    """What a process has used of a processor so far, where /proc tells; on a busy machine the figure to look at."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(api: Api, url: str, seconds: float, where: str, pid: int) -> list[dict[str, Any]]:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or 0
    made = json.loads(asyncio.run(first(host, port, signed(api, "GET", "/salesinvoice/*?docno=IV-00001"))))
    rows = []
    for kind, name, requests in cases(api, made["data"][0]["dockey"], int(400 * seconds)):
        before = cpu_seconds(pid)
        spent, times = asyncio.run(run(host, port, requests))
        used = cpu_seconds(pid)
        cpu = None if before is None or used is None else round((used - before) / len(requests) * 1000, 3)
        middle, slow = times[len(times) // 2], times[int(len(times) * 0.99)]
        rows.append(
            {
                "database": where,
                "kind": kind,
                "case": name,
                "requests": len(requests),
                "per_second": round(len(requests) / spent),
                "median_ms": round(middle * 1000, 2),
                "p99_ms": round(slow * 1000, 2),
                "server_cpu_ms": cpu,
            }
        )
    return rows


async def first(host: str, port: int, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    body = await reader.readexactly(int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0]))
    writer.close()
    return body


def serve(arguments: list[str]) -> tuple[subprocess.Popen[str], str, float]:
    started = time.perf_counter()
    command = [sys.executable, "-m", "sqlacc_contract.sandbox", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    url = process.stdout.readline().split()[1]
    return process, url, time.perf_counter() - started


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.0, help="roughly how long each case runs")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    api = load(default_spec())
    rows: list[dict[str, Any]] = []
    ready: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        for where, arguments in (("memory", []), ("file", ["--db", str(Path(folder) / "bench.db")])):
            process, url, seconds = serve(arguments)
            ready.append(seconds)
            try:
                rows += measure(api, url, options.seconds, where, process.pid)
            finally:
                process.terminate()
                process.communicate()
    good = all(row["per_second"] >= WANTED.get(row["kind"], 0) for row in rows)
    result = {"ready_seconds": round(min(ready), 2), "rows": rows, "wanted": WANTED, "reached": good}
    if options.json:
        print(json.dumps(result, indent=2))
    else:
        print(f"{'database':9} {'kind':7} {'case':31} {'per second':>10} {'median ms':>10} {'99% ms':>8} {'cpu ms':>7}")
        for row in rows:
            print(
                f"{row['database']:9} {row['kind']:7} {row['case']:31} {row['per_second']:10} "
                f"{row['median_ms']:10.2f} {row['p99_ms']:8.2f} {row['server_cpu_ms'] or '-':>7}"
            )
        print(f"ready in {result['ready_seconds']} s; wanted {WANTED}: {'reached' if good else 'NOT reached'}")
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
