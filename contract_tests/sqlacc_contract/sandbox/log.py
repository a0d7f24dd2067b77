"""What the sandbox was asked and what it answered, kept for whoever judges clients."""

from __future__ import annotations

import base64
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .exchange import Request, Response

KEPT = 10_000

_Kept = tuple[int, float, Request, Response, str, dict[str, Any] | None]


@dataclass(slots=True)
class Entry:
    """One request as received and its answer. `case` is the unsigned header X-Case."""

    number: int
    time: float
    case: str | None
    method: str
    target: str  # raw bytes, as latin-1
    headers: list[tuple[str, str]]
    body: bytes
    signature: str  # "ok", the reason for the refusal, or empty when it was not looked at
    fault: dict[str, Any] | None  # what was played
    status: int | None  # None: no answer was sent
    response_headers: list[tuple[str, str]]
    response_body: bytes

    def as_json(self) -> dict[str, Any]:
        made = {name: getattr(self, name) for name in self.__slots__}
        made["body"] = base64.b64encode(self.body).decode()
        made["response_body"] = base64.b64encode(self.response_body).decode()
        return made


class Log:
    """The last requests, oldest first."""

    def __init__(self, kept: int = KEPT) -> None:
        self._entries: deque[_Kept] = deque(maxlen=kept)
        self.total = 0

    def add(
        self, time: float, request: Request, response: Response, signature: str, fault: dict[str, Any] | None
    ) -> None:
        self.total += 1
        self._entries.append((self.total, time, request, response, signature, fault))

    def clear(self) -> None:
        self._entries.clear()

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        return map(_entry, tuple(self._entries))

    def last(self) -> Entry:
        return _entry(self._entries[-1])

    def entries(self, case: str | None = None, since: int = 0) -> list[Entry]:
        fresh = [kept for kept in tuple(self._entries) if kept[0] > since]
        return [entry for entry in map(_entry, fresh) if case is None or entry.case == case]


def _entry(kept: _Kept) -> Entry:
    number, time, request, response, signature, fault = kept
    case = request.header(b"x-case")
    dropped = response.delivery is not None and response.delivery.drop
    return Entry(
        number=number,
        time=time,
        case=None if case is None else case.decode("latin-1"),
        method=request.method,
        target=request.target.decode("latin-1"),
        headers=_text(request.headers),
        body=request.body,
        signature=signature,
        fault=fault,
        status=None if dropped else response.status,
        response_headers=_text(response.headers),
        response_body=response.body,
    )


def _text(headers: list[tuple[bytes, bytes]]) -> list[tuple[str, str]]:
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]
