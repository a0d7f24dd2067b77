"""HTTP through requests and urllib3, with three promises kept on the connection itself.

What is signed is what leaves: the head of the request is compared, byte for byte, before it is written. Whether
anything left is known, not guessed. A timeout or a cancelled call breaks the connection off, however slowly the
server drips.
"""

from __future__ import annotations

import contextlib
import functools
import socket
import threading
import time
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
import urllib3.connection
from requests.adapters import HTTPAdapter

from . import _watchdog
from .transport import HttpRequest, HttpResponse, TransportFailure

IDLE = 4.0  # seconds after which a write gets a fresh connection: servers close idle ones, and then nobody knows

_current = threading.local()


class Rewritten(Exception):  # noqa: N818 - never leaves this module
    """The request would leave in another form than it was signed in."""


class _Exchange:
    """One request on its way."""

    def __init__(self, request: HttpRequest) -> None:
        parts = urlsplit(request.url)
        self.request = request
        self.heads = (  # the target alone, or the whole URL for a plain-text proxy
            f"{request.method} {request.target} HTTP/1.1\r\n".encode(),
            f"{request.method} {request.url} HTTP/1.1\r\n".encode(),
        )
        self.lines = {name.lower(): value.encode("utf-8") for name, value in request.headers.items()}
        self.host = parts.netloc
        self.sent = False
        self.reason = ""  # why it was broken off
        self.sock: Any = None
        self.done = False
        self._lock = threading.Lock()

    def about_to_write(self, connection: Any, data: bytes) -> None:
        """Raise Rewritten when the head of the request is not what was signed."""
        self.sock = connection.sock
        if self.reason:
            raise ConnectionAbortedError(self.reason)
        if self.sent:
            return
        head = data.partition(b"\r\n\r\n")[0] + b"\r\n"
        if not head.startswith(self.heads):
            raise Rewritten(f"the request line would be {head.partition(bytes((13, 10)))[0]!r}")
        found: dict[str, bytes] = {}
        for line in head.split(b"\r\n")[1:-1]:
            label, _, text = line.partition(b":")
            found[label.decode("latin-1").lower()] = text.removeprefix(b" ")
        for name, value in self.lines.items():
            if found.get(name) != value:
                raise Rewritten(f"the header {name} would not be as it was signed")
        self.sent = True

    def break_off(self, reason: str) -> None:
        with self._lock:
            if self.done:  # the connection may serve another exchange by now
                return
            self.reason = reason
            if self.sock is not None:
                with contextlib.suppress(OSError):
                    socket.socket.shutdown(
                        self.sock, socket.SHUT_RDWR
                    )  # not SSLSocket's own, which drops its TLS state

    def end(self) -> None:
        with self._lock:
            self.done = True


class _Watched:
    """Mixed into a connection, shows what that writes to the exchange of its thread."""

    sock: Any
    _writing = False

    def putrequest(self, *args: Any, **kwargs: Any) -> None:
        self._writing = True
        super().putrequest(*args, **kwargs)  # type: ignore[misc] # the connection's

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()  # type: ignore[attr-defined] # the connection's
        exchange: _Exchange | None = getattr(_current, "exchange", None)
        if exchange is not None and self._writing:  # not the CONNECT of a proxy
            exchange.about_to_write(self, bytes(data) if not exchange.sent else b"")
        super().send(data)  # type: ignore[misc] # the connection's

    def getresponse(self, *args: Any, **kwargs: Any) -> Any:
        self._writing = False
        return super().getresponse(*args, **kwargs)  # type: ignore[misc] # the connection's


@functools.lru_cache(maxsize=8)
def _watched(connection: type[Any]) -> type[Any]:
    return type(connection.__name__, (_Watched, connection), {})


# The class of a connection is looked up when one is made: a recorder such as vcrpy replaces it for a while, and must
# neither be missed nor stay behind when it is done.


class _HttpPool(urllib3.HTTPConnectionPool):
    def _new_conn(self) -> Any:
        self.ConnectionCls = _watched(urllib3.connection.HTTPConnection)
        return super()._new_conn()


class _HttpsPool(urllib3.HTTPSConnectionPool):
    def _new_conn(self) -> Any:
        self.ConnectionCls = _watched(urllib3.connection.HTTPSConnection)
        return super()._new_conn()


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}

    def proxy_manager_for(self, proxy: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        if isinstance(manager, urllib3.ProxyManager):
            manager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}
        return manager


