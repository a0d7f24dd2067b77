"""Cases for a real server -> every call that they would make, as the oracle makes them on an embedded sandbox."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlacc_codegen.ir import Api

from .cases import Case
from .house import House
from .play import Play
from .properties.reference import Reference
from .sandbox.exchange import Backend, Request, Response
from .server_check import ANY


class _Asked:
    """A backend that keeps the request lines."""

    def __init__(self, inner: Backend) -> None:
        self._inner = inner
        self.lines: list[str] = []

    def respond(self, request: Request) -> Response:
        self.lines.append(f"{request.method} {request.target.decode('latin-1')}")
        return self._inner.respond(request)


def rehearsed(api: Api, cases: Sequence[tuple[str, Case]]) -> Iterator[tuple[str, Case, list[str]]]:
    """`cases`: who plays, and the case. Everything goes to a sandbox of our own, with its own keys; what one case
    leaves behind the next one meets, as on a real server."""
    asked: list[_Asked] = []

    def wrap(backend: Backend) -> Backend:
        asked.append(_Asked(backend))
        return asked[0]

    with House(api, wrap) as house, Reference(api) as caller:
        for who, case in cases:
            play = Play(api, f"{who}/{case.id}", caller, house.settings, house.tap, readings={ANY: "live"})
            lines = asked[0].lines
            lines.clear()
            try:
                play.configure()
                case.play(play)
            except Exception as error:  # what it needs is not among the demo records
                lines.append(f"(and more, which cannot be rehearsed: {error})")
            house.tap.strays()
            yield who, case, [*lines]
