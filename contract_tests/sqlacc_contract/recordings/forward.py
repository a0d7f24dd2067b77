"""Requests as they are -> a real server's answers, byte for byte but for compression: nothing followed or repeated."""

from __future__ import annotations

import http.client
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

from ..properties.transport import received
from ..sandbox.exchange import Request, Response

TIMEOUT = 60.0
UNSENT = {b"x-case"}


@dataclass(frozen=True)
class Forward:
    """A server at a URL."""

    base_url: str

    def respond(self, request: Request) -> Response:
        connection = self._connection()
        try:
            connection.putrequest(
                request.method, request.target.decode("latin-1"), skip_host=True, skip_accept_encoding=True
            )
            for name, value in request.headers:
                if name not in UNSENT:
                    connection.putheader(name.decode("latin-1"), value)
            if request.body:
                connection.putheader("content-length", str(len(request.body)))
            connection.endheaders(request.body or None)
            answer = connection.getresponse()
            return received(answer, answer.read())
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        url = urlsplit(self.base_url)
        if url.scheme == "https":
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(url.hostname or "", url.port, timeout=TIMEOUT, context=context)
        return http.client.HTTPConnection(url.hostname or "", url.port, timeout=TIMEOUT)
