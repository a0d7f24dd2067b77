"""What tests of the Python client share: the generated package on the path, and a server that answers raw bytes."""

from __future__ import annotations

import contextlib
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import pytest

PACKAGE = Path(__file__).parents[3] / "generated" / "python"
if str(PACKAGE) not in sys.path:
    sys.path.insert(0, str(PACKAGE))
sys.dont_write_bytecode = True  # generated/ holds what is generated, nothing else

KEYS = {
    "access_key": "0123456789abcdef0123456789abcdef.sql.my/APIUSER",
    "secret_key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
}


@dataclass
class Received:
    """One request as it came over the wire."""

    method: str
    target: str
    headers: dict[str, str]  # lower case; bytes as Latin-1
    body: bytes


Respond = Callable[[Received, socket.socket], bytes | None]


@dataclass
class RawServer:
    """Accepts connections and answers each request with the bytes that `respond` gives; None closes without answer."""

    respond: Respond
    requests: list[Received] = field(default_factory=list)
    connections: int = 0

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self.stopped = threading.Event()
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        no_http = contextlib.suppress(OSError, ValueError)
        with connection, no_http, connection.makefile("rb") as file:
            self._answer_all(connection, file)

    def _answer_all(self, connection: socket.socket, file: IO[bytes]) -> None:
        while line := file.readline():
            method, target, _ = line.decode("latin-1").split(" ")
            headers = {}
            while (head := file.readline().decode("latin-1").rstrip("\r\n")) != "":
                name, _, value = head.partition(":")
                headers[name.lower()] = value.strip()
            body = file.read(int(headers.get("content-length", "0")))
            request = Received(method, target, headers, body)
            self.requests.append(request)
            answer = self.respond(request, connection)
            if answer is None:
                return
            connection.sendall(answer)

    def close(self) -> None:
        self.stopped.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes accept()
        self._listener.close()
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()
        self._thread.join(5)


def http(status: int, body: bytes = b"", kind: str = "application/json", **headers: str) -> bytes:
    """An answer with its length."""
    lines = [f"HTTP/1.1 {status} X", f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


@pytest.fixture
def serve() -> Iterator[Callable[[Respond], RawServer]]:
    """Starts raw servers; all are closed afterwards."""
    servers: list[RawServer] = []

    def start(respond: Respond) -> RawServer:
        servers.append(RawServer(respond))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def connect() -> Iterator[Callable[..., Any]]:
    """Makes clients that go over a real connection and do not wait between tries; all are closed afterwards."""
    from sqlacc_client import Client

    clients: list[Client] = []

    def make(base_url: str, **settings: Any) -> Client:
        given: dict[str, Any] = {**KEYS, "base_url": base_url, "sleep": lambda *_: None, **settings}
        clients.append(Client(**given))
        return clients[-1]

    yield make
    for client in clients:
        client.close()


@pytest.fixture
def answer() -> Callable[..., bytes]:
    return http


@pytest.fixture
def keys() -> dict[str, str]:
    return KEYS


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys and proxies of the machine must not reach a test."""
    for name in ("ACCESS_KEY", "SECRET_KEY", "REGION", "SERVICE", "BASE_URL", "PROFILE", "PROFILES", "SESSION_TOKEN"):
        monkeypatch.delenv(f"SQLACC_{name}", raising=False)
    for name in (
        "REQUESTS_CA_BUNDLE",
        "CURL_CA_BUNDLE",
        "http_proxy",
        "https_proxy",
        "all_proxy",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
    ):
        monkeypatch.delenv(name, raising=False)
