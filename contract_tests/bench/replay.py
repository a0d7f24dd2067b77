"""How fast recordings are replayed: `python contract_tests/bench/replay.py` prints a table, then JSON.

backend/s: strict compare and signature, without HTTP. http/s: the same over one loopback connection, signed anew for
each request. vcrpy/s: vcrpy's own player on the same file, comparing bodies too, for the first requests of it.
"""

from __future__ import annotations

import http.client
import json
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import requests
import vcr

from sqlacc_contract.judge import Settings
from sqlacc_contract.recordings.cassette import (
    EXAMPLE_ACCESS_KEY,
    EXAMPLE_MOMENT,
    EXAMPLE_SECRET_KEY,
    Call,
    Cassette,
    Interaction,
    dump,
    load,
)
from sqlacc_contract.recordings.replay import Replay
from sqlacc_contract.recordings.scribe import signed
from sqlacc_contract.sandbox import Request, Server

HOME = Path(__file__).resolve().parent.parent / "cassettes" / "sandbox" / "sales_invoice" / "create-minimum.yaml"
SIZES = (2_000, 20_000)
VCR_REQUESTS = 200


def large(count: int) -> Cassette:
    """A cassette of `count` invoices."""
    pattern = load(HOME)
    first = pattern.interactions[0]
    made = tuple(replace(first, body=first.body.replace(b"{", b'{"docref1":"web-%d",' % n, 1)) for n in range(count))
    call = Call("client.raw", {}, "value", count)
    return replace(pattern, interactions=made, calls=(call,))


def requests_of(cassette: Cassette, url: str) -> list[Request]:
    settings = Settings(url, EXAMPLE_ACCESS_KEY, EXAMPLE_SECRET_KEY, cassette.origin.region, cassette.origin.service)
    return [_request(one, settings) for one in cassette.interactions]


def _request(one: Interaction, settings: Settings) -> Request:
    meant = {name: value for name, value in one.headers if name in ("content-type", "accept")}
    headers = signed(one.method, one.target, meant, one.body, settings, EXAMPLE_MOMENT)
    raw = [(name.encode(), value.encode()) for name, value in headers]
    path, _, query = one.target.encode().partition(b"?")
    return Request(one.method, path, query, raw, one.body)


def backend(cassette: Cassette) -> float:
    replay, asked = Replay(cassette), requests_of(cassette, "https://sandbox.test")
    begun = time.perf_counter()
    for request in asked:
        replay.respond(request)
    seconds = time.perf_counter() - begun
    if replay.misses or replay.unplayed():
        raise SystemExit(f"not replayed: {replay.misses[:1]}")
    return len(asked) / seconds


def over_http(cassette: Cassette) -> float:
    replay = Replay(cassette)
    with Server(replay, time.time, "bench") as server:
        asked = requests_of(cassette, server.url)
        connection = http.client.HTTPConnection(urlsplit(server.url).netloc)
        begun = time.perf_counter()
        for request in asked:
            headers = {name.decode(): value.decode() for name, value in request.headers}
            connection.request(request.method, request.target.decode(), request.body, headers)
            connection.getresponse().read()
        seconds = time.perf_counter() - begun
        connection.close()
    if replay.misses or replay.unplayed():
        raise SystemExit(f"not replayed: {replay.misses[:1]}")
    return len(asked) / seconds


def vcrpy(cassette: Cassette) -> float:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.yaml"
        path.write_text(dump(cassette), encoding="utf-8")
        on = ("method", "uri", "body")
        with vcr.use_cassette(str(path), record_mode="none", match_on=on), requests.Session() as session:
            begun = time.perf_counter()
            for one in cassette.interactions[:VCR_REQUESTS]:
                session.post(f"https://sandbox.test{one.target}", data=one.body, headers=dict(one.headers))
            return VCR_REQUESTS / (time.perf_counter() - begun)


def main() -> None:
    found = {}
    print(f"{'interactions':>12} {'backend/s':>10} {'http/s':>8} {'vcrpy/s':>8}")
    for size in SIZES:
        cassette = large(size)
        row = {"backend/s": backend(cassette), "http/s": over_http(cassette)}
        if size == SIZES[0]:
            row["vcrpy/s"] = vcrpy(cassette)
        found[size] = {name: round(value, 1) for name, value in row.items()}
        print(f"{size:12} {row['backend/s']:10.0f} {row['http/s']:8.0f} {row.get('vcrpy/s', float('nan')):8.0f}")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
