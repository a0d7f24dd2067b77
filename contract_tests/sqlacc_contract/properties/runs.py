"""A case under way -> its examples, each on a server as new; the smallest one that fails is kept and told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ..cases.subject import Subject
from ..driver import DriverFailed
from ..house import MOMENT
from ..play import Play, Skipped, Wrong
from .life import Life
from .machine import STEPS, machine
from .records import Maker
from .scene import Scene
from .search import Failed, Search
from .statements import BY_ID
from .suites import SUITES, Suite

if TYPE_CHECKING:
    from .pack import Pack


@dataclass
class Run:
    """One case under way."""

    pack: Pack
    outer: Play
    number: int = 0
    before: Play | None = None  # the example before, unless something went wrong in it

    def play(self, given: Mapping[str, Any] | None) -> None:
        """Searches; or plays an example that is given."""
        if given is not None:
            try:
                self._told(self.once(given))
            except Failed as failed:
                self._told(failed.play)
                raise failed.wrong from None
            return
        search = Search(self.once, self.pack.shrink)
        self.renew({})
        try:
            self.search(search)
        finally:
            self.outer.calls, self.outer.tried = search.calls, search.tried
        if search.worst is not None:
            example, wrong, play = search.worst
            self._told(play)
            message = wrong.message + self.pack.kept(self.outer, example, wrong)
            raise Wrong(message, wrong.differences, wrong.verdict)

    def search(self, search: Search) -> None:
        raise NotImplementedError

    def once(self, given: Mapping[str, Any]) -> Play:
        raise NotImplementedError

    def _told(self, play: Play) -> None:
        self.outer.seen, self.outer.said = play.seen, play.said
        self.outer.calls = self.outer.calls or play.calls

    def renew(self, readings: Mapping[str, str]) -> None:
        if self.outer.renew:
            self.outer.settings = self.outer.renew(readings, MOMENT)

    def readings(self) -> SearchStrategy[dict[str, str]]:
        """None at all, or one of those under which it is known what has to happen."""
        choices: list[dict[str, str]] = [dict(self.outer.readings)]
        if self.pack.readings and self.outer.renew and not self.outer.readings:
            choices += [
                {reading.id: choice.value}
                for reading in self.pack.api.readings
                for choice in reading.choices
                if choice.value != reading.default and self.predicts(reading.id, choice.value)
            ]
        return st.sampled_from(choices)

    def predicts(self, reading: str, value: str) -> bool:
        raise NotImplementedError

    def fresh(self, readings: Mapping[str, str]) -> Play:
        """The play of an example, on a server as new. The client lives on from one example to the next, as it does
        with its users, unless it has to be told something else or its connections have suffered."""
        outer, self.number = self.outer, self.number + 1
        self.renew(readings)
        case = f"{outer.case}.{self.number}"
        play = Play(
            outer.api, case, outer.driver, outer.settings, outer.tap, outer.limit, readings, outer.ledger, outer.renew
        )
        if self.before is None or self.before.faulty or self.before.settings != play.settings:
            play.configure()
        return play

    @contextmanager
    def judged(self, play: Play, property: str) -> Iterator[None]:
        """Whatever goes wrong is told as a failure of the example."""
        self.before = None
        try:
            yield
            strays = play.tap.strays() if play.tap else []
            if strays:
                play.seen += strays
                raise Wrong(f"a request that belongs to no call: {strays[0].method} {strays[0].target}")
        except Wrong as wrong:
            raise Failed(wrong, play) from None
        except (DriverFailed, Skipped, Failed):
            raise
        except Exception as error:  # a suite that stumbles over an answer has noticed something
            raise Failed(Wrong(f"{property}: {type(error).__name__}: {error}"), play) from None
        self.before = play


@dataclass
class One(Run):
    """A suite of one object."""

    suite: Suite = SUITES[0]
    subject: Subject = field(default=None)  # type: ignore[assignment]

    def search(self, search: Search) -> None:
        maker = self.pack.maker(self.subject, self.outer)
        given = st.fixed_dictionaries({"readings": self.readings(), "values": self.suite.given(maker)})
        examples = max(1, round(self.pack.examples * self.suite.share))
        search.run(given, self.pack.seed_of(self.outer.case), examples)

    def once(self, given: Mapping[str, Any]) -> Play:
        play = self.fresh(given["readings"])
        scene = Scene(play, self.pack.maker(self.subject, self.outer), self.pack.tag)
        with self.judged(play, self.suite.holds[0]), nullcontext() if play.renew else scene.cleaned_up():
            self.suite.play(scene, given["values"])
        return play

    def predicts(self, reading: str, value: str) -> bool:
        """The subject has to be where the spec says."""
        elsewhere = reading == f"{self.subject.o.id}_path" and value != "both"
        return not elsewhere and value not in self.suite.avoids.get(reading, ())


@dataclass
class Lifecycle(Run):
    """All objects that can be made, in one life after another."""

    def makers(self) -> list[Maker]:
        subjects = [s for s in map(Subject, self.pack.api.objects) if s.creates and s.can("create") and s.can("get")]
        return [self.pack.maker(subject, self.outer) for subject in subjects]

    def search(self, search: Search) -> None:
        makers = self.makers()
        steps: list[Any] = []
        given: dict[str, Any] = {}

        def begin(readings: Mapping[str, str]) -> Life:
            search.begun(readings)
            steps.clear()
            given.update({"readings": dict(readings), "values": {"steps": steps}})
            return Life(self.fresh(readings), makers)

        def act(life: Life, step: Any) -> None:
            steps.append(step)
            search.drew(step)
            before = life.play.calls
            search.step(given, lambda: self._step(life, step))
            search.calls += life.play.calls - before

        made = machine(makers, self.readings(), begin, act)
        examples = max(1, self.pack.examples // 2)
        search.run_machine(made, self.pack.seed_of(self.outer.case), examples, STEPS)

    def once(self, given: Mapping[str, Any]) -> Play:
        life = Life(self.fresh(given["readings"]), self.makers())
        for step in given["values"]["steps"]:
            self._step(life, step)
        return life.play

    def _step(self, life: Life, step: Any) -> Play:
        with self.judged(life.play, "P4"):
            life.do(step)
        return life.play

    def predicts(self, reading: str, value: str) -> bool:
        elsewhere = any(reading == f"{o.id}_path" and value != "both" for o in self.pack.api.objects)
        return not elsewhere and (reading, value) not in (("negative_stock", "refused"), ("amounts", "stored"))


@dataclass
class Recorded(Run):
    """The recordings beside the specs: no server is asked."""

    def play(self, given: Mapping[str, Any] | None) -> None:  # noqa: ARG002
        from ..recordings.check import check
        from ..recordings.player import default_folder, files

        folder = self.pack.cassettes or default_folder()
        self.outer.calls = len(files(folder))
        wrong = [str(finding) for finding in check(self.pack.api, folder, date.today()) if not finding.warning]
        if wrong:
            raise Wrong(
                f"P26 ({BY_ID['P26'].text}): {wrong[0]}" + (f"; and {len(wrong) - 1} more" if wrong[1:] else "")
            )
