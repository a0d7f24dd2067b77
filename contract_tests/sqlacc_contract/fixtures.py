"""Marks of a test -> what the pytest fixtures hand out: a sandbox made as new, or a server of recordings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from fnmatch import fnmatchcase
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn

import pytest

from sqlacc_codegen.hints import did_you_mean
from sqlacc_codegen.ir import Api
from sqlacc_codegen.load import load
from sqlacc_codegen.problems import Problems
from sqlacc_codegen.spec import default_spec

from .recordings.cassette import EXAMPLE_ACCESS_KEY, EXAMPLE_SECRET_KEY, Cassette, Unreadable
from .recordings.cassette import load as load_cassette
from .recordings.player import default_folder, files
from .recordings.replay import Replay
from .sandbox import DEMO_ACCESS_KEY, DEMO_SECRET_KEY, Sandbox, Server
from .sandbox.faults import FaultError
from .sandbox.log import Entry
from .sandbox.readings import ReadingError

Settings = Mapping[str, Any]


def wrong(message: str) -> NoReturn:
    """Fails the test with these words, and no trace through our code."""
    raise pytest.fail.Exception(message, pytrace=False) from None


KNOWN = {"sandbox": ("readings", "faults", "now", "demo", "spec"), "cassette": ("cassette", "unplayed")}


def settings(request: pytest.FixtureRequest, fixture: str) -> Settings:
    """What the marks `sqlacc` of a test say, the nearest wins. What no fixture knows fails the test."""
    found: dict[str, Any] = {}
    names = [name for some in KNOWN.values() for name in some]
    for mark in reversed(list(request.node.iter_markers("sqlacc"))):
        if mark.args:
            wrong("@pytest.mark.sqlacc takes names only, such as readings={...}")
        for name, value in mark.kwargs.items():
            if name not in names:
                hint = did_you_mean(name, names)
                wrong(f"@pytest.mark.sqlacc has no {name!r}. {hint} It has: {', '.join(names)}")
            if name == "readings" and not isinstance(value, dict):
                wrong('@pytest.mark.sqlacc takes readings as a mapping, such as {"not_found": "404"}')
            merged = name == "readings" and name in found
            found[name] = found[name] | value if merged else value
    return {name: value for name, value in found.items() if name in KNOWN[fixture]}


@dataclass(frozen=True)
class Endpoint:
    """Where a client has to go, and with which keys. `env` is what the generated clients read, in any language."""

    url: str
    access_key: str
    secret_key: str
    region: str
    service: str

    @property
    def env(self) -> dict[str, str]:
        return {
            "SQLACC_BASE_URL": self.url,
            "SQLACC_ACCESS_KEY": self.access_key,
            "SQLACC_SECRET_KEY": self.secret_key,
            "SQLACC_REGION": self.region,
            "SQLACC_SERVICE": self.service,
        }

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.url}>"


# --- the sandbox --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, repr=False)
class Running(Endpoint):
    """A sandbox of this process. What is set here holds until the test ends."""

    sandbox: Sandbox

    def readings(self, **chosen: str) -> None:
        """Let it behave in another way that is possible, as `not_found="404"`."""
        self.sandbox.set_readings({**self.sandbox.readings, **chosen})

    def faults(self, *faults: Mapping[str, Any]) -> None:
        """Let it do wrong, as `{"kind": "rate_limit", "retry_after": 1}` once, or `times` more."""
        self.sandbox.faults(list(faults))

    def clock(self, now: str | datetime | None) -> None:
        """Stop its clock, as `"2026-01-15T08:00:00Z"`, or let it run again with None."""
        self.sandbox.set_clock(None if now is None else _moment(now))

    def requests(self, method: str = "", path: str = "*") -> list[Entry]:
        """What was asked in this test and how it was answered; `path` may hold `*`, the query is not part of it."""
        return [
            entry
            for entry in self.sandbox.log
            if method in ("", entry.method) and fnmatchcase(entry.target.partition("?")[0], path)
        ]


class Sandboxes:
    """Sandboxes by what cannot be changed while they run: the spec, and whether there are demo records."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._apis: dict[Path, Api] = {}
        self._running: dict[tuple[Path, bool], Running] = {}

    def __enter__(self) -> Sandboxes:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def renewed(self, wanted: Settings) -> Running:
        """A sandbox without anything of the test before."""
        try:
            running = self._of(Path(wanted.get("spec") or default_spec()).resolve(), bool(wanted.get("demo", True)))
        except (Problems, TypeError) as error:
            wrong(f"@pytest.mark.sqlacc(spec=...): {error}")
        running.sandbox.reset()
        running.sandbox.log.clear()
        try:
            running.sandbox.set_readings(wanted.get("readings") or {})
            running.faults(*(wanted.get("faults") or ()))
            running.clock(wanted.get("now"))
        except (ReadingError, FaultError, ValueError, TypeError) as error:
            wrong(f"@pytest.mark.sqlacc: {error}")
        return running

    def _of(self, spec: Path, demo: bool) -> Running:
        if (spec, demo) not in self._running:
            api = self._apis.setdefault(spec, load(spec)) if spec not in self._apis else self._apis[spec]
            sandbox = self._stack.enter_context(Sandbox.serve(api, empty=not demo))
            scope = api.scopes[0]
            keys = DEMO_ACCESS_KEY, DEMO_SECRET_KEY
            self._running[spec, demo] = Running(sandbox.url, *keys, scope.region, scope.service, sandbox)
        return self._running[spec, demo]


