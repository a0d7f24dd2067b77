"""Scripted answers by case -> an HTTP server on loopback that gives them and keeps what it was asked."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

PAGE = 50
Reply = dict[str, Any]  # status, headers, body (JSON or text), or cut: bytes sent of the length that was promised


@dataclass
class Script:
    """What a case gets: replies in order, or a list of `rows` in pages by a server that may ignore parameters."""

    replies: list[Reply] = field(default_factory=list)
    rows: int = 0
    ignores: Sequence[str] = ()
    asked: list[str] = field(default_factory=list)

    def reply(self, target: str) -> Reply:
        if self.replies:
            return self.replies.pop(0)
        query = {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}
        offset = 0 if "offset" in self.ignores else int(query.get("offset", 0))
        limit = PAGE if "limit" in self.ignores else min(int(query.get("limit", PAGE)), PAGE)
        if "size" in self.ignores:
            limit = self.rows
        data = [{"code": f"A{n}"} for n in range(offset, min(offset + limit, self.rows))]
        return {"body": {"data": data, "pagination": {"offset": 0, "limit": 1000, "count": 10**6}}}


class Scripted:
    """The server: its address, the scripts by case, and how often each case came."""

    def __init__(self) -> None:
        self.scripts: dict[str, Script] = defaultdict(Script)
        self.url = ""
        self._lock = Lock()

    def answer(self, case: str, method: str, target: str) -> Reply:
        with self._lock:
            script = self.scripts[case]
            script.asked.append(f"{method} {target}")
            return script.reply(target)


@contextmanager
def scripted() -> Iterator[Scripted]:
    """Runs the server as long as the context lasts."""
    server = Scripted()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            reply = server.answer(self.headers.get("X-Case", ""), self.command, self.path)
            body = reply.get("body", "")
            raw = body.encode() if isinstance(body, str) else json.dumps(body).encode()
            self.send_response_only(reply.get("status", 200))
            headers = {"content-type": "application/json", **reply.get("headers", {})}
            for name, value in headers.items():
                if value is not None:
                    self.send_header(name, value.replace("{url}", server.url))
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw[: reply.get("cut", len(raw))])
            self.close_connection = "cut" in reply

        do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 - names that http.server asks for

        def log_message(self, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        server.url = f"http://127.0.0.1:{http.server_port}"
        thread = Thread(target=http.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        http.shutdown()
        thread.join()
