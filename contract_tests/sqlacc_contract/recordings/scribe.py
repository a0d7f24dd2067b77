"""Operations -> what they send and receive, without any client: the oracle itself is the client that is recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from sqlacc_codegen.ir import Api

from .. import sigv4, wire
from ..conversation import Ask, Policy, Talk
from ..decode import Failure, Outcome
from ..driver import Answer
from ..judge import Settings
from ..protocol import Message
from ..sandbox.exchange import Request, Response
from ..script import steps
from ..tap import Tap
from ..tokens import text
from .cassette import LENGTH, Headers, Interaction

AGENT = "sqlacc-record/1"
HEADERS = ("host", "content-type", "x-amz-date", "x-amz-content-sha256", "authorization", "accept", "user-agent")


class Unsayable(Exception):  # noqa: N818 - a verdict
    """Something happened that the format of cassettes has no place for."""


@dataclass(frozen=True)
class Taken:
    """One operation that was played."""

    op: str
    args: Mapping[str, Any]
    outcome: Outcome
    interactions: tuple[Interaction, ...]


@dataclass
class Scribe:
    """Stands where a driver stands, and writes down everything it is asked to do."""

    api: Api
    tap: Tap
    now: Callable[[], float]
    pause: Callable[[float], None] = lambda _: None  # before each request, at least so many seconds
    taken: list[Taken] = field(default_factory=list)
    settings: Settings | None = None
    _again: wire.Request | None = None

    def config(self, **settings: Any) -> None:
        self.settings = Settings(**{**settings, "retry": Policy(**settings["retry"])})

    def ask(self, message: Message, limit: float | None = None, /) -> Answer:  # noqa: ARG002
        assert self.settings is not None
        op, args, case = message["op"], message["args"], message["case"]
        seen: list[Interaction] = []
        events: list[Message] = []
        outcome = self._play(op, args, case, seen, events)
        self.taken.append(Taken(op, args, outcome, tuple(seen)))
        if outcome.ok:
            return Answer("answered", {"value": outcome.value, "events": events})
        error = {"kind": outcome.kind, "status": outcome.status, "message": outcome.message or outcome.kind}
        return Answer("answered", {f"{outcome.side}_error": error, "events": events})

    def ask_all(self, messages: Iterable[Message], limit: float | None = None, /) -> list[Answer]:
        return [self.ask(message, limit) for message in messages]

    def _play(
        self, op: str, args: Mapping[str, Any], case: str, seen: list[Interaction], events: list[Message]
    ) -> Outcome:
        assert self.settings is not None
        try:
            conversation = steps(Talk(self.api, self.settings.retry), op, args)
            ask: Ask = next(conversation)
            while True:
                batch = ask if isinstance(ask, tuple) else (ask,)
                replies = [self._exchange(request, case, seen, events) for request in batch]
                ask = conversation.send(replies if isinstance(ask, tuple) else replies[0])
        except StopIteration as stop:
            return Outcome("value", stop.value)
        except Failure as failure:
            return failure.outcome

    def _exchange(self, request: wire.Request, case: str, seen: list[Interaction], events: list[Message]) -> wire.Reply:
        assert self.settings is not None
        wait = 0.0
        if self._again is request:  # the oracle tries again with the very same request
            asked = dict(seen[-1].answer_headers).get("retry-after", "")
            wait = min(int(asked) if asked.isdigit() else 0, self.settings.retry.max_ms / 1000)
            events.append({"type": "sleep", "ms": wait * 1000})
        self._again = request
        self.pause(wait)
        events.append({"type": "attempt", "method": request.method, "target": request.target})
        body = b"" if request.body is None else text(request.body).encode("utf-8")
        meant = {name: value for name, value in request.headers.items() if value is not None}
        headers = signed(request.method, request.target, meant, body, self.settings, self.now())
        raw = [(name.encode(), value.encode("latin-1")) for name, value in (*headers, ("x-case", case))]
        path, _, query = request.target.encode("latin-1").partition(b"?")
        response = self.tap.respond(Request(request.method, path, query, raw, body))
        told, answer = _travelled(response)
        exchange = self.tap.last(case)
        faulty = exchange.faulty
        seen.append(Interaction(request.method, request.target, headers, body, response.status, told, answer, faulty))
        return exchange.reply


def signed(method: str, target: str, meant: Mapping[str, str], body: bytes, settings: Settings, now: float) -> Headers:
    """The headers of a request as a client sends them."""
    first = [("host", urlsplit(settings.base_url).netloc)]
    first += [(name, value) for name, value in meant.items() if name == "content-type"]
    made = sigv4.sign(
        method,
        target,
        [(name.encode(), value.encode("latin-1")) for name, value in first],
        body,
        access_key=settings.access_key,
        secret_key=settings.secret_key,
        region=settings.region,
        service=settings.service,
        now=now,
    )
    rest = [(name, value) for name, value in meant.items() if name != "content-type"]
    return (*((n.decode(), v.decode("latin-1")) for n, v in made), *rest, ("user-agent", AGENT))


def _travelled(response: Response) -> tuple[Headers, bytes]:
    """Headers and body as they arrive. A body that is cut says so by a length that it has not."""
    headers = tuple((n.decode("latin-1").lower(), v.decode("latin-1")) for n, v in response.headers)
    delivery = response.delivery
    if delivery is None:
        return headers, response.body
    if delivery.drop:
        raise Unsayable("an answer that never came cannot be recorded")
    arrived = response.body[: delivery.cut] if delivery.cut is not None else response.body
    length = len(response.body) if delivery.declared is None else delivery.declared
    return (*headers, (LENGTH, str(length))) if len(arrived) < length else headers, arrived


def all_interactions(taken: Sequence[Taken]) -> tuple[Interaction, ...]:
    return tuple(one for call in taken for one in call.interactions)
