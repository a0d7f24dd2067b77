"""uvicorn's HTTP/1.1 connection with limits that it leaves open: sizes of heads, slow clients, numbers of connections.

Whatever is refused here is refused in JSON, as everywhere else.
"""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

TARGET_BYTES = 8 * 1024
HEAD_BYTES = 64 * 1024
HEADERS = 100
CONNECTIONS = 1000
HEAD_SECONDS = 10.0  # for request line and headers
BODY_SECONDS = 30.0
IDLE_SECONDS = 75  # between requests
LINGER_SECONDS = 1.0  # bytes are still taken in after a refusal

_LATE_HEAD = "The request's headers did not arrive in time"
_LATE_BODY = "The request's body did not arrive in time"
_LARGE_HEAD = f"The request's headers are larger than {HEAD_BYTES} bytes"

TRANSPORT = "sqlacc.transport"  # in the ASGI scope's extensions: for answers that break the rules on purpose


class Connection(HttpToolsProtocol):
    """One connection to a client."""

    head_seconds = HEAD_SECONDS
    body_seconds = BODY_SECONDS

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._refusal: tuple[int, str] | None = None
        self._refused = False
        self._part = "idle"  # then head, body, and idle again
        self._head_size = self._values_size = 0
        self._deadline: asyncio.TimerHandle | None = None
        super().connection_made(transport)
        if len(self.connections) > CONNECTIONS:
            self._refuse(503, f"More than {CONNECTIONS} connections are open")
            return
        self._expect(self.head_seconds, _LATE_HEAD)

    def connection_lost(self, exc: Exception | None) -> None:
        self._relax()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._refused or self.transport.is_closing():
            return
        before = self._part
        super().data_received(data)
        if self._part == before == "head":
            self._count(len(data))
        elif self._part == before == "idle" and self._deadline is None:
            self._expect(self.head_seconds, _LATE_HEAD)

    def _count(self, size: int) -> None:
        self._head_size += size
        if self._head_size > HEAD_BYTES:
            self._refuse(431, _LARGE_HEAD)

    # --- parser callbacks --------------------------------------------------------------------------------------

    def on_message_begin(self) -> None:
        self._part = "head"
        self._head_size = self._values_size = 0
        if self._deadline is None:
            self._expect(self.head_seconds, _LATE_HEAD)
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > TARGET_BYTES:
            self._fail(414, f"The request's target is longer than {TARGET_BYTES} bytes")

    def on_header(self, name: bytes, value: bytes) -> None:
        if len(self.headers) >= HEADERS:
            self._fail(431, f"The request has more than {HEADERS} headers")
        self._values_size += len(value)
        if self._values_size > HEAD_BYTES:
            self._fail(431, _LARGE_HEAD)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._part = "body"
        target = httptools.parse_url(self.url) if self.url.startswith(b"/") else None
        if target is None or target.path is None or not self.url.isascii() or b"#" in self.url:
            self._fail(400, "The request's target must be an absolute path in ASCII, without a fragment")
        self.scope["extensions"] = {TRANSPORT: {"transport": self.transport}}
        self._expect(self.body_seconds, _LATE_BODY)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._relax()
        self._part = "idle"
        super().on_message_complete()

    def _should_upgrade(self) -> bool:
        return False

    def _unsupported_upgrade_warning(self) -> None:
        pass

    # --- refusing ----------------------------------------------------------------------------------------------

    def _fail(self, status: int, message: str) -> None:
        """Refuse from within a parser callback."""
        self._refusal = (status, message)
        raise ValueError(message)

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002
        status, message = self._refusal or (400, "The request is not HTTP")
        self._refuse(status, message)

    def _refuse(self, status: int, message: str) -> None:
        self._relax()
        if self._refused:
            return
        self._refused = True
        answering = self.cycle is not None and self.cycle.response_started and not self.cycle.response_complete
        if answering or self.transport.is_closing():
            self.transport.abort()
            return
        body = json.dumps({"message": message}).encode()
        head = (
            f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\ncontent-type: application/json; charset=utf-8\r\n"
            f"content-length: {len(body)}\r\nx-sandbox: sqlacc\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        # closed at once, with bytes of the client unread, the answer might never arrive
        self.transport.write_eof()
        self.loop.call_later(LINGER_SECONDS, self.transport.close)

    def _expect(self, seconds: float, message: str) -> None:
        self._relax()
        self._deadline = self.loop.call_later(seconds, self._refuse, 408, message)

    def _relax(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def timeout_keep_alive_handler(self) -> None:
        self.transport.abort()


def settings() -> dict[str, Any]:
    """Settings of uvicorn that go with this connection."""
    return {
        "http": Connection,
        "ws": "none",
        "lifespan": "off",
        "log_config": None,
        "log_level": "critical",
        "access_log": False,
        "proxy_headers": False,
        "server_header": False,
        "date_header": False,
        "timeout_keep_alive": IDLE_SECONDS,
        "timeout_graceful_shutdown": 1,
    }
