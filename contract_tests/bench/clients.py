"""What a call costs beside a bare signed request: `python contract_tests/bench/clients.py [LANGUAGE...]`: a table.

Runs `bench/run.sh` of each language, in its generated package, against a server on loopback that answers at once with
prepared text. Bare requests are signed by hand, sent over the language's own kept connections and parsed by its own
JSON; a call of the client does the same work with typed records, checks and errors. Times are the best of several
rounds by the clock. Below the table stand the language's own figures, such as what an import takes; exit code 1 when
one is above its limit.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

from sqlacc_codegen.language import HOME, language_ids
from sqlacc_codegen.load import load
from sqlacc_codegen.shape import shape
from sqlacc_contract.toolchain import generated_folder, tools_folder

ROOT = Path(__file__).resolve().parent.parent.parent
KEYS = {"SQLACC_ACCESS_KEY": "0123456789abcdef0123456789abcdef.sql.my/BENCH", "SQLACC_SECRET_KEY": "the secret key"}
SAMPLES: dict[str, Any] = {
    "text": "text",
    "decimal": "25.10",
    "date": "2026-01-15",
    "moment": "2026-01-15T08:00:00.000Z",
    "integer": 5,
    "epoch": 1757557610,
    "flag": True,
}


def answers(spec: Path) -> dict[str, bytes]:
    """The bodies that the server gives: a sales invoice in all its columns with three lines, and fifty of a list."""
    facts: Any = shape(load(spec).object("sales_invoice"))

    def row(fields: dict[str, str], **own: Any) -> dict[str, Any]:
        return {wire: SAMPLES.get(code.rstrip("!-").partition("(")[0]) for wire, code in fields.items()} | own

    lines = [row(facts["lines"]["sdsdocdetail"]["fields"], dtlkey=number) for number in (1, 2, 3)]
    record = row(facts["fields"], dockey=35, sdsdocdetail=lines)
    page = [row(facts["fields"], dockey=number) for number in range(50)]
    bodies = {"one": {"data": [record]}, "page": {"data": page}, "stored": record}
    return {name: json.dumps(body, separators=(",", ":")).encode() for name, body in bodies.items()}


class Canned(asyncio.Protocol):
    """One kept connection."""

    def __init__(self, bodies: dict[str, bytes]) -> None:
        head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
        self._answers = {name: head % len(body) + body for name, body in bodies.items()}
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._read += data
        while (end := self._read.find(b"\r\n\r\n")) >= 0:
            head = self._read[:end]
            length = next((line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), b":0")
            size = end + 4 + int(length.partition(b":")[2])
            if len(self._read) < size:
                return
            self._read = self._read[size:]
            name = "stored" if not head.startswith(b"GET ") else "page" if b"offset=" in head else "one"
            self._transport.write(self._answers[name])


async def measure(id: str, url: str, calls: int, generated: Path) -> list[dict[str, Any]]:
    """What the language's program printed, a JSON object a line."""
    process = await asyncio.create_subprocess_exec(
        "sh",
        str(HOME / id / "bench" / "run.sh"),
        str(tools_folder(generated)),
        str(calls),
        cwd=generated / id,
        env={**os.environ, **KEYS, "SQLACC_BASE_URL": url, "PYTHON": sys.executable},
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()
    if process.returncode:
        raise SystemExit(f"{id}: run.sh ended with {process.returncode}; is its toolchain there? ./dev setup {id}")
    return [json.loads(line) for line in out.splitlines()]


async def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("language", nargs="*", default=language_ids())
    parser.add_argument("--calls", type=int, default=200, help="of each kind in a round")
    parser.add_argument("--json", type=Path, help="keep the figures in this file")
    options = parser.parse_args()
    generated = generated_folder(ROOT / "spec")
    bodies = answers(ROOT / "spec")
    server = await asyncio.get_running_loop().create_server(lambda: Canned(bodies), "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    found = {}
    print(f"{'ms a call':<10}{'':<10}{'bare':>9}{'client':>9}{'more':>9}")
    for id in options.language:
        found[id] = await measure(id, url, options.calls, generated)
        for row in (row for row in found[id] if "call" in row):
            bare, client = row["bare_ms"], row["client_ms"]
            print(f"{id:<10}{row['call']:<10}{bare:>9.3f}{client:>9.3f}{client - bare:>9.3f}", flush=True)
    figures = [(id, row) for id, rows in found.items() for row in rows if "figure" in row]
    for id, row in figures:
        print(f"{id:<10}{row['figure']:<40}{row['value']:>10,.2f} {row['unit']:<12}limit {row['limit']:,}")
    load = os.getloadavg()[0]
    print(f"load {load:.1f}")
    if options.json:
        options.json.write_text(json.dumps({"load": load, "languages": found}, indent=2) + "\n")
    return 1 if any(row["value"] > row["limit"] for _, row in figures) else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
