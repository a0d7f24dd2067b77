"""Cases under readings -> those of them in which a client is told anything else than in the same case without.

A client that does right gets the same settings and the same answers, byte for byte, up to its last request; one that
does wrong does it in both cases alike, since until then it was told the same. So nothing is learned by playing both.
Who tells is the sandbox itself: the oracle plays each case against it, without a network and without any client.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlacc_codegen.ir import Api

from .cases import Case
from .house import MOMENT, clock_at, settings_under
from .judge import Settings
from .play import Play
from .properties.reference import Reference
from .sandbox import DEMO_ACCESS_KEY, DEMO_SECRET_KEY, Sandbox
from .sandbox.exchange import Request, Response

Told = tuple[Any, ...]


class Otherwise(Exception):  # noqa: N818 - a verdict
    """The story went another way than before."""


@dataclass
class _Listener:
    """A backend that notes what it is asked and what it answers, or compares that with what was noted before."""

    sandbox: Sandbox
    before: Sequence[Told] | None = None
    told: list[Told] = field(default_factory=list)

    def respond(self, request: Request) -> Response:
        answer = self.sandbox.respond(request)
        self.note((request.method, request.target, request.body, answer.status, tuple(answer.headers), answer.body))
        return answer

    def note(self, told: Told) -> None:
        self.told.append(told)
        if self.before is not None and told not in self.before[len(self.told) - 1 : len(self.told)]:
            raise Otherwise


class Stories:
    """What clients that do right are told in cases."""

    def __init__(self, api: Api) -> None:
        self._api, self._sandbox = api, Sandbox(api)
        scope = api.scopes[0]
        keys = DEMO_ACCESS_KEY, DEMO_SECRET_KEY
        self._settings = Settings("http://sandbox.test", *keys, scope.region, scope.service, clock_at(MOMENT))
        self._plain: dict[str, list[Told] | None] = {}  # by the id of a case without a reading; None: it did not end

    def close(self) -> None:
        self._sandbox.close()

    def is_told(self, case: Case, twin: Case) -> bool:
        """Whether the case tells what its twin does not."""
        if twin.id not in self._plain:
            self._plain[twin.id] = self._story(twin, {}, None)
        plain = self._plain[twin.id]
        return plain is None or self._story(case, dict(case.reading), plain) != plain

    def _story(self, case: Case, readings: Mapping[str, str], before: Sequence[Told] | None) -> list[Told] | None:
        self._sandbox.reset()
        self._sandbox.set_clock(MOMENT)
        self._sandbox.set_readings(readings)
        settings = settings_under(self._api, self._settings, readings)
        listener = _Listener(self._sandbox, before)
        play = Play(self._api, case.id, Reference(self._api, listener), settings, readings=readings)
        try:
            listener.note((settings.region, settings.service))
            play.configure()
            case.play(play)
        except Exception:  # it went another way, or needs more than a story can give: then it is played
            return None
        return listener.told


def untouched(api: Api, everything: Iterable[Case], repeated: Mapping[str, Case]) -> Iterator[str]:
    """The ids of cases that tell nothing new beside their twins. `repeated`: by the id of a case, its twin."""
    found = [case for case in everything if case.id in repeated]
    if found:
        stories = Stories(api)
        try:
            yield from (case.id for case in found if not stories.is_told(case, repeated[case.id]))
        finally:
            stories.close()
