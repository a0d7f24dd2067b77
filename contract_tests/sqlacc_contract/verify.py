"""Api + languages -> lines of a log: every case of every client, played against the sandbox or a server."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from sqlacc_codegen.api_json import spec_sha256
from sqlacc_codegen.ir import Api
from sqlacc_codegen.language import Language

from .cases import Case, cases
from .conversation import operations
from .coverage import Ledger
from .driver import Driver, DriverFailed
from .house import House
from .play import Play, Skipped, Wrong
from .properties.reference import Reference
from .results import Line, case_line
from .sandbox.seed import SeedError
from .tokens import Difference
from .toolchain import Broken, Ready, Unavailable, ready
from .workers import Put, Workers


class Tested(Protocol):
    """A client: a language, or the harness's own caller."""

    @property
    def id(self) -> str: ...

    @property
    def title(self) -> str: ...


class Own(NamedTuple):
    """The harness's own caller, by which a server is judged without any client."""

    id: str = "reference"
    title: str = "Reference caller"


OWN = Own()
HERE = Ready((), Path(), {})  # what is started by no command
Launch = Callable[[Tested], Ready]
MakeHouse = Callable[[Api], House]


@dataclass(frozen=True)
class Plan:
    """What to try."""

    only: tuple[str, ...] = ()  # patterns of ids; one that has no wildcard finds what contains it
    fast: bool = False
    reading: tuple[tuple[str, str], ...] = ()  # in force for all cases
    replay: str = ""  # the id of one case
    limit: float = 20.0  # seconds a call may take

    def chooses(self, language: str, case: Case) -> bool:
        id = f"{language}/{case.id}"
        if case.who != "all" and (case.who == OWN.id) != (language == OWN.id):
            return False
        if self.replay:
            return self.replay in (id, case.id)
        if self.reading and (case.reading or any(name in case.assumes for name, _ in self.reading)):
            return False
        if self.fast and case.slow:
            return False
        return not self.only or any(fits(id, pattern) for pattern in self.only)


def fits(id: str, pattern: str) -> bool:
    """Whether an id holds a text, or fits a `*` pattern with or without its language. Brackets are part of ids."""
    if not any(sign in pattern for sign in "*?"):
        return pattern in id
    escaped = pattern.replace("[", "[[]")
    return fnmatchcase(id, escaped) or fnmatchcase(id.partition("/")[2], escaped)


def verify(
    api: Api,
    languages: Sequence[Tested],
    plan: Plan,
    launch: Launch,
    workers: int = 1,
    house: MakeHouse = House,
    everything: Sequence[Case] | None = None,
) -> Iterator[Line]:
    """Tries every chosen case on every language against embedded sandboxes. The lines come in the order of the cases,
    however many workers there are."""
    everything = list(cases(api)) if everything is None else everything
    chosen = {one.id: [case for case in everything if plan.chooses(one.id, case)] for one in languages}
    most = max((len(some) for some in chosen.values()), default=0)
    # Workers may be forked only here, before whoever asks for the lines has threads of its own.
    crew = _Crew(api, chosen, plan, max(1, min(workers, most)), house)
    return crew.lines([one for one in languages if chosen[one.id]], launch)


class _Crew:
    """Workers, each with a sandbox and a driver of its own; worker n plays every case whose number is n modulo them.

    Who is done with one language goes on to the next; the lines of a language are told before those of the next.
    """

    def __init__(
        self, api: Api, chosen: Mapping[str, Sequence[Case]], plan: Plan, count: int, house: MakeHouse
    ) -> None:
        self.api, self.chosen, self.plan, self.count, self.house = api, chosen, plan, count, house
        self.workers = Workers(count, self._work)

    def lines(self, tried: Sequence[Tested], launch: Launch) -> Iterator[Line]:
        try:
            parts = {one.id: _Part(one, len(self.chosen[one.id]), self.count) for one in tried}
            for language in tried:
                start = _launched(launch, language)
                if isinstance(start, Ready):
                    self.workers.give((language.id, start))
                else:
                    parts[language.id].add(start)
            self.workers.give(None)
            found = self.workers.found()
            for part in parts.values():
                yield from part.lines()
                while not part.ended:
                    id, item = next(found)
                    parts[id].add(item)
                    yield from part.lines()
        finally:
            self.workers.close()

    def _work(self, number: int, jobs: Iterator[tuple[str, Ready]], put: Put) -> None:
        try:
            house = self.house(self.api)
        except SeedError as error:  # specs that `sqlacc check` objects to
            for id, _ in jobs:
                put((id, Broken(f"the sandbox cannot be filled, see `sqlacc check`: {error}")))
                put((id, None))
            return
        with house:
            for id, start in jobs:
                try:
                    for item in self._play(number, id, start, house):
                        put((id, item))
                except DriverFailed as error:
                    put((id, error))
                put((id, None))

    def _play(self, number: int, id: str, start: Ready, house: House) -> Iterator[Any]:
        """What the driver says of itself, then (number of the case, line), then complaints and what was covered."""
        ledger = Ledger(self.api)
        with opened(self.api, start) as driver:
            yield driver.about
            for index in range(number, len(self.chosen[id]), self.count):
                yield index, _play(self.api, id, self.chosen[id][index], self.plan, house, driver, ledger)
            yield from driver.leftover()
        yield ledger


