"""A cassette -> a backend that answers what was recorded, compares strictly and tells misses readably."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..protocol import distinct
from ..sandbox.exchange import Delivery, Request, Response
from ..sigv4 import SKEW_SECONDS, Key, Refused, Verifier
from ..tokens import MISSING, NOTHING, Difference, brief, differences, parse
from .cassette import EXAMPLE_ACCESS_KEY, EXAMPLE_MOMENT, EXAMPLE_SECRET_KEY, LENGTH, Cassette, Interaction
from .scrub import MEANT

NOT_RECORDED = 599
NEAREST = 3
Change = Callable[[Interaction], bytes]  # another body of the answer

_Key = tuple[str, str, str, str, tuple[str, ...]]


@dataclass(frozen=True)
class Miss:
    """A request that was not recorded so, and where it differs from the nearest ones that were."""

    request: str
    reason: str
    nearest: tuple[tuple[str, Difference], ...] = ()

    def __str__(self) -> str:
        told = "".join(f"\n  {name}: {difference}" for name, difference in self.nearest)
        return f"{self.request} {self.reason}{told}"


@dataclass
class Replay:
    """Answers each interaction as often as it was recorded. Nothing here ever asks a network. Without `skew` clients
    may sign with any clock; else with that of the recordings."""

    cassette: Cassette
    change: Change | None = None
    skew: float | None = SKEW_SECONDS
    misses: list[Miss] = field(default_factory=list)
    _waiting: dict[_Key, deque[int]] = field(default_factory=dict)
    _played: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        for number, one in enumerate(self.cassette.interactions):
            self._waiting.setdefault(_key_of(one), deque()).append(number)
        self._verifier = Verifier(
            {EXAMPLE_ACCESS_KEY: Key(EXAMPLE_SECRET_KEY)},
            None,
            lambda: EXAMPLE_MOMENT,
            skew=self.skew,
            star="encoded",
        )

    def respond(self, request: Request) -> Response:
        target = request.target.decode("latin-1")
        try:
            self._verifier.verify(request.method, request.path, request.query, request.headers, request.body)
        except Refused as refused:
            return self._missed(Miss(f"{request.method} {target}", f"is not signed rightly: {refused.reason}"))
        meant = tuple((request.header(name.encode()) or b"").decode("latin-1") for name in MEANT)
        key = _key(request.method, target, request.body, meant)
        waiting = self._waiting.get(key)
        if waiting is not None and not waiting:
            times = sum(_key_of(one) == key for one in self.cassette.interactions)
            told = f"was recorded {times} time{'s' * (times > 1)}, and is asked for once more"
            return self._missed(Miss(f"{request.method} {target}", told))
        if not waiting:
            return self._missed(self._miss(request.method, target, request.body, meant))
        number = waiting.popleft()
        self._played.add(number)
        one = self.cassette.interactions[number]
        body = self.change(one) if self.change else one.answer
        headers = [(n.encode(), v.encode("latin-1")) for n, v in one.answer_headers if n != LENGTH]
        return Response(one.status, headers, body, _delivery(one), one.faulty or self.change is not None)

    def unplayed(self) -> list[str]:
        """What was recorded and not asked for."""
        everything = enumerate(self.cassette.interactions)
        return [f"{one.method} {one.target}" for number, one in everything if number not in self._played]

    def _missed(self, miss: Miss) -> Response:
        self.misses.append(miss)
        body = json.dumps({"error": "not recorded", "detail": str(miss)}).encode()
        return Response(NOT_RECORDED, [(b"content-type", b"application/json")], body)

    def _miss(self, method: str, target: str, body: bytes, meant: tuple[str, ...]) -> Miss:
        told: list[tuple[bool, bool, int, int, Interaction, Difference]] = []
        path = target.partition("?")[0]
        for number, one in enumerate(self.cassette.interactions, 1):
            found = list(_compared(one, method, target, body, meant))
            elsewhere = one.target.partition("?")[0] != path
            if found:
                told.append((one.method != method, elsewhere, len(found), number, one, found[0]))
        told.sort(key=lambda item: item[:4])
        nearest = tuple(
            (f"interaction {number} ({one.method} {one.target})", first) for *_, number, one, first in told[:NEAREST]
        )
        return Miss(f"{method} {target}", "was not recorded; the nearest:", nearest)


def _delivery(one: Interaction) -> Delivery | None:
    """A connection that breaks before the whole body is there, where that was recorded."""
    length = dict(one.answer_headers).get(LENGTH)
    return Delivery(declared=int(length)) if length else None


def _meant(one: Interaction) -> tuple[str, ...]:
    return tuple(one.header(name) or "" for name in MEANT)


def _key(method: str, target: str, body: bytes, meant: tuple[str, ...]) -> _Key:
    path, _, query = target.partition("?")
    return method, path, "&".join(sorted(query.split("&"))), _canonical(body), meant


def _key_of(one: Interaction) -> _Key:
    return _key(one.method, one.target, one.body, _meant(one))


def _canonical(body: bytes) -> str:
    """Two bodies have the same text when they differ in nothing but the order of names and white space."""
    try:
        return json.dumps(json.loads(body.decode("utf-8"), **_KEEPING), sort_keys=True) if body else ""
    except (ValueError, RecursionError):
        return f"no JSON: {body!r}"


def _number(digits: str) -> dict[str, str]:
    """A number as it was written, told apart from a text of the same digits."""
    return {"\0number": digits}


_KEEPING: dict[str, Any] = {
    "parse_int": _number,
    "parse_float": _number,
    "parse_constant": _number,
    "object_pairs_hook": distinct,
}


def _compared(one: Interaction, method: str, target: str, body: bytes, meant: Sequence[str]) -> Iterator[Difference]:
    if one.method != method:
        yield Difference("method", one.method, method)
    if _key("", one.target, b"", ())[1:3] != _key("", target, b"", ())[1:3]:
        yield Difference("target", one.target, target)
    for name, expected, received in zip(MEANT, _meant(one), meant, strict=True):
        if expected != received:
            yield Difference(f"header {name}", expected or NOTHING, received or MISSING)
    if not one.body or not body:
        if one.body != body:
            yield Difference("body", _shown(one.body), _shown(body))
        return
    try:
        expected_body, received_body = parse(one.body), parse(body)
    except (ValueError, RecursionError) as error:
        yield Difference("body", _shown(one.body), f"no JSON ({error}): {_shown(body)}")
        return
    for found in differences(expected_body, received_body):
        yield Difference(f"body {found.path}".rstrip(), found.expected, found.received)


def _shown(raw: bytes) -> str:
    return brief(raw.decode("utf-8", "backslashreplace")) if raw else NOTHING


def ending(value: Any) -> str:
    """How an outcome is named in a cassette."""
    return "value" if value.ok else f"{value.side}_error {value.kind}"