class Pool:
    """Connections to the servers that are called, settings of the environment included."""

    def __init__(
        self,
        proxies: dict[str, str],
        verify: bool | str,
        cert: str | tuple[str, str] | None,
        trust_env: bool,
        size: int,
        max_answer: int,
    ) -> None:
        self._session = requests.Session()
        self._session.trust_env = trust_env
        self._session.proxies.update(proxies)
        self._session.verify = verify
        self._session.cert = cert
        self._adapter = _Adapter(pool_connections=size, pool_maxsize=size)
        self._environment: dict[str, Any] = {}
        self._max_answer = max_answer
        self._last = time.monotonic()

    def close(self) -> None:
        self._adapter.close()

    def send(self, request: HttpRequest) -> HttpResponse:
        """Send one request. Raises TransportFailure."""
        now = time.monotonic()
        if request.method != "GET" and now - self._last > IDLE:
            self._adapter.close()
        exchange = _Exchange(request)
        take_back = _watchdog.call_at(now + request.timeout, lambda: exchange.break_off("timeout"))
        unsubscribe = request.cancel.subscribe(lambda: exchange.break_off("cancelled")) if request.cancel else None
        _current.exchange = exchange
        try:
            return self._exchange(exchange)
        except Rewritten as error:
            raise TransportFailure(
                f"refused to send a request that was changed on the way: {error}", sent=False
            ) from None
        except (OSError, urllib3.exceptions.HTTPError) as error:
            raise _failure(exchange, error) from None  # the cause would drag the signed headers along
        finally:
            _current.exchange = None
            exchange.end()
            take_back()
            if unsubscribe:
                unsubscribe()
            self._last = time.monotonic()

    def _exchange(self, exchange: _Exchange) -> HttpResponse:
        request = exchange.request
        prepared = requests.Request(
            method=request.method,
            url=request.url,
            headers={name: value.encode("utf-8") for name, value in request.headers.items()},
            data=request.body or None,
        ).prepare()
        if prepared.url != request.url or (prepared.body or b"") != request.body:
            raise Rewritten(f"requests made {prepared.url!r} of {request.url!r}")
        settings = self._settings_for(exchange.host, request.url)
        times = (request.connect_timeout, request.timeout)
        answer = self._adapter.send(prepared, stream=True, timeout=times, **settings)
        try:
            body = self._read(answer)
        finally:
            answer.close()
        if exchange.reason and not {"content-length", "transfer-encoding"} & {n.lower() for n in answer.headers}:
            raise ConnectionAbortedError(exchange.reason)  # an answer of unknown length that we cut ourselves
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return HttpResponse(answer.status_code, headers, body)

    def _read(self, answer: Any) -> bytes:
        chunks, size = [], 0
        for chunk in answer.raw.stream(65536, decode_content=True):
            chunks.append(chunk)
            size += len(chunk)
            if size > self._max_answer:
                raise ConnectionAbortedError(f"an answer of more than {self._max_answer} bytes")
        return b"".join(chunks)

    def _settings_for(self, host: str, url: str) -> dict[str, Any]:
        known = self._environment.get(host)
        if known is None:
            own = None if self._session.verify is True else self._session.verify  # else the environment would win
            known = self._session.merge_environment_settings(url, {}, None, own, None)
            known = self._environment[host] = {name: known[name] for name in ("proxies", "verify", "cert")}
        found: dict[str, Any] = known
        return found


def _failure(exchange: _Exchange, error: Exception) -> TransportFailure:
    request = exchange.request
    if exchange.reason == "timeout":
        return TransportFailure(f"no whole answer within {request.timeout:g} s", sent=exchange.sent, reason="timeout")
    if exchange.reason:
        return TransportFailure("cancelled by the caller", sent=exchange.sent, reason=exchange.reason)
    if isinstance(error, (requests.Timeout, urllib3.exceptions.TimeoutError)):
        what = f"no answer within {request.timeout:g} s" if exchange.sent else "the server was not reached in time"
        return TransportFailure(what, sent=exchange.sent, reason="timeout")
    return TransportFailure(_cause(error), sent=exchange.sent)


def _cause(error: BaseException) -> str:
    """The innermost reason, in one line: requests and urllib3 wrap it three deep."""
    seen: list[BaseException] = []
    while error not in seen:
        seen.append(error)
        inner = getattr(error, "reason", None)
        if not isinstance(inner, BaseException) and error.args:
            inner = next((arg for arg in reversed(error.args) if isinstance(arg, BaseException)), None)
        error = inner if isinstance(inner, BaseException) else error.__cause__ or error.__context__ or error
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
