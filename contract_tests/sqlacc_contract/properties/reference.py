"""A base URL -> a caller that needs no generated client, the oracle over HTTP: so that a server can be judged."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from datetime import datetime
from types import TracebackType
from typing import Any

from sqlacc_codegen.ir import Api

from .. import wire
from ..conversation import RETRY_READ, Ask, Policy, Talk
from ..decode import Failure, Outcome
from ..driver import Answer
from ..judge import Settings
from ..protocol import Message
from ..recordings.scribe import signed
from ..sandbox.exchange import Backend, Request
from ..script import steps
from ..tokens import text
from .transport import BrokenExchange, Http

ID, TITLE = "reference", "Reference caller"


class Reference:
    """Stands where a driver stands. It tells its waits, and does not wait unless told to."""

    about: Mapping[str, Any] = {"client": ID, "language": ID, "runtime": "in the harness"}

    def __init__(self, api: Api, backend: Backend | None = None, pause: float = 0.0) -> None:
        """`backend`: what is asked instead of the settings' base URL. `pause`: seconds before each request."""
        self.api, self.backend, self.pause = api, backend, pause
        self.settings: Settings | None = None
        self._given = backend is not None
        self._http: Http | None = None
        self._events: list[dict[str, Any]] = []
        self._last: tuple[wire.Request, wire.Reply] | None = None
        self._journals: dict[str, dict[str, str]] = {}

    def __enter__(self) -> Reference:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._http is not None:
            self._http.close()

    def leftover(self) -> list[str]:
        """Nothing that it says goes astray."""
        return []

    def config(self, **settings: Any) -> None:
        before = self.settings
        now = self.settings = Settings(**{**settings, "retry": Policy(**settings["retry"])})
        moved = before is None or (before.base_url, before.timeout_ms) != (now.base_url, now.timeout_ms)
        if moved and not self._given:
            if self._http is not None:
                self._http.close()
            self.backend = self._http = Http(now.base_url, now.timeout_ms / 1000)

    def ask(self, message: Message, limit: float | None = None, /) -> Answer:
        began = time.monotonic()
        self._events, self._last = [], None
        outcome = self._play(message["op"], message["args"], message["case"])
        if limit is not None and time.monotonic() - began > limit:
            return Answer("timed_out", {}, f"no answer within {limit:g} s")
        if outcome.ok:
            return Answer("answered", {"value": outcome.value, "events": self._events})
        error = {"kind": outcome.kind, "status": outcome.status, "message": outcome.message or outcome.kind}
        return Answer("answered", {f"{outcome.side}_error": error, "events": self._events})

    def ask_all(self, messages: Iterable[Message], limit: float | None = None, /) -> list[Answer]:
        return [self.ask(message, limit) for message in messages]

    def _play(self, op: str, args: Mapping[str, Any], case: str) -> Outcome:
        assert self.settings is not None
        try:
            conversation = steps(Talk(self.api, self.settings.retry, self._journals), op, args)
            ask: Ask = next(conversation)
            while True:
                batch = ask if isinstance(ask, tuple) else (ask,)
                replies = [self._exchange(request, case) for request in batch]
                ask = conversation.send(replies if isinstance(ask, tuple) else replies[0])
        except StopIteration as stop:
            return Outcome("value", stop.value)
        except Failure as failure:
            return failure.outcome

    def _exchange(self, request: wire.Request, case: str) -> wire.Reply:
        if self._last is not None and self._last[0] == request:
            self._wait(self._last[1])
        if self.pause:
            time.sleep(self.pause)
        self._events.append({"type": "attempt", "method": request.method, "target": request.target})
        reply = self._sent(request, case)
        self._last = (request, reply)
        return reply

    def _sent(self, request: wire.Request, case: str) -> wire.Reply:
        assert self.settings is not None
        assert self.backend is not None
        body = b"" if request.body is None else text(request.body).encode("utf-8")
        meant = {name: value for name, value in request.headers.items() if value is not None}
        headers = signed(request.method, request.target, meant, body, self.settings, self._now())
        raw = [(name.encode(), value.encode("latin-1")) for name, value in (*headers, ("x-case", case))]
        path, _, query = request.target.encode("latin-1").partition(b"?")
        try:
            response = self.backend.respond(Request(request.method, path, query, raw, body))
        except BrokenExchange as broken:
            return wire.Reply(broken=broken.kind)
        if response.delivery is not None and response.delivery.drop:
            return wire.Reply(broken="broken")
        told = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
        return wire.Reply(response.status, told, response.body)

    def _wait(self, reply: wire.Reply) -> None:
        """Before the same request again, as long as the server asked for."""
        assert self.settings is not None
        if not (reply.broken or reply.status in RETRY_READ):
            return
        asked = reply.headers.get("retry-after", "")
        wanted = int(asked) * 1000 if asked.isdigit() else self.settings.retry.base_ms
        ms = min(wanted, self.settings.retry.max_ms)
        self._events.append({"type": "sleep", "ms": ms})
        if self.settings.sleep == "real":
            time.sleep(ms / 1000)

    def _now(self) -> float:
        clock = self.settings.clock if self.settings else None
        return datetime.fromisoformat(clock.replace("Z", "+00:00")).timestamp() if clock else time.time()
