"""The same over TLS, and through a proxy that tunnels it: what is sent, and what ends in time."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

PEM = Path(__file__).with_name("localhost.pem")  # a certificate of localhost and its key, made for these tests
Serve = Callable[..., Any]


@pytest.fixture
def secured(serve: Serve) -> Iterator[Callable[[Any], str]]:
    """Puts TLS before a raw server; gives its https URL."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PEM)
    listeners: list[socket.socket] = []

    def start(server: Any) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)
        plain = int(server.url.rpartition(":")[2])
        _accept(listener, lambda: socket.create_connection(("127.0.0.1", plain)), context)
        return f"https://127.0.0.1:{listener.getsockname()[1]}"

    yield start
    for listener in listeners:
        _close(listener)


def _close(listener: socket.socket) -> None:
    with contextlib.suppress(OSError):
        listener.shutdown(socket.SHUT_RDWR)
    listener.close()


def _accept(listener: socket.socket, connect: Callable[[], socket.socket], context: ssl.SSLContext | None) -> None:
    """Passes bytes on, in threads, until the listener is closed."""

    def loop() -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=one, args=(near,), daemon=True).start()

    def one(near: socket.socket) -> None:
        with contextlib.suppress(OSError):
            inner = context.wrap_socket(near, server_side=True) if context else near
            with inner, connect() as far:
                other = threading.Thread(target=copy, args=(far, inner), daemon=True)
                other.start()
                copy(inner, far)
                other.join(5)

    def copy(source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_RDWR)

    threading.Thread(target=loop, daemon=True).start()


def trusting(**settings: Any) -> Any:
    from sqlacc_client import RequestsTransport

    return RequestsTransport(verify=str(PEM), **settings)


def test_a_call_over_tls(
    secured: Any, serve: Serve, connect: Serve, answer: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/no/such/file")  # what the caller gives wins
    server = serve(lambda *_: answer(200, b'{"data":[{"code":"A"}]}'))
    url = secured(server)
    client = connect(url, transport=trusting())
    assert client.customers.get("A").code == "A"
    assert client.customers.get("A").code == "A"
    assert server.requests[0].headers["host"] == url.removeprefix("https://")
    assert server.connections == 1
    client._transport.close()


def test_a_certificate_that_nobody_trusts_leaves_no_doubt(
    secured: Any, serve: Serve, connect: Serve, answer: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlacc_client import CallOptions, ConnectionFailed, Retry

    server = serve(lambda *_: answer(200, b'{"code":"A"}'))
    url = secured(server)
    client = connect(url, options=CallOptions(retry=Retry(attempts=1)))
    with pytest.raises(ConnectionFailed, match="certificate") as caught:
        client.customers.create(code="A", companyname="B")
    assert not caught.value.sent
    assert server.requests == []
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(PEM))  # as requests does
    assert connect(url).customers.create(code="A", companyname="B").code == "A"


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["hangs", "drips", "closes"])
def test_faults_over_tls(fault: str, secured: Any, serve: Serve, connect: Serve) -> None:
    from sqlacc_client import AmbiguousWriteError, CallOptions, CallTimeout, ConnectionFailed, Retry

    def respond(request: Any, connection: socket.socket) -> None:
        if fault == "hangs":
            connection.settimeout(5)
            connection.recv(1)
        elif fault == "drips":
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            for _ in range(100):
                time.sleep(0.05)
                connection.sendall(b" ")

    server = serve(respond)
    options = CallOptions(timeout=0.5, retry=Retry(attempts=1))
    transport = trusting()
    customers = connect(secured(server), options=options, transport=transport).customers
    start = time.monotonic()
    with pytest.raises(ConnectionFailed if fault == "closes" else CallTimeout):
        customers.get("A")
    with pytest.raises(AmbiguousWriteError):
        customers.create(code="A", companyname="B")
    assert time.monotonic() - start < 3
    assert len(server.requests) == 2
    transport.close()


def test_a_tunnel_through_a_proxy(secured: Any, serve: Serve, connect: Serve, answer: Serve) -> None:
    server = serve(lambda *_: answer(200, b'{"code":"A"}'))
    url = secured(server)
    asked: list[str] = []

    def tunnel(request: Any, connection: socket.socket) -> None:
        asked.append(f"{request.method} {request.target}")
        with socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2]))) as far:
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            done = threading.Event()

            def back() -> None:
                with contextlib.suppress(OSError):
                    while data := far.recv(65536):
                        connection.sendall(data)
                done.set()

            threading.Thread(target=back, daemon=True).start()
            with contextlib.suppress(OSError):
                while data := connection.recv(65536):
                    far.sendall(data)
            _close(far)
            done.wait(5)

    proxy = serve(tunnel)
    transport = trusting(proxies={"https": proxy.url}, trust_env=False)
    client = connect(url, transport=transport)
    assert client.customers.create(code="A", companyname="B").code == "A"
    assert asked == [f"CONNECT {url.removeprefix('https://')}"]
    assert server.requests[0].target == "/customer"
    assert "authorization" not in proxy.requests[0].headers
    transport.close()


def test_a_proxy_that_refuses_leaves_no_doubt(serve: Serve, connect: Serve, answer: Serve) -> None:
    from sqlacc_client import CallOptions, ConnectionFailed, Retry

    proxy = serve(lambda *_: answer(407))
    transport = trusting(proxies={"https": proxy.url}, trust_env=False)
    client = connect("https://books.example", transport=transport, options=CallOptions(retry=Retry(attempts=1)))
    with pytest.raises(ConnectionFailed, match="407") as caught:
        client.customers.create(code="A", companyname="B")
    assert not caught.value.sent
    transport.close()
