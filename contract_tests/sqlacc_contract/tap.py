"""A backend -> the same backend with a witness: what each case asked, what it was answered, and faults on demand."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from .sandbox.exchange import Backend, Delivery, Request, Response
from .wire import Reply

Fault = Callable[[Request, Backend], Response]

CASE = b"x-case"


@dataclass(frozen=True)
class Exchange:
    """One request as received, and what its sender got."""

    case: str
    method: str
    target: str
    headers: tuple[tuple[str, str], ...]  # lower-case names, in the order received
    body: bytes
    reply: Reply
    at: float = 0.0  # seconds since 1970 UTC
    faulty: bool = False  # a fault stood in for the server's own answer

    def header(self, name: str) -> str | None:
        return next((value for n, value in self.headers if n == name), None)

    def named(self, name: str) -> list[str]:
        return [value for n, value in self.headers if n == name]


@dataclass
class Tap:
    """A backend that remembers. Faults are used up in order, one a request."""

    inner: Backend
    client_timeout: float = 10.0  # seconds after which the client under test gives up
    faults: deque[Fault | None] = field(default_factory=deque)
    _seen: dict[str, list[Exchange]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def respond(self, request: Request) -> Response:
        with self._lock:
            fault = self.faults.popleft() if self.faults else None
        response = fault(request, self.inner) if fault else self.inner.respond(request)
        exchange = Exchange(
            _text(request.header(CASE) or b""),
            request.method,
            _text(request.target),
            tuple((_text(name), _text(value)) for name, value in request.headers),
            request.body,
            self._reply(response),
            time.time(),
            fault is not None or response.faulty,
        )
        with self._lock:
            self._seen.setdefault(exchange.case, []).append(exchange)
        return response

    def last(self, case: str) -> Exchange:
        """What was seen of a case last, and stays to be taken."""
        with self._lock:
            return self._seen[case][-1]

    def take(self, case: str) -> list[Exchange]:
        """What was seen of a case, and forgotten now."""
        with self._lock:
            return self._seen.pop(case, [])

    def strays(self) -> list[Exchange]:
        """Everything seen that nobody took."""
        with self._lock:
            found = [exchange for group in self._seen.values() for exchange in group]
            self._seen.clear()
        return found

    def _reply(self, response: Response) -> Reply:
        """The answer as its receiver gets it, after all that happens to it on the way."""
        headers = {_text(name).lower(): _text(value) for name, value in response.headers}
        delivery = response.delivery or Delivery()
        if delivery.delay >= self.client_timeout:
            return Reply(broken="timeout")
        if delivery.drop:
            return Reply(broken="broken")
        body = response.body if delivery.cut is None else response.body[: delivery.cut]
        declared = len(response.body) if delivery.declared is None else delivery.declared
        if len(body) < declared:
            return Reply(broken="broken")
        return Reply(response.status, headers, body[:declared])


def _text(raw: bytes) -> str:
    return raw.decode("latin-1")
