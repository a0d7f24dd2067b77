"""A server at a URL -> lines of a log: cases that read; with leave, cases that write, tag and clean up."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlacc_codegen.ir import Api
from sqlacc_codegen.language import Language

from .cases import Case, cases
from .cases.live import live_cases
from .client_package import client_module
from .driver import Driver, DriverFailed
from .judge import Settings
from .play import Play
from .results import Line
from .toolchain import Broken, Unavailable
from .verify import Launch, Plan, make_driver, play_case

PAUSE = 0.5  # seconds between cases: nobody knows what the server's rate limit is


@dataclass(frozen=True)
class Target:
    """A server, the keys for it, and the cases that may be tried on it."""

    api: Api
    languages: Sequence[Language]
    chosen: Sequence[tuple[Language, Case]]
    launch: Launch
    settings: Settings
    profile: str

    @property
    def total(self) -> int:
        return len(self.chosen)

    def lines(self) -> Iterator[Line]:
        for language in self.languages:
            mine = [case for one, case in self.chosen if one.id == language.id]
            if mine:
                yield from self._client(language, mine)

    def _client(self, language: Language, mine: list[Case]) -> Iterator[Line]:
        about: Line = {"type": "client", "language": language.id, "title": language.title, "cases": len(mine)}
        try:
            start = self.launch(language)
            with make_driver(self.api, start) as driver:
                yield about | {"verdict": "begun", "message": "", "about": driver.about, "seconds": 0.0}
                for case in mine:
                    yield self._play(language, case, driver)
                    time.sleep(PAUSE)
        except Unavailable as error:
            yield about | {"verdict": "skipped", "message": str(error), "seconds": 0.0}
        except (Broken, DriverFailed) as error:
            yield about | {"verdict": "failed", "message": str(error), "seconds": 0.0}

    def _play(self, language: Language, case: Case, driver: Driver) -> Line:
        play = Play(self.api, f"{language.id}/{case.id}", driver, self.settings, None, limit=180.0)
        return play_case(language.id, case, play, whole=False)


def live(
    api: Api,
    languages: Sequence[Language],
    plan: Plan,
    launch: Launch,
    url: str,
    profile: str | None,
    write: bool,
) -> Target:
    """Reads only, unless `write`. The keys are those of the environment or the profile."""
    resolved = client_module("profiles").resolve(profile, base_url=url)
    settings = Settings(
        resolved.base_url,
        resolved.access_key,
        resolved.secret_key,
        resolved.region,
        resolved.service,
        timeout_ms=60_000,
        sleep="real",
    )
    fit = list(live_cases(api, cases(api), write))
    chosen = [(language, case) for language in languages for case in fit if plan.chooses(language.id, case)]
    return Target(api, languages, chosen, launch, settings, resolved.name)


def would_call(target: Target) -> Iterator[str]:
    """What a dry run tells."""
    yield f"against {target.settings.base_url} with the keys of profile {target.profile}:"
    for language, case in target.chosen:
        yield f"  {'writes' if case.live == 'write' else 'reads '}  {language.id}/{case.id}"
