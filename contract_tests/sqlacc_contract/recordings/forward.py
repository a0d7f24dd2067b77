"""Requests as they are -> a real server's answers, byte for byte but for compression: nothing followed or repeated."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

from ..properties.transport import Http
from ..sandbox.exchange import Request, Response

TIMEOUT = 60.0


@dataclass(frozen=True)
class Forward:
    """A server at a URL; each exchange has a connection of its own."""

    base_url: str

    def respond(self, request: Request) -> Response:
        with closing(Http(self.base_url, TIMEOUT, tell_case=False)) as server:
            return server.respond(request)
