"""Scripted answers by case -> an HTTP server on loopback that gives them and keeps what it was asked."""

from __future__ import annotations

import json
import socket
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

PAGE = 50
PATIENCE = 3.0  # s that a held answer waits for its client to go away: longer than any client here should
# status, headers, body (JSON or text); cut: bytes sent of the length that was promised; hold: the same, but the
# connection stays until the client leaves (0: not even a status); drip: s between two bytes of the body
Reply = dict[str, Any]


@dataclass
class Script:
    """What a case gets: replies in order, or a list of `rows` in pages by a server that may ignore parameters."""

    replies: list[Reply] = field(default_factory=list)
    rows: int = 0
    named: str = "code"  # the field that tells a row
    ignores: Sequence[str] = ()
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)  # of what was asked, names in lower case
    on_hold: Callable[[], object] | None = None
    held: list[Future[bool]] = field(default_factory=list)  # for each answer held: did the client go away?

    def reply(self, target: str) -> Reply:
        if self.replies:
            return self.replies.pop(0)
        query = {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}
        offset = 0 if "offset" in self.ignores else int(query.get("offset", 0))
        limit = PAGE if "limit" in self.ignores else min(int(query.get("limit", PAGE)), PAGE)
        if "size" in self.ignores:
            limit = self.rows
        data = [{self.named: f"A{n}"} for n in range(offset, min(offset + limit, self.rows))]
        return {"body": {"data": data, "pagination": {"offset": 0, "limit": 1000, "count": 10**6}}}


class Scripted:
    """The server: its address, the scripts by case, and how often each case came."""

    def __init__(self) -> None:
        self.scripts: dict[str, Script] = defaultdict(Script)
        self.url = ""
        self._lock = Lock()

    def answer(self, case: str, method: str, target: str, headers: Mapping[str, str]) -> Reply:
        with self._lock:
            script = self.scripts[case]
            script.asked.append(f"{method} {target}")
            script.headers.append({name.lower(): value for name, value in headers.items()})
            return script.reply(target)


@contextmanager
def scripted() -> Iterator[Scripted]:
    """Runs the server as long as the context lasts."""
    server = Scripted()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # head and body are two writes: the second would wait for the client's ACK

        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            case = self.headers.get("X-Case", "")
            reply = server.answer(case, self.command, self.path, dict(self.headers.items()))
            if "hold" in reply or "drip" in reply:
                self.close_connection = True
            if reply.get("hold") == 0:
                self.held(server.scripts[case])
                return
            body = reply.get("body", "")
            raw = body.encode() if isinstance(body, str) else json.dumps(body).encode()
            self.send_response_only(reply.get("status", 200))
            headers = {"content-type": "application/json", **reply.get("headers", {})}
            for name, value in headers.items():
                if value is not None:
                    self.send_header(name, value.replace("{url}", server.url))
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            if "drip" in reply:
                self.drip(raw, reply["drip"])
                return
            self.wfile.write(raw[: reply.get("hold", reply.get("cut", len(raw)))])
            if "hold" in reply:
                self.held(server.scripts[case])
            if "cut" in reply:
                self.close_connection = True

        def held(self, script: Script) -> None:
            """Gives nothing more, and waits for the client to go away."""
            gone: Future[bool] = Future()
            script.held.append(gone)
            self.connection.settimeout(PATIENCE)
            try:
                if script.on_hold:
                    script.on_hold()
                gone.set_result(self.connection.recv(1) == b"")
            except OSError as error:
                gone.set_result(isinstance(error, ConnectionError))

        def drip(self, raw: bytes, pause: float) -> None:
            with suppress(ConnectionError):
                for byte in raw:
                    self.wfile.write(bytes([byte]))
                    time.sleep(pause)

        do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 - names that http.server asks for

        def log_message(self, *args: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        request_queue_size = 64  # as many clients as want to at the same time

    with Server(("127.0.0.1", 0), Handler) as http:
        server.url = f"http://127.0.0.1:{http.server_port}"
        thread = Thread(target=http.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        http.shutdown()
        thread.join()


@contextmanager
def unreachable() -> Iterator[str]:
    """The address of a server that lets nobody in: the queue at its door is full, and connecting takes for ever."""
    with ExitStack() as stack:
        door = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):
            caller = stack.enter_context(socket.socket())
            caller.setblocking(False)
            caller.connect_ex(door.getsockname())
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
