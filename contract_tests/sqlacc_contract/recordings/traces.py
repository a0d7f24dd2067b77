"""Exchanges with a real server -> what was made there and is there still, so that nothing is left behind unsaid."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import unquote

from sqlacc_codegen.ir import Api, Object

from ..sandbox.exchange import Backend, Request, Response
from ..tokens import Token, parse
from .scrub import owner


@dataclass
class Traces:
    """A backend that remembers what it was asked to make and to delete."""

    api: Api
    inner: Backend
    _there: dict[tuple[str, str], str] = field(default_factory=dict)  # object and key -> what people call it
    _unknown: dict[tuple[str, str], str] = field(default_factory=dict)  # object and number -> why nobody knows

    def respond(self, request: Request) -> Response:
        path = request.path.decode("latin-1")
        o = owner(self.api, path)
        if o and request.method == "POST":
            return self._post(o, request)
        response = self.inner.respond(request)
        if o and request.method == "DELETE" and 200 <= response.status < 300:
            self._there.pop((o.id, unquote(path.removeprefix(f"{o.path}/"))), None)
        return response

    def _post(self, o: Object, request: Request) -> Response:
        number = _member(request.body, o.identity[0])
        self._unknown[o.id, number] = "the answer never came"
        response = self.inner.respond(request)
        if 200 <= response.status < 300:
            key = _member(response.body, o.key)
            if key:
                self._there[o.id, key] = number
        elif response.status >= 500:
            self._unknown[o.id, number] = f"the answer was {response.status}"
            return response
        del self._unknown[o.id, number]
        return response

    def left(self) -> list[str]:
        """What is there still, or may be."""
        there = [f"{id} {number}, key {key}" for (id, key), number in self._there.items()]
        return there + [f"perhaps {id} {number}: {why}" for (id, number), why in self._unknown.items()]


def _member(raw: bytes, wire: str) -> str:
    """A member of a record, at top level or as the only one of `data`."""
    try:
        token: Token = parse(raw)
    except ValueError:
        return ""
    if isinstance(token, dict) and wire not in token:
        token = token.get("data")
    if isinstance(token, list) and len(token) == 1:
        token = token[0]
    found = token.get(wire) if isinstance(token, dict) else None
    return "" if found is None else str(found)
