"""A server at a URL -> lines of a log: cases that read; with leave, cases that write, tag and clean up."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import click

from sqlacc_codegen.ir import Api

from .cases import Case, cases
from .cases.live import live_cases
from .client_package import resolved
from .company import is_company
from .coverage import Ledger
from .driver import Driver, DriverFailed
from .judge import Settings, error_text
from .pace import pause_for
from .play import Play
from .properties.reference import Reference
from .properties.transport import Witnessed
from .rehearsal import rehearsed
from .results import Line
from .server_check import ANY
from .tap import Tap
from .toolchain import Broken, Ready, Unavailable
from .verify import OWN, Launch, Plan, Tested, make_driver, play_case


@dataclass(frozen=True)
class Target:
    """A server, the keys for it, and the cases that may be tried on it."""

    api: Api
    languages: Sequence[Tested]
    chosen: Sequence[tuple[Tested, Case]]
    launch: Launch
    settings: Settings
    profile: str

    def lines(self) -> Iterator[Line]:
        for language in self.languages:
            mine = [case for one, case in self.chosen if one.id == language.id]
            if mine:
                yield from self._client(language, mine)

    def _client(self, language: Tested, mine: list[Case]) -> Iterator[Line]:
        about: Line = {"type": "client", "language": language.id, "title": language.title, "cases": len(mine)}
        try:
            start = self.launch(language)
            with self._opened(start) as driver:
                yield about | {"verdict": "begun", "message": "", "about": driver.about, "seconds": 0.0}
                ledger = Ledger(self.api)
                for case in mine:
                    yield self._play(language, case, driver, ledger)
                    time.sleep(pause_for(self.settings.base_url))
                yield ledger.line(language.id)
        except Unavailable as error:
            yield about | {"verdict": "skipped", "message": str(error), "seconds": 0.0}
        except (Broken, DriverFailed) as error:
            yield about | {"verdict": "failed", "message": str(error), "seconds": 0.0}

    @contextmanager
    def _opened(self, start: Ready) -> Iterator[Driver | Reference]:
        """The harness's own caller sees what goes over the wire, a client is taken at its word."""
        if start.command:
            with make_driver(self.api, start) as driver:
                yield driver
            return
        http = Witnessed(self.settings.base_url, self.settings.timeout_ms / 1000, tell_case=False)
        try:
            tap = Tap(http, self.settings.timeout_ms / 1000)
            yield Reference(self.api, tap, pause_for(self.settings.base_url))
        finally:
            http.close()

    def _play(self, language: Tested, case: Case, driver: Driver | Reference, ledger: Ledger) -> Line:
        tap = driver.backend if isinstance(driver, Reference) and isinstance(driver.backend, Tap) else None
        readings = {ANY: "live"}
        play = Play(self.api, f"{language.id}/{case.id}", driver, self.settings, tap, 180.0, readings, ledger=ledger)
        return play_case(language.id, case, play, whole=False)


def live(
    api: Api,
    languages: Sequence[Tested],
    plan: Plan,
    launch: Launch,
    url: str,
    profile: str | None,
    write: str | None,
    everything: Sequence[Case] | None = None,
    dry_run: bool = False,
) -> Target:
    """Reads only, unless `write` names the company. The keys are those of the environment or the profile.

    `everything`: what is tried instead of the ordinary cases. `dry_run`: the server is not asked for its company.
    """
    found = resolved(profile, url)
    settings = Settings(
        found.base_url,
        found.access_key,
        found.secret_key,
        found.region,
        found.service,
        timeout_ms=60_000,
        sleep="real",
    )
    if write and not dry_run:
        check_company(api, settings, write)
    if everything is None:
        fit = list(live_cases(api, cases(api), bool(write)))
    else:
        fit = [case for case in everything if case.live == "read" or (write and case.live == "write")]
    chosen = [(language, case) for language in languages for case in fit if plan.chooses(language.id, case)]
    return Target(api, languages, chosen, launch, settings, found.name)


def check_company(api: Api, settings: Settings, name: str) -> None:
    """Nothing is written to a database of another company."""
    with Reference(api) as caller:
        caller.config(**settings.message())
        args = {"method": "GET", "path": "/profile"}
        answer = caller.ask({"cmd": "call", "case": "company", "op": "client.raw", "args": args}).body
    if "value" not in answer:
        raise click.ClickException(f"the server does not tell its company: {error_text(answer)}; nothing was written")
    if not is_company(answer["value"], name):
        raise click.UsageError(f"the server's company is not {name!r}; nothing was written")


def would_call(target: Target, write: bool) -> Iterator[str]:
    """What a dry run tells: every call, as a rehearsal on the embedded sandbox makes it."""
    yield f"{target.settings.base_url} with the keys of profile {target.profile};"
    yield "rehearsed on the embedded sandbox, the server's own keys and records will be others"
    calls, writes, pauses, pause = 0, 0, 0.0, pause_for(target.settings.base_url)
    if write:
        yield "        GET /profile"
        calls += 1
    for who, case, told in rehearsed(target.api, [(one.id, case) for one, case in target.chosen]):
        yield f"{'writes' if case.live == 'write' else 'reads '}  {who}/{case.id}"
        yield from (f"        {call}" for call in told)
        calls += len(told)
        writes += sum(not call.startswith(("GET ", "(")) for call in told)
        pauses += pause * (1 + (len(told) if who == OWN.id else 0))
    told_pauses = f", at least {pauses:.0f} s with the pauses between them" if pause else ""
    yield f"{len(target.chosen)} cases, {calls} calls, {writes} of them write{told_pauses}; nothing was sent"