def _launched(launch: Launch, language: Tested) -> Ready | Unavailable | Broken:
    try:
        return launch(language)
    except (Unavailable, Broken) as error:
        return error


class _Part:
    """One language of a run: what the workers found becomes lines, those of cases in the order of the cases."""

    def __init__(self, language: Tested, count: int, workers: int) -> None:
        self.ended = False
        self._about: Line = {"type": "client", "language": language.id, "title": language.title, "cases": count}
        self._at_work = workers
        self._begun = 0.0
        self._lines: list[Line] = []
        self._ledger: Ledger | None = None
        self._waiting: dict[int, Line] = {}
        self._next = 0

    def lines(self) -> Iterator[Line]:
        """What can be told now."""
        lines, self._lines = self._lines, []
        yield from lines

    def add(self, item: Any) -> None:
        if self.ended:
            return
        if item is None:
            self._at_work -= 1
            self.ended = not self._at_work
            if self.ended and self._ledger:
                self._lines.append(self._ledger.line(self._about["language"]))
        elif isinstance(item, Ledger):
            self._ledger = item.joined(self._ledger)
        elif isinstance(item, Exception):
            self.ended = True
            verdict = "skipped" if isinstance(item, Unavailable) else "failed"
            seconds = round(time.monotonic() - self._begun, 3) if self._begun else 0.0
            self._lines.append(self._about | {"verdict": verdict, "message": str(item), "seconds": seconds})
        elif isinstance(item, str):
            self._lines.append({"type": "problem", "language": self._about["language"], "message": item})
        elif isinstance(item, tuple):
            self._case(*item)
        elif not self._begun:
            self._begun = time.monotonic()
            self._lines.append(self._about | {"verdict": "begun", "message": "", "about": item, "seconds": 0.0})

    def _case(self, index: int, line: Line) -> None:
        self._waiting[index] = line
        while self._next in self._waiting:
            self._lines.append(self._waiting.pop(self._next))
            self._next += 1


def opened(api: Api, start: Ready) -> Driver | Reference:
    return make_driver(api, start) if start.command else Reference(api)


def make_driver(api: Api, start: Ready) -> Driver:
    return Driver(start.command, start.cwd, spec_sha256(api), operations(api), env=start.env)


def _play(
    api: Api, language: str, case: Case, plan: Plan, house: House, driver: Driver | Reference, ledger: Ledger
) -> Line:
    """One case on a server as new."""
    readings = dict(plan.reading) | dict(case.reading)
    house.renew(readings)
    id = f"{language}/{case.id}"
    play = Play(api, id, driver, house.settings, house.tap, plan.limit, readings, ledger, house.renew)
    return play_case(language, case, play, whole=bool(plan.replay))


def play_case(language: str, case: Case, play: Play, whole: bool) -> Line:
    """Plays a case and writes its line."""
    begun = time.monotonic()
    verdict, message, differences = "passed", "", list[Difference]()
    try:
        play.configure()
        case.play(play)
    except Wrong as wrong:
        verdict, message, differences = wrong.verdict, wrong.message, wrong.differences
    except Skipped as skipped:
        verdict, message = "skipped", str(skipped)
    except DriverFailed:
        raise
    except Exception as error:  # a case that stumbles over an answer has noticed something
        verdict, message = "failed", f"{type(error).__name__}: {error}"
    strays = play.tap.strays() if play.tap else []
    if strays and verdict == "passed":
        verdict, message = "failed", f"a request that belongs to no call: {strays[0].method} {strays[0].target}"
        play.seen += strays
    if play.ledger:
        play.ledger.close(verdict == "passed" and play.tap is not None)
    seconds = time.monotonic() - begun
    line = case_line(language, case, verdict, message, seconds, play.calls, differences, play.seen, play.said, whole)
    return line | ({"tried": play.tried} if play.tried else {})


def launcher(generated: Path) -> Launch:
    """Starts drivers from a folder of generated clients."""
    return lambda language: ready(language, generated) if isinstance(language, Language) else HERE
