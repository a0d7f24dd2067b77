"""What carries a signed request to a server: a one-method protocol. `RequestsTransport` is the one for real use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from .options import CancelToken


@dataclass(frozen=True)
class HttpRequest:
    """A signed request, to be sent as it is: any change to method, URL, signed headers or body breaks the signature.

    connect_timeout: seconds to reach the server.
    timeout:         seconds until the last byte of the answer.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""
    connect_timeout: float = 10.0
    timeout: float = 60.0
    cancel: CancelToken | None = None

    @property
    def target(self) -> str:
        """Path and query, as they stand in the request line."""
        start = self.url.index("/", self.url.index("//") + 2)
        return self.url[start:]

    def __repr__(self) -> str:
        return f"HttpRequest({self.method} {self.target})"  # no headers: they hold the signature


@dataclass(frozen=True)
class HttpResponse:
    """An answer, whole. Header names are lower-case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class TransportFailure(Exception):  # noqa: N818 - told to the client, which raises its own errors
    """No whole answer. `sent`: some byte of the request may have reached the server. `reason` says what happened."""

    def __init__(self, message: str, *, sent: bool, reason: str = "connection") -> None:
        super().__init__(message)
        self.sent = sent
        self.reason = reason  # connection, timeout or cancelled


class Transport(Protocol):
    """Sends one request and gives the answer, whatever its status. Called from several threads at once.

    Redirects are not followed, nothing is retried, no header is added that is in the signature. Raises
    TransportFailure; any OSError is taken for a connection that broke after the request had left.
    """

    def send(self, request: HttpRequest, /) -> HttpResponse:
        """Send and wait for the whole answer."""
        ...  # pragma: no cover


class RequestsTransport:
    """Sends through `requests` and its connection pool.

    Proxies and certificate bundles are taken from the environment as `requests` does (`trust_env`), a .netrc is not:
    it would take the place of the signature. `verify` and `cert` are those of requests.
    """

    def __init__(
        self,
        *,
        proxies: Mapping[str, str] | None = None,
        verify: bool | str = True,
        cert: str | tuple[str, str] | None = None,
        trust_env: bool = True,
        pool_size: int = 10,
        max_answer: int = 256 * 1024 * 1024,
    ) -> None:
        self._settings = (dict(proxies or {}), verify, cert, trust_env, pool_size, max_answer)
        self._send: Callable[[HttpRequest], HttpResponse] | None = None
        self._close: Callable[[], None] | None = None

    def send(self, request: HttpRequest, /) -> HttpResponse:
        """Send one request. Raises TransportFailure."""
        if self._send is None:
            from ._pool import Pool  # requests takes longest to import: only who sends pays for it

            pool = Pool(*self._settings)
            self._send, self._close = pool.send, pool.close
        return self._send(request)

    def close(self) -> None:
        """Close the connections. The transport can be used again."""
        if self._close is not None:
            self._close()
