"""Api, seed and number of examples -> cases: every suite of every object, drawn anew from the seed each time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any

from sqlacc_codegen.api_json import spec_sha256
from sqlacc_codegen.ir import Api
from sqlacc_codegen.problems import Problems

from ..cases.case import Case
from ..cases.subject import Subject
from ..pace import pause_for
from ..play import Play, Wrong
from . import world
from .failures import Failure, save
from .records import Maker
from .reference import Reference
from .runs import Lifecycle, One, Recorded
from .suites import SUITES, Suite
from .world import World

OPERATION = "properties"
EXAMPLES = 10
OTHERS = {  # what is no suite of one object, and what it holds
    "lifecycle": ("P2", "P4", "P5", "P6", "P7", "P8", "P10", "P13", "P14", "P16", "P17", "P25", "P28", "P29"),
    "recorded": ("P26",),
}


@dataclass
class Pack:
    """What all cases of a run share."""

    api: Api
    seed: int = 0
    examples: int = EXAMPLES
    readings: bool = True  # draw a reading for each example, where the server can play it
    shrink: bool = True  # make a failing example smaller
    keep: Path | None = None  # folder for failed examples
    cassettes: Path | None = None  # folder of the recordings, the specs' own when nothing is said
    tag: str = "Z"
    worlds: dict[str, World] = field(default_factory=dict)  # by base URL: what is known of servers already
    _makers: dict[tuple[str, str], Maker] = field(default_factory=dict)

    def cases(self) -> Iterator[Case]:
        """Every suite on its first object, then every suite on its second: who is wrong is mostly wrong with all
        objects alike, and is noticed soon."""
        suites = [[self._case(suite, subject) for subject in _largest_first(suite, self.api)] for suite in SUITES]
        for turn in zip_longest(*suites, [self._lifecycle()]):
            yield from (case for case in turn if case is not None)
        yield Case("cassettes", OPERATION, "recorded", self._recorded, "observed", who="reference")

    def _recorded(self, outer: Play) -> None:
        Recorded(self, outer).play(None)

    def replay(self, failure: Failure) -> Case:
        """The case of a saved example, which plays nothing but that example."""
        id = failure.case.partition("/")[2]
        for suite in SUITES:
            for subject in suite.subjects(self.api):
                if self._case(suite, subject).id == id:
                    return self._case(suite, subject, failure.given)
        if self._lifecycle().id == id:
            return self._lifecycle(failure.given)
        raise LookupError(f"there is no case {id}")

    def _case(self, suite: Suite, subject: Subject, given: Mapping[str, Any] | None = None) -> Case:
        def play(outer: Play) -> None:
            One(self, outer, suite=suite, subject=subject).play(given)

        return Case(subject.o.id, OPERATION, suite.id, play, subject.o.evidence.grade, suite.live, who=suite.who)

    def _lifecycle(self, given: Mapping[str, Any] | None = None) -> Case:
        def play(outer: Play) -> None:
            Lifecycle(self, outer).play(given)

        return Case("records", OPERATION, "lifecycle", play, "inferred")

    def world(self, play: Play) -> World:
        """What the server has, looked at once."""
        at = play.settings.base_url
        if at not in self.worlds:
            with Reference(self.api, pause=pause_for(at)) as caller:
                self.worlds[at] = world.look(self.api, caller, play.settings)
            if play.tap:
                play.tap.take(world.CASE)
        return self.worlds[at]

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
        try:
            return f"\nplay it again: sqlacc verify --replay {save(failure, self.keep)}"
        except Problems as problems:
            return f"\nit was not kept: {problems}"


def _largest_first(suite: Suite, api: Api) -> list[Subject]:
    """The objects of a suite, those with the most fields before the others: there is the most to go wrong."""
    return sorted(suite.subjects(api), key=lambda subject: -len(list(subject.o.every_field())))
