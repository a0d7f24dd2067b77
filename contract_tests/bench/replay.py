"""How fast recordings are replayed: `python contract_tests/bench/replay.py` prints a table, then JSON.

backend/s: strict compare and signature, without HTTP. http/s: the same over eight loopback connections, asked by
another process one at a time on each, each request signed by itself; cpu/s: as many for each second that the server
computes, whatever else the machine does. vcrpy/s: vcrpy's own player on the same file, comparing bodies too, for the
first requests of it.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import resource
import socket
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import BinaryIO
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
AT_ONCE = 8


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


def over_http(cassette: Cassette) -> tuple[float, float]:
    """Requests a second on kept connections, and a second of the server's own time."""
    replay = Replay(cassette)
    with Server(replay, time.time, "bench") as server:
        messages = [_message(request) for request in requests_of(cassette, server.url)]
        ours, theirs = multiprocessing.Pipe()
        port = urlsplit(server.url).port
        client = multiprocessing.get_context("fork").Process(target=_ask, args=(port, messages, theirs))
        before = _own_time()
        client.start()
        seconds = ours.recv()
        spent = _own_time() - before
        client.join()
    if replay.misses or replay.unplayed():
        raise SystemExit(f"not replayed: {replay.misses[:1]}")
    return len(messages) / seconds, len(messages) / spent


def _message(request: Request) -> bytes:
    headers = [*request.headers, (b"content-length", b"%d" % len(request.body))]
    lines = b"".join(name + b": " + value + b"\r\n" for name, value in headers)
    return b"%s %s HTTP/1.1\r\n%s\r\n%s" % (request.method.encode(), request.target, lines, request.body)


def _ask(port: int, messages: Sequence[bytes], done: Connection) -> None:
    """The client, in a process of its own: one request at a time on each connection, each answer read to its end."""
    with ExitStack() as open_ones:
        connections = [open_ones.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(AT_ONCE)]
        answers = [open_ones.enter_context(connection.makefile("rb")) for connection in connections]
        for connection in connections:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        begun = time.perf_counter()
        for first in range(0, len(messages), AT_ONCE):
            together = messages[first : first + AT_ONCE]
            for connection, message in zip(connections, together, strict=False):
                connection.sendall(message)
            for answer in answers[: len(together)]:
                _read(answer)
        done.send(time.perf_counter() - begun)


def _read(answer: BinaryIO) -> None:
    length = 0
    while (line := answer.readline()) != b"\r\n":
        if line.lower().startswith(b"content-length:"):
            length = int(line[15:])
    answer.read(length)


def _own_time() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


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
    argparse.ArgumentParser(description=__doc__).parse_args()
    found = {}
    print(f"load {os.getloadavg()[0]:.1f}")
    print(f"{'interactions':>12} {'backend/s':>10} {'http/s':>8} {'cpu/s':>8} {'vcrpy/s':>8}")
    for size in SIZES:
        cassette = large(size)
        row = {"backend/s": backend(cassette)}
        row["http/s"], row["cpu/s"] = over_http(cassette)
        if size == SIZES[0]:
            row["vcrpy/s"] = vcrpy(cassette)
        found[size] = {name: round(value, 1) for name, value in row.items()}
        shown = "".join(f"{row[name]:9.0f}" for name in ("http/s", "cpu/s", "vcrpy/s") if name in row)
        print(f"{size:12} {row['backend/s']:10.0f}{shown}")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
