"""The sandbox itself: a backend that answers requests as the API would, and the handles by which tests steer it."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlacc_codegen.ir import Api

from .. import sigv4
from ..sigv4 import Key, Refused, Verifier
from . import admin, pdf, seed
from .desk import Desk
from .errors import ApiError
from .exchange import Request, Response
from .faults import Fault, Faults
from .log import Log
from .readings import Readings
from .server import Server
from .service import Service
from .store import Store

DEMO_ACCESS_KEY = "00112233445566778899aabbccddeeff.sql.my/SANDBOX"
DEMO_SECRET_KEY = "sandbox-secret-that-opens-nothing-else"  # noqa: S105 - documented, and worth nothing elsewhere
BEHAVIOURS = 256  # kept ready


class Sandbox:
    """A stateful stand-in of the SQL Account REST API.

    `db`: a file that keeps the records, or `:memory:`. `empty`: without the demo records (masters such as accounts
    and tax codes are always there). `now`: seconds since 1970 UTC.
    """

    def __init__(
        self,
        api: Api,
        *,
        db: str | Path = ":memory:",
        keys: Mapping[str, str | Key] | None = None,
        readings: Mapping[str, str] | None = None,
        empty: bool = False,
        faults: Sequence[Mapping[str, Any]] = (),
        skew: float | None = sigv4.SKEW_SECONDS,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.api = api
        self.name = f"sqlacc {api.version}"
        self.url = ""  # where it is served, once it is
        given = keys if keys is not None else {DEMO_ACCESS_KEY: DEMO_SECRET_KEY}
        self.keys = {access: key if isinstance(key, Key) else Key(key) for access, key in given.items()}
        self.log = Log()
        self._lock = threading.RLock()
        self._clock = now
        self._frozen: float | None = None
        self._skew = skew
        self._empty = empty
        self._first_readings = dict(readings or {})
        self._faults = Faults(list(faults))
        chosen = Readings(api, readings)
        self._snapshot = seed.snapshot(api, empty=empty)
        self.store = Store(api, db)
        if self.store.meta("seeded") is None:
            self.store.restore(self._snapshot)
        self._behaviours: dict[tuple[tuple[str, str], ...], tuple[Desk, Service, Verifier]] = {}
        self.desk, self._service, self._verifier = self._behaviour(chosen)

    def close(self) -> None:
        with self._lock:
            self.store.close()

    @classmethod
    @contextmanager
    def serve(cls, api: Api, *, host: str = "127.0.0.1", port: int = 0, **options: Any) -> Iterator[Sandbox]:
        """A sandbox behind an HTTP server in a thread: `with Sandbox.serve(api) as sandbox: sandbox.url`."""
        sandbox = cls(api, **options)
        try:
            with Server(sandbox, sandbox.now, sandbox.name, host=host, port=port) as server:
                sandbox.url = server.url
                yield sandbox
        finally:
            sandbox.close()

    # --- answering ---------------------------------------------------------------------------------------------

    def respond(self, request: Request) -> Response:
        with self._lock:
            if admin.concerns(request.path):
                return self._steer(request)
            fault = self._faults.strike(request)
            signature = ""
            if fault is not None and not fault.after:
                response = fault.response(None)
            else:
                signature, response = self._answer(request)
                if fault is not None:
                    response = fault.response(response)
            self.log.add(self.now(), request, response, signature, fault.spec if fault else None)
            return response

    def _steer(self, request: Request) -> Response:
        try:
            return admin.handle(self, request)
        except ApiError as error:
            return self.desk.words.response(error)

    def _answer(self, request: Request) -> tuple[str, Response]:
        """How the signature was found, and the answer."""
        words = self.desk.words
        try:
            self._verifier.verify(request.method, request.path, request.query, request.headers, request.body)
        except Refused as refused:
            return refused.reason, words.response(self._unsigned(refused))
        try:
            return "ok", self._service.handle(request)
        except ApiError as error:
            return "ok", words.response(error)
        except sqlite3.Error as error:
            return "ok", words.response(words.server(f"The sandbox's database failed: {error}"))

    def _unsigned(self, refused: Refused) -> ApiError:
        extra = {}
        if refused.canonical_request:
            extra = {
                "expected_canonical_request": refused.canonical_request,
                "expected_string_to_sign": refused.string_to_sign,
            }
        words = self.desk.words
        if refused.kind == "skew":
            message = words.message("clock_skew", "Signature expired")
            return ApiError(words.status("clock_skew", 401), f"{message}: {refused.reason}")
        return words.authentication(refused.reason, extra)

    # --- steering ----------------------------------------------------------------------------------------------

    def now(self) -> float:
        return self._clock() if self._frozen is None else self._frozen

    def set_clock(self, now: float | None) -> None:
        """Stop the clock at a moment (seconds since 1970 UTC); None lets it run again."""
        with self._lock:
            self._frozen = now

    @property
    def readings(self) -> Readings:
        return self.desk.readings

    def set_readings(self, chosen: Mapping[str, str]) -> None:
        """Play these readings on top of those that the sandbox was started with."""
        with self._lock:
            wanted = {**self._first_readings, **chosen}
            known = tuple(sorted(wanted.items()))
            if known not in self._behaviours:
                if len(self._behaviours) >= BEHAVIOURS:
                    self._behaviours.clear()
                self._behaviours[known] = self._behaviour(Readings(self.api, wanted))
            self.desk, self._service, self._verifier = self._behaviours[known]

    def _behaviour(self, readings: Readings) -> tuple[Desk, Service, Verifier]:
        """How requests are handled under these readings, over the one store."""
        desk = Desk(self.api, self.store, readings, self.now)
        scopes = {scope.id: (scope.region, scope.service) for scope in self.api.scopes}
        wanted = readings.value("signing_scope", "any")
        verifier = Verifier(
            self.keys,
            {scopes[wanted]} if wanted in scopes else set(scopes.values()),
            self.now,
            skew=self._skew,
            star=readings.value("star_signing", "any"),
        )
        return desk, Service(desk, pdf.document), verifier

    def faults(self, specs: Sequence[Mapping[str, Any]]) -> None:
        """Play these faults from now on, and none of those before."""
        made = Faults(list(specs))
        with self._lock:
            self._faults = made

    def waiting_faults(self) -> list[Fault]:
        return [fault for fault in self._faults.waiting if fault.left != 0]

    def reset(self) -> None:
        """The records as after the first start, and no faults. Readings, clock and log stay."""
        with self._lock:
            self.store.restore(self._snapshot)
            self._faults = Faults()

    def counts(self) -> dict[str, int]:
        with self._lock:
            return {object.id: self.store.count(object.id) for object in self.api.objects}
