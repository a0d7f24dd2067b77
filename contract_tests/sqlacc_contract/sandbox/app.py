"""A backend as an ASGI application: requests in, answers out, also those that break the rules of HTTP on purpose."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from email.utils import formatdate
from http import HTTPStatus
from typing import Any

from .exchange import JSON_TYPE, Backend, Delivery, Request, Response
from .protocol import TRANSPORT

BODY_BYTES = 16 * 1024 * 1024
DISCARDED_BYTES = 4 * BODY_BYTES  # of a body that is too large are read before it is refused

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

log = logging.getLogger(__name__)


class App:
    """`name` goes into the header X-Sandbox of every answer; `now` gives the header Date."""

    def __init__(self, backend: Backend, now: Callable[[], float], name: str) -> None:
        self._backend = backend
        self._now = now
        self._name = (b"x-sandbox", name.encode("ascii"))
        self._date: tuple[int, bytes] = (0, b"")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await self._body(scope, receive)
        if body is None:
            return
        if isinstance(body, Response):
            response = body
        else:
            client = scope["client"][0] if scope["client"] else ""
            request = Request(scope["method"], scope["raw_path"], scope["query_string"], scope["headers"], body, client)
            response = self._respond(request)
        headers = [*response.headers, (b"date", self._today()), self._name]
        if response.delivery is not None:
            await self._deliver(response, headers, response.delivery, scope, receive, send)
            return
        headers.append((b"content-length", b"%d" % len(response.body)))
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        await send({"type": "http.response.body", "body": response.body})

    def _respond(self, request: Request) -> Response:
        try:
            return self._backend.respond(request)
        except Exception as error:  # the last line of defence: a fault of ours is an answer too
            log.exception("%s %s", request.method, request.path)
            body = f'{{"message":"The sandbox failed: {error.__class__.__name__}"}}'
            return Response(500, [JSON_TYPE], body.encode())

    async def _body(self, scope: Scope, receive: Receive) -> bytes | Response | None:
        """The whole body; a refusal when it is too large; None when the client went away."""
        names = {name for name, _ in scope["headers"]}
        if b"content-length" not in names and b"transfer-encoding" not in names:
            return b""
        parts: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            size += len(message["body"])
            if size <= BODY_BYTES:
                parts.append(message["body"])
            if not message["more_body"] or size > DISCARDED_BYTES:
                break
        if size > BODY_BYTES:
            words = f'{{"message":"The body is larger than {BODY_BYTES} bytes"}}'
            return Response(413, [JSON_TYPE, (b"connection", b"close")], words.encode())
        return b"".join(parts)

    def _today(self) -> bytes:
        second = int(self._now())
        if self._date[0] != second:
            self._date = (second, formatdate(second, usegmt=True).encode("ascii"))
        return self._date[1]

    async def _deliver(
        self,
        response: Response,
        headers: list[tuple[bytes, bytes]],
        how: Delivery,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        if how.delay:
            await asyncio.sleep(how.delay)
        transport: asyncio.Transport = scope["extensions"][TRANSPORT]["transport"]
        if how.drop:
            await _close(transport, receive)
        elif how.cut is not None or how.declared is not None:
            length = len(response.body) if how.declared is None else how.declared
            sent = response.body if how.cut is None else response.body[: how.cut]
            transport.write(_head(response.status, [*headers, (b"content-length", b"%d" % length)]) + sent)
            await _close(transport, receive)
        else:
            headers.append((b"content-length", b"%d" % len(response.body)))
            await send({"type": "http.response.start", "status": response.status, "headers": headers})
            size = how.drip or len(response.body) or 1
            for start in range(0, len(response.body), size):
                if how.drip:
                    await asyncio.sleep(how.pause)
                part = response.body[start : start + size]
                await send({"type": "http.response.body", "body": part, "more_body": True})
            await send({"type": "http.response.body", "body": b""})


def _head(status: int, headers: list[tuple[bytes, bytes]]) -> bytes:
    phrase = next((known.phrase for known in HTTPStatus if known == status), "")
    lines = [f"HTTP/1.1 {status} {phrase}".encode(), *(b": ".join(header) for header in headers)]
    return b"\r\n".join(lines) + b"\r\n\r\n"


async def _close(transport: asyncio.Transport, receive: Receive) -> None:
    """Close the connection and wait until uvicorn has seen it, so that it does not answer by itself."""
    transport.close()
    while (await receive())["type"] != "http.disconnect":
        pass
