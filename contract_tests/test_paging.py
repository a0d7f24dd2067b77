"""A server that always gives the same full page: every language tells it, and neither loops nor ends silently short."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from drivers import LANGUAGES, driver_of
from sqlacc_codegen.ir import Api


class SamePage(BaseHTTPRequestHandler):
    """Ignores `offset`, and `limit` too when told so."""

    rows = 50
    seen: list[str]

    def do_GET(self) -> None:
        type(self).seen.append(self.path)
        data = [{"code": f"A{n}", "description": "x"} for n in range(self.rows)]
        body = json.dumps({"data": data, "pagination": {"offset": 0, "limit": 50, "count": self.rows}}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture(params=[50, 51, 120])
def server(request: pytest.FixtureRequest) -> Iterator[tuple[str, list[str]]]:
    class Handler(SamePage):
        rows = request.param
        seen: list[str] = []

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as found:
        thread = Thread(target=found.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{found.server_port}", Handler.seen
        found.shutdown()
        thread.join()


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_ignored_offset_is_told(language: str, api: Api, generated: Path, server: tuple[str, list[str]]) -> None:
    url, seen = server
    with driver_of(language, api, generated) as driver:
        driver.config(base_url=url, access_key="a", secret_key="s")
        answer = driver.ask({"cmd": "call", "case": "c", "op": "agents.iterate", "args": {}}).body
    assert answer["client_error"]["kind"] == "unexpected_response", answer
    assert [path.partition("?")[0] for path in seen] == ["/agent"] * 2
