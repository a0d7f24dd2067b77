"""One exchange over HTTP as plain values: what a client asked, what a backend answers, how the answer travels."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

JSON_TYPE = (b"content-type", b"application/json; charset=utf-8")
TEXT_TYPE = (b"content-type", b"text/plain; charset=utf-8")
HTML_TYPE = (b"content-type", b"text/html; charset=utf-8")


@dataclass(slots=True)
class Request:
    """A request as it stood on the wire. Header names are in lower case, all else is untouched bytes."""

    method: str
    path: bytes
    query: bytes
    headers: list[tuple[bytes, bytes]]
    body: bytes = b""
    client: str = ""  # address of the peer

    def header(self, name: bytes) -> bytes | None:
        """The first value of a header."""
        for header, value in self.headers:
            if header == name:
                return value
        return None

    @property
    def target(self) -> bytes:
        return self.path + b"?" + self.query if self.query else self.path


@dataclass(slots=True)
class Delivery:
    """How an answer travels when it does not travel well. Times in seconds."""

    delay: float = 0.0  # before the first byte
    drop: bool = False  # close the connection without a byte
    cut: int | None = None  # send this many bytes of the body, then close
    declared: int | None = None  # say this Content-Length instead of the true one
    drip: int | None = None  # send so many bytes at a time ...
    pause: float = 0.05  # ... and wait so long between


@dataclass(slots=True)
class Response:
    """An answer. Content-Length, Date and the sandbox's own header are added when it is sent."""

    status: int = 200
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""
    delivery: Delivery | None = None
    faulty: bool = False  # a fault stood in for the server: nobody judges it by this answer


class Backend(Protocol):
    """Whatever answers requests: the sandbox, a recording, either of them behind faults."""

    def respond(self, request: Request) -> Response: ...