def _moment(now: str | datetime) -> float:
    if not isinstance(now, (str, datetime)):
        raise TypeError(f'now must be a moment, as "2026-01-15T08:00:00Z", not {now!r}')
    moment = now if isinstance(now, datetime) else datetime.fromisoformat(now.replace("Z", "+00:00"))
    return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp()


# --- recordings ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, repr=False)
class Recording(Endpoint):
    """A server that knows nothing but recordings."""

    replay: Replay
    unplayed_is_fine: bool

    def complaints(self) -> str:
        """What was asked and not recorded, and what was recorded and not asked; empty when all is well."""
        told = [str(miss) for miss in self.replay.misses]
        left = [] if self.unplayed_is_fine else self.replay.unplayed()
        return "\n".join([*told, *(f"{request} was recorded and never asked for" for request in left)])


@contextmanager
def replayed(wanted: Settings, beside: Path) -> Iterator[Recording]:
    """Serves the cassettes that the mark names, as if they were one recording."""
    try:
        tapes = [load_cassette(path) for path in _chosen(wanted.get("cassette"), beside)]
    except Unreadable as error:
        wrong(str(error))
    whole = _joined(tapes)
    replay = Replay(whole, skew=None)
    keys = EXAMPLE_ACCESS_KEY, EXAMPLE_SECRET_KEY
    with Server(replay, lambda: datetime.now(timezone.utc).timestamp(), "sqlacc recordings") as server:
        origin = whole.origin
        yield Recording(server.url, *keys, origin.region, origin.service, replay, bool(wanted.get("unplayed")))


def _joined(tapes: list[Cassette]) -> Cassette:
    first = tapes[0]
    scopes = {(tape.origin.region, tape.origin.service) for tape in tapes}
    if len(scopes) > 1:
        wrong("these cassettes were recorded with different regions or services: replay them apart")
    return replace(first, interactions=tuple(one for tape in tapes for one in tape.interactions))


def _chosen(named: Any, beside: Path) -> list[Path]:
    """Files beside the test or in `cassettes` there, else of the set that came with the specs; `*` finds several."""
    names = [named] if isinstance(named, (str, Path)) else named
    if not names or not isinstance(names, (list, tuple)):
        wrong('sqlacc_cassette needs @pytest.mark.sqlacc(cassette="..."): a file, or a pattern of files')
    found: list[Path] = []
    folders = [beside, beside / "cassettes", default_folder()]
    for name in map(str, names):
        some = next(filter(None, (_matching(folder, name) for folder in folders)), [])
        if not some:
            known = [str(path.relative_to(folder)) for folder in folders[1:] for path in files(folder)]
            places = ", ".join(map(str, folders))
            wrong(f"no cassette {name!r} in {places}. {did_you_mean(name, known)}".strip())
        found += some
    return found


def _matching(folder: Path, name: str) -> list[Path]:
    """A path, with or without `.yaml`; or a pattern of paths below the folder."""
    if any(sign in name for sign in "*?"):
        paths = {path: str(path.relative_to(folder)) for path in files(folder)}
        return [path for path, short in paths.items() if fnmatchcase(short, name)]
    return [path for path in (folder / name, folder / f"{name}.yaml") if path.is_file()][:1]


__all__ = ["Recording", "Running", "Sandboxes", "replayed", "settings"]
