"""A backend to a listening HTTP server: in the foreground until a signal, or beside a program in a thread."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from types import FrameType, TracebackType

import uvicorn

from .app import App
from .exchange import Backend
from .protocol import settings


class ListenError(OSError):
    """The address is taken or not ours, with words for people."""


class _Uvicorn(uvicorn.Server):
    """uvicorn that says when it listens and ends quietly on a signal."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop, self._told = asyncio.get_running_loop(), asyncio.Event()
        await super().startup(sockets)
        self._ready()

    async def main_loop(self) -> None:
        """Ends as soon as it is told to; uvicorn itself looks for that ten times a second."""
        tick = 0
        while not await self.on_tick(tick):
            tick += 10
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._told.wait(), 1)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Where nobody is connected there is nobody to wait for."""
        if self.server_state.connections or self.server_state.tasks:
            await super().shutdown(sockets)
        else:
            for listening in (*self.servers, *(sockets or ())):
                listening.close()

    def end(self) -> None:
        """From any thread, or a signal."""
        self.should_exit = True
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # it has ended already
                self._loop.call_soon_threadsafe(self._told.set)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self._stop) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _stop(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002
        self.end()


class Server:
    """An HTTP server over a backend, listening from its construction on; port 0 takes a free one."""

    def __init__(
        self, backend: Backend, now: Callable[[], float], name: str, *, host: str = "127.0.0.1", port: int = 0
    ) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            self._socket = socket.create_server((host, port), family=family, backlog=1024)
        except (OSError, OverflowError, UnicodeError) as error:
            raise ListenError(f"cannot listen on {host} port {port}: {error}") from None
        port = self._socket.getsockname()[1]
        self.url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        self.loopback = ipaddress.ip_address(self._socket.getsockname()[0]).is_loopback
        self._listening = threading.Event()
        config = uvicorn.Config(App(backend, now, name), **settings())
        self._uvicorn = _Uvicorn(config, self._ready)
        self._thread: threading.Thread | None = None
        self._announce: Callable[[], None] = lambda: None

    def _ready(self) -> None:
        self._announce()
        self._listening.set()

    def run(self, announce: Callable[[], None]) -> None:
        """Serve until SIGINT or SIGTERM; `announce` is called when requests are answered."""
        self._announce = announce
        self._uvicorn.run(sockets=[self._socket])

    def start(self) -> None:
        """Serve in a thread."""
        self._thread = threading.Thread(target=self._uvicorn.run, args=([self._socket],), name="sandbox", daemon=True)
        self._thread.start()
        if not self._listening.wait(10):
            raise ListenError("the server did not start within 10 seconds")

    def stop(self) -> None:
        """End the thread; open connections are closed."""
        self._uvicorn.end()
        if self._thread is not None:
            self._thread.join(10)
            self._thread = None

    def __enter__(self) -> Server:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
