"""A base URL -> a backend: requests as they are, answers byte for byte, and in which way an exchange went wrong."""

from __future__ import annotations

import contextlib
import http.client
import select
import socket
import ssl
import time
import zlib
from urllib.parse import urlsplit

from ..sandbox.exchange import Delivery, Request, Response

UNSENT = {b"x-case"}
PACKED = ("gzip", "x-gzip", "deflate")


class BrokenExchange(OSError):  # noqa: N818 - what a caller meets
    """No whole answer: `kind` is refused, broken or timeout, the text says why."""

    def __init__(self, kind: str, reason: Exception) -> None:
        super().__init__(str(reason) or type(reason).__name__)
        self.kind = kind


def received(answer: http.client.HTTPResponse, body: bytes) -> Response:
    """An answer as clients see it: one that was compressed, though nobody asked for that, as it was before."""
    headers = [(n.lower().encode("latin-1"), v.encode("latin-1")) for n, v in answer.getheaders()]
    if (answer.getheader("content-encoding") or "").lower() in PACKED:
        unpacking = zlib.decompressobj(zlib.MAX_WBITS | 32)
        with contextlib.suppress(zlib.error):
            unpacked = unpacking.decompress(body)
            if unpacking.eof:  # else it was cut
                body = unpacked
                headers = [(n, v) for n, v in headers if n not in (b"content-encoding", b"content-length")]
    return Response(answer.status, headers, body)


class Http:
    """A server at a URL as a backend, on one kept connection. Nothing is followed, repeated or normalised.

    `timeout` bounds the whole exchange in seconds, also when the answer drips. `tell_case` sends the harness's own
    header along; a real server is not told.
    """

    def __init__(self, base_url: str, timeout: float, tell_case: bool = True) -> None:
        self.url, self.timeout, self.tell_case = urlsplit(base_url), timeout, tell_case
        self._connection: http.client.HTTPConnection | None = None

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def respond(self, request: Request) -> Response:
        until = time.monotonic() + self.timeout
        sent = False
        try:
            connection = self._opened()
            self._send(connection, request)
            sent = True
            answer = connection.getresponse()
            body = self._body(answer, until)
        except TimeoutError as error:
            self.close()
            raise BrokenExchange("timeout" if sent else "refused", error) from None
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise BrokenExchange("broken" if sent else "refused", error) from None
        if answer.will_close:
            self.close()
        return received(answer, body)

    def _opened(self) -> http.client.HTTPConnection:
        """The kept connection, unless the server has closed it meanwhile."""
        kept = self._connection
        if kept is not None and (kept.sock is None or select.select([kept.sock], [], [], 0)[0]):
            self.close()
        if self._connection is None:
            host, port = self.url.hostname or "", self.url.port
            if self.url.scheme == "https":
                context = ssl.create_default_context()
                self._connection = http.client.HTTPSConnection(host, port, timeout=self.timeout, context=context)
            else:
                self._connection = http.client.HTTPConnection(host, port, timeout=self.timeout)
            self._connection.connect()
            self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._connection

    def _send(self, connection: http.client.HTTPConnection, request: Request) -> None:
        target = request.target.decode("latin-1")
        connection.putrequest(request.method, target, skip_host=True, skip_accept_encoding=True)
        for name, value in request.headers:
            if self.tell_case or name not in UNSENT:
                connection.putheader(name.decode("latin-1"), value)
        if request.body:
            connection.putheader("content-length", str(len(request.body)))
        connection.endheaders(request.body or None)

    def _body(self, answer: http.client.HTTPResponse, until: float) -> bytes:
        parts: list[bytes] = []
        while part := answer.read1(1 << 16):
            parts.append(part)
            if time.monotonic() > until:
                raise TimeoutError("timed out")
        if answer.length:
            raise http.client.IncompleteRead(b"", answer.length)
        answer.close()
        return b"".join(parts)


class Witnessed(Http):
    """The same, with what went wrong on the way told as part of the answer, so that a witness can note it."""

    def respond(self, request: Request) -> Response:
        try:
            return super().respond(request)
        except BrokenExchange as broken:
            if broken.kind == "refused":
                raise
            return Response(delivery=Delivery(drop=True))
