"""Api + languages -> lines of a log: every case of every client, played against the sandbox or a server."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from sqlacc_codegen.api_json import spec_sha256
from sqlacc_codegen.ir import Api
from sqlacc_codegen.language import Language

from .cases import Case, cases
from .conversation import operations
from .driver import Driver, DriverFailed
from .house import House
from .play import Play, Skipped, Wrong
from .results import Line, case_line
from .tokens import Difference
from .toolchain import Broken, Ready, Unavailable, ready

Launch = Callable[[Language], Ready]
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
    languages: Sequence[Language],
    plan: Plan,
    launch: Launch,
    workers: int = 1,
    house: MakeHouse = House,
    everything: Sequence[Case] | None = None,
) -> Iterator[Line]:
    """Tries every chosen case on every language against embedded sandboxes. The lines come in the order of the cases,
    however many workers there are."""
    everything = list(cases(api)) if everything is None else everything
    for language in languages:
        chosen = [case for case in everything if plan.chooses(language.id, case)]
        if chosen:
            yield from _client(api, language, chosen, plan, launch, max(1, min(workers, len(chosen))), house)


def _client(
    api: Api,
    language: Language,
    chosen: list[Case],
    plan: Plan,
    launch: Launch,
    workers: int,
    house: MakeHouse,
) -> Iterator[Line]:
    about: Line = {"type": "client", "language": language.id, "title": language.title, "cases": len(chosen)}
    begun = time.monotonic()
    try:
        start = launch(language)
    except (Unavailable, Broken) as error:
        verdict = "skipped" if isinstance(error, Unavailable) else "failed"
        yield about | {"verdict": verdict, "message": str(error), "seconds": 0.0}
        return
    crew = _Crew(api, language.id, chosen, plan, start, workers, house)
    try:
        yield from crew.lines(about)
    except DriverFailed as error:
        yield about | {"verdict": "failed", "message": str(error), "seconds": round(time.monotonic() - begun, 3)}
    finally:
        crew.stop.set()


class _Crew:
    """Workers, each with a sandbox and a driver of its own; worker n plays every case whose number is n modulo them."""

    def __init__(
        self,
        api: Api,
        language: str,
        chosen: list[Case],
        plan: Plan,
        start: Ready,
        workers: int,
        house: MakeHouse,
    ) -> None:
        self.house = house
        self.api, self.language, self.chosen, self.plan, self.start = api, language, chosen, plan, start
        self.workers = workers
        self.stop = threading.Event()
        self.done: queue.SimpleQueue[tuple[int, Line] | BaseException | str | None] = queue.SimpleQueue()
        self.about: Line = {}

    def lines(self, about: Line) -> Iterator[Line]:
        threads = [threading.Thread(target=self._work, args=(n,), daemon=True) for n in range(self.workers)]
        for thread in threads:
            thread.start()
        told, ready_lines, at_work = False, dict[int, Line](), self.workers
        expected = 0
        while at_work:
            item = self.done.get()
            if isinstance(item, BaseException):
                raise item
            if not told:
                told = True
                yield about | {"verdict": "begun", "message": "", "about": self.about, "seconds": 0.0}
            if item is None:
                at_work -= 1
            elif isinstance(item, str):
                yield {"type": "problem", "language": self.language, "message": item}
            else:
                ready_lines[item[0]] = item[1]
                while expected in ready_lines:
                    yield ready_lines.pop(expected)
                    expected += 1
        for thread in threads:
            thread.join()

    def _work(self, number: int) -> None:
        try:
            with self.house(self.api) as house, make_driver(self.api, self.start) as driver:
                self.about = driver.about
                for index in range(number, len(self.chosen), self.workers):
                    if self.stop.is_set():
                        return
                    self.done.put((index, _play(self.api, self.language, self.chosen[index], self.plan, house, driver)))
                for text in driver.leftover():
                    self.done.put(text)
        except BaseException as error:
            self.done.put(error)
        else:
            self.done.put(None)


def make_driver(api: Api, start: Ready) -> Driver:
    return Driver(start.command, start.cwd, spec_sha256(api), operations(api), env=start.env)


def _play(api: Api, language: str, case: Case, plan: Plan, house: House, driver: Driver) -> Line:
    """One case on a server as new."""
    readings = dict(plan.reading) | dict(case.reading)
    house.renew(readings)
    play = Play(api, f"{language}/{case.id}", driver, house.settings, house.tap, plan.limit, readings)
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
    seconds = time.monotonic() - begun
    return case_line(language, case, verdict, message, seconds, play.calls, differences, play.seen, play.said, whole)


def launcher(generated: Path) -> Launch:
    """Starts drivers from a folder of generated clients."""
    return lambda language: ready(language, generated)


def total(languages: Iterable[Language], plan: Plan, everything: Sequence[Case]) -> int:
    """How many cases there will be."""
    return sum(plan.chooses(language.id, case) for language in languages for case in everything)
