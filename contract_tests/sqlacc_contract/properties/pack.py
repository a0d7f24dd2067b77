"""Api, seed and number of examples -> cases: every suite of every object, drawn anew from the seed each time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from sqlacc_codegen.api_json import spec_sha256
from sqlacc_codegen.ir import Api

from ..cases.case import Case
from ..cases.subject import Subject
from ..driver import DriverFailed
from ..play import Play, Skipped, Wrong
from . import world
from .failures import Failure, save
from .records import Maker
from .reference import Reference
from .scene import Scene
from .search import Failed, Search
from .suites import SUITES, Suite
from .world import World

OPERATION = "properties"
MOMENT = 1768464000.0  # 2026-01-15T08:00:00Z, when nobody else's clock counts
EXAMPLES = 10
LIVE_PAUSE = 0.5  # seconds between requests to a server of others


@dataclass
class Pack:
    """What all cases of a run share."""

    api: Api
    seed: int = 0
    examples: int = EXAMPLES
    readings: bool = True  # draw a reading for each example, where the server can play it
    shrink: bool = True
    keep: Path | None = None  # folder for failed examples
    tag: str = "Z"
    _worlds: dict[str, World] = field(default_factory=dict)
    _makers: dict[tuple[str, str], Maker] = field(default_factory=dict)

    def cases(self) -> Iterator[Case]:
        for suite in SUITES:
            for subject in suite.subjects(self.api):
                yield self._case(suite, subject)

    def replay(self, failure: Failure) -> Case:
        """The case of a saved example, which plays nothing but that example."""
        id = failure.case.partition("/")[2]
        for suite in SUITES:
            for subject in suite.subjects(self.api):
                if self._case(suite, subject).id == id:
                    return self._case(suite, subject, failure.given)
        raise LookupError(f"there is no case {id}")

    def _case(self, suite: Suite, subject: Subject, given: Mapping[str, Any] | None = None) -> Case:
        def play(outer: Play) -> None:
            run = _Run(self, suite, subject, outer)
            if given is None:
                run.search()
            else:
                run.once(given)

        return Case(subject.o.id, OPERATION, suite.id, play, subject.o.evidence.grade, suite.live, who=suite.who)

    def world(self, play: Play) -> World:
        """What the server has, looked at once."""
        at = play.settings.base_url
        if at not in self._worlds:
            with Reference(self.api, pause=0.0 if play.renew else LIVE_PAUSE) as caller:
                self._worlds[at] = world.look(self.api, caller, play.settings)
            if play.tap:
                play.tap.take(world.CASE)
        return self._worlds[at]

    def maker(self, subject: Subject, play: Play) -> Maker:
        at = (play.settings.base_url, subject.o.id)
        if at not in self._makers:
            self._makers[at] = Maker(self.api, subject, self.world(play))
        return self._makers[at]

    def seed_of(self, case: str) -> int:
        """Each case has a seed of its own, the same for every client and however many workers there are."""
        text = f"{self.seed}/{case.partition('/')[2]}"
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")

    def kept(self, outer: Play, given: Mapping[str, Any], wrong: Wrong) -> str:
        if self.keep is None:
            return ""
        failure = Failure(outer.case, dict(given), wrong.message, spec_sha256(self.api), self.seed)
        return f"\nplay it again: sqlacc verify --replay {save(failure, self.keep)}"


@dataclass
class _Run:
    """One case under way."""

    pack: Pack
    suite: Suite
    subject: Subject
    outer: Play
    number: int = 0

    def search(self) -> None:
        self._renew({})
        given = st.fixed_dictionaries({"readings": self._readings(), "values": self.suite.given(self._maker())})
        search = Search(self._attempt)
        examples = max(1, round(self.pack.examples * self.suite.share))
        try:
            search.run(given, self.pack.seed_of(self.outer.case), examples, self.pack.shrink)
        finally:
            self.outer.calls = search.calls
        if search.worst is not None:
            example, wrong, play = search.worst
            self._told(play)
            message = wrong.message + self.pack.kept(self.outer, example, wrong)
            raise Wrong(message, wrong.differences, wrong.verdict)

    def once(self, given: Mapping[str, Any]) -> None:
        try:
            self._told(self._attempt(given))
        except Failed as failed:
            self._told(failed.play)
            raise failed.wrong from None

    def _told(self, play: Play) -> None:
        self.outer.seen, self.outer.said = play.seen, play.said
        self.outer.calls = self.outer.calls or play.calls

    def _maker(self) -> Maker:
        return self.pack.maker(self.subject, self.outer)

    def _readings(self) -> SearchStrategy[dict[str, str]]:
        """None at all, or one of those under which the suite still knows what has to happen."""
        choices: list[dict[str, str]] = [dict(self.outer.readings)]
        if self.pack.readings and self.outer.renew and not self.outer.readings:
            choices += [
                {reading.id: choice.value}
                for reading in self.pack.api.readings
                for choice in reading.choices
                if choice.value != reading.default and self._predicts(reading.id, choice.value)
            ]
        return st.sampled_from(choices)

    def _predicts(self, reading: str, value: str) -> bool:
        """Whether it is known what has to happen under a reading. The subject has to be where the spec says."""
        elsewhere = reading == f"{self.subject.o.id}_path" and value != "both"
        return not elsewhere and value not in self.suite.avoids.get(reading, ())

    def _renew(self, readings: Mapping[str, str]) -> None:
        if self.outer.renew:
            self.outer.settings = self.outer.renew(readings, MOMENT)

    def _attempt(self, given: Mapping[str, Any]) -> Play:
        outer, self.number = self.outer, self.number + 1
        self._renew(given["readings"])
        play = Play(
            outer.api,
            f"{outer.case}.{self.number}",
            outer.driver,
            outer.settings,
            outer.tap,
            outer.limit,
            given["readings"],
            outer.ledger,
        )
        scene = Scene(play, self._maker(), self.pack.tag)
        try:
            play.configure()
            try:
                self.suite.play(scene, given["values"])
            finally:
                if not outer.renew:
                    scene.clean_up()
            strays = play.tap.strays() if play.tap else []
            if strays:
                play.seen += strays
                raise Wrong(f"a request that belongs to no call: {strays[0].method} {strays[0].target}")
        except Wrong as wrong:
            raise Failed(wrong, play) from None
        except (DriverFailed, Skipped):
            raise
        except Exception as error:  # a suite that stumbles over an answer has noticed something
            raise Failed(Wrong(f"{self.suite.holds[0]}: {type(error).__name__}: {error}"), play) from None
        return play
