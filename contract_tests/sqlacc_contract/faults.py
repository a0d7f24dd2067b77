"""Faults on demand: what a server or the way to it does wrong, as replacements for one answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from .sandbox.exchange import HTML_TYPE, JSON_TYPE, Backend, Delivery, Request, Response
from .tap import Fault
from .tokens import Token, parse, text

PROXY_PAGE = b"<!doctype html><html><head><title>502 Bad Gateway</title></head><body><h1>502</h1>nginx</body></html>"
BUSY_PAGE = b"<html><head><title>429 Too Many Requests</title></head><body><center>nginx</center></body></html>"


def status(code: int, message: str = "", retry_after: str = "") -> Fault:
    """An answer of this status with words in JSON, without processing."""
    headers = [JSON_TYPE, *([(b"retry-after", retry_after.encode())] if retry_after else [])]
    body = b'{"message":"%s"}' % (message or f"status {code}").encode()
    return lambda _request, _inner: Response(code, list(headers), body)


def page(code: int, html: bytes = PROXY_PAGE, retry_after: str = "") -> Fault:
    """An HTML page from a proxy, without processing."""
    headers = [HTML_TYPE, *([(b"retry-after", retry_after.encode())] if retry_after else [])]
    return lambda _request, _inner: Response(code, list(headers), html)


def answer(code: int, body: bytes, kind: bytes = b"application/json", *more: tuple[bytes, bytes]) -> Fault:
    """Any answer, without processing."""
    return lambda _request, _inner: Response(code, [(b"content-type", kind), *more], body)


def late(seconds: float) -> Fault:
    """The request is processed, the answer comes late."""
    return _delivered(lambda _: Delivery(delay=seconds))


def dropped() -> Fault:
    """The request is processed, the connection closes without an answer."""
    return _delivered(lambda _: Delivery(drop=True))


def lost() -> Fault:
    """The request is not processed, the connection closes without an answer."""
    return lambda _request, _inner: Response(200, [JSON_TYPE], b"{}", Delivery(drop=True))


def cut() -> Fault:
    """The request is processed, half of the answer's body arrives."""
    return _delivered(lambda response: Delivery(cut=len(response.body) // 2))


def dripping() -> Fault:
    """The request is processed, the answer comes whole but slowly."""
    return _delivered(lambda response: Delivery(drip=max(1, len(response.body) // 8), pause=0.01))


def emptied() -> Fault:
    """The request is processed, the answer has no body."""

    def fault(request: Request, inner: Backend) -> Response:
        return replace(inner.respond(request), body=b"")

    return fault


def with_header(name: bytes, value: bytes) -> Fault:
    """The request is processed, the answer has one header more."""

    def fault(request: Request, inner: Backend) -> Response:
        response = inner.respond(request)
        return replace(response, headers=[*response.headers, (name, value)])

    return fault


class Crowd:
    """Holds answers back for a moment, and counts how many requests wait for theirs at the same time."""

    HELD = 0.05  # seconds

    def __init__(self) -> None:
        self.most = 0
        self._until: list[float] = []

    def hold(self, request: Request, inner: Backend) -> Response:
        now = time.monotonic()
        self._until = [end for end in self._until if end > now] + [now + self.HELD]
        self.most = max(self.most, len(self._until))
        return replace(inner.respond(request), delivery=Delivery(delay=self.HELD))


def same_again() -> tuple[Fault, Fault]:
    """Two requests for pages: the second gets the rows of the first."""
    rows: list[Token] = []

    def first(request: Request, inner: Backend) -> Response:
        response, found = _page(request, inner)
        rows.extend(found)
        return response

    def second(request: Request, inner: Backend) -> Response:
        return _with_rows(inner.respond(request), rows)

    return first, second


def shifted() -> tuple[Fault, Fault]:
    """Two requests for pages: before the second, all rows move one place on, so that it begins with one seen before."""
    last: list[Token] = []

    def first(request: Request, inner: Backend) -> Response:
        response, found = _page(request, inner)
        last.extend(found[-1:])
        return response

    def second(request: Request, inner: Backend) -> Response:
        response, found = _page(request, inner)
        return _with_rows(response, [*last, *found[:-1]])

    return first, second


def _page(request: Request, inner: Backend) -> tuple[Response, list[Token]]:
    response = inner.respond(request)
    body = parse(response.body)
    return response, list(body.get("data", body.get("items")))


def _with_rows(response: Response, rows: list[Token]) -> Response:
    body = parse(response.body)
    return replace(response, body=text(body | {"data" if "data" in body else "items": rows}).encode())


def _delivered(how: Callable[[Response], Delivery]) -> Fault:

    def fault(request: Request, inner: Backend) -> Response:
        response = inner.respond(request)
        return replace(response, delivery=how(response))

    return fault
