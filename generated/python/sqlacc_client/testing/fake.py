"""Canned answers -> a transport that gives them one after the other and keeps what it was asked."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any

from .. import _json
from ..transport import HttpRequest, HttpResponse, TransportFailure


class FakeTransport:
    """Gives the answers in the order in which they were set up. A request beyond them is an AssertionError."""

    def __init__(self) -> None:
        self.requests: list[HttpRequest] = []
        self._answers: deque[Callable[[HttpRequest], HttpResponse]] = deque()
        self._lock = Lock()

    def answer(self, status: int = 200, body: Any = None, headers: Mapping[str, str] | None = None) -> None:
        """Answer the next request: bytes and text as they are, anything else as JSON (Decimals become numbers)."""
        if isinstance(body, str):
            data, kind = body.encode(), "text/plain"
        elif isinstance(body, bytes):
            data, kind = body, "application/octet-stream"
        else:
            data, kind = b"" if body is None else _json.dumps(body), "application/json"
        names = {"content-type": kind, **{name.lower(): value for name, value in (headers or {}).items()}}
        self._answers.append(lambda _: HttpResponse(status, names, data))

    def answer_with(self, respond: Callable[[HttpRequest], HttpResponse]) -> None:
        """Answer the next request with what a function makes of it."""
        self._answers.append(respond)

    def fail(self, message: str = "connection reset", *, sent: bool = True, reason: str = "connection") -> None:
        """Break the next request off; `sent` tells whether it had left. `reason` may be timeout."""

        def respond(_: HttpRequest) -> HttpResponse:
            raise TransportFailure(message, sent=sent, reason=reason)

        self._answers.append(respond)

    def send(self, request: HttpRequest, /) -> HttpResponse:
        """Part of the transport protocol."""
        with self._lock:
            self.requests.append(request)
            if not self._answers:
                raise AssertionError(f"no answer was set up for {request.method} {request.target}")
            respond = self._answers.popleft()
        return respond(request)

    def body(self, index: int = -1) -> Any:
        """The JSON body of a request that was sent; the last one by default."""
        return _json.loads(self.requests[index].body)

    @property
    def unused(self) -> int:
        """Answers that were set up and not asked for."""
        return len(self._answers)
