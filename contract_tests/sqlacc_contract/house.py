"""Api -> a sandbox on a loopback port with a witness before it, made as new for each case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timezone
from types import TracebackType

from sqlacc_codegen.ir import Api

from .judge import Settings
from .sandbox import DEMO_ACCESS_KEY, DEMO_SECRET_KEY, Backend, Sandbox, Server
from .tap import Tap

TIMEOUT_MS = 5000
MOMENT = 1768464000.0  # 2026-01-15T08:00:00Z: when clocks stand still, so that the same play is the same bytes


class House:
    """`wrap` puts something between the sandbox and the witness: a server that breaks the contract, for one.
    `timeout_ms`: how long a client waits."""

    def __init__(
        self, api: Api, wrap: Callable[[Backend], Backend] = lambda backend: backend, timeout_ms: int = TIMEOUT_MS
    ) -> None:
        self.api = api
        self.sandbox = Sandbox(api)
        self.tap = Tap(wrap(self.sandbox))
        self._server = Server(self.tap, self.sandbox.now, self.sandbox.name)
        scope = api.scopes[0]
        self._first = Settings(
            self._server.url, DEMO_ACCESS_KEY, DEMO_SECRET_KEY, scope.region, scope.service, timeout_ms=timeout_ms
        )
        self.settings = self._first

    def renew(self, readings: Mapping[str, str], moment: float | None = None) -> Settings:
        """The demo records, these readings, no faults, nothing seen yet. `moment`: when the clocks of both stand still,
        in seconds since 1970 UTC."""
        self.sandbox.reset()
        self.sandbox.set_clock(moment)
        self.sandbox.log.clear()
        self.sandbox.set_readings(readings)
        self.tap.faults.clear()
        self.tap.strays()
        self.settings = settings_under(self.api, self._first, readings)
        if moment is not None:
            self.settings = replace(self.settings, clock=clock_at(moment))
        return self.settings

    def __enter__(self) -> House:
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop()
        self.sandbox.close()


def settings_under(api: Api, settings: Settings, readings: Mapping[str, str]) -> Settings:
    """Reading signing_scope: a client is told the scope of its server."""
    scope = next((scope for scope in api.scopes if scope.id == readings.get("signing_scope")), None)
    return replace(settings, region=scope.region, service=scope.service) if scope else settings


def clock_at(moment: float) -> str:
    """Seconds since 1970 UTC, as a client is told them."""
    return datetime.fromtimestamp(moment, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
