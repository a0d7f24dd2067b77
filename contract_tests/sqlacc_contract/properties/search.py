"""A suite and a play -> the smallest example for which something does not hold, or nothing."""

from __future__ import annotations

import copy
import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase, Verbosity
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test
from hypothesis.strategies import SearchStrategy

from ..driver import DriverFailed
from ..play import Play, Skipped, Wrong
from .steady import steady

Given = Mapping[str, Any]
Try = Callable[[Given], Play]  # raises Wrong; gives the play for its counts

SHRINKS = 300  # examples that are tried to make a failing one smaller
PATIENCE = 60.0  # seconds for the same, whatever their number


class Enough(BaseException):
    """Ends the search at once; Hypothesis lets it pass."""


@dataclass
class Search:
    """One run over generated examples."""

    attempt: Try
    shrink: bool = True  # try more examples to make a failing one smaller
    calls: int = 0
    examples: int = 0
    worst: tuple[Given, Wrong, Play] | None = None  # the smallest failing example so far
    stopped: BaseException | None = None
    _tried: Any = field(default_factory=hashlib.sha256)
    _shrinks: int = 0
    _since: float = field(default=0.0)

    def run(self, given: SearchStrategy[Given], seed: int, examples: int) -> None:
        test = hypothesis.given(given=given)(self._once)
        self._guarded(hypothesis.seed(seed)(_settings(examples, self.shrink)(test)))

    def run_machine(self, made: type[RuleBasedStateMachine], seed: int, examples: int, steps: int) -> None:
        """The same for a state machine, whose steps go through `begun` and `step`."""
        hypothesis.seed(seed)(made)
        settings = hypothesis.settings(_settings(examples, self.shrink), stateful_step_count=steps)
        self._guarded(lambda: run_state_machine_as_test(made, settings=settings))

    def _guarded(self, test: Callable[[], None]) -> None:
        with steady():
            try:
                test()
            except Enough:
                pass
            except Exception:
                if self.worst is None:
                    raise
        if self.stopped is not None:
            raise self.stopped

    def _once(self, given: Given) -> None:
        self.begun(given)
        self.calls += self.step(given, lambda: self.attempt(given)).calls

    @property
    def tried(self) -> str:
        """A hash of the examples up to the first that failed: the same seed has to give the same."""
        return str(self._tried.hexdigest()[:16])

    def drew(self, drawn: Given) -> None:
        if self.worst is None:
            self._tried.update(json.dumps(drawn).encode())

    def begun(self, drawn: Given) -> None:
        """Another example begins; there is a limit to how many are tried to make a failing one smaller."""
        self.drew(drawn)
        if self.worst is not None:
            self._shrinks += 1
            if self._shrinks > SHRINKS or time.monotonic() - self._since > PATIENCE:
                raise Enough
        self.examples += 1

    def step(self, given: Given, attempt: Callable[[], Play]) -> Play:
        """Carries out an example or a part of it, and keeps the example when it fails."""
        try:
            return attempt()
        except (DriverFailed, Skipped) as error:
            self.stopped = error
            raise Enough from None
        except Failed as failed:
            if self.worst is None:
                self._since = time.monotonic()
            if self.worst is None or _size(given) <= _size(self.worst[0]):
                self.worst = (copy.deepcopy(given), failed.wrong, failed.play)  # a life goes on to be written
            self.calls += failed.play.calls
            if failed.wrong.verdict != "failed" or not self.shrink:  # who died is not asked a hundred times again
                raise Enough from None
            raise failed.wrong from None


def _size(given: Given) -> int:
    return len(json.dumps(given, ensure_ascii=False))


def _settings(examples: int, shrink: bool) -> hypothesis.settings:
    return hypothesis.settings(
        max_examples=examples,
        phases=(Phase.generate, Phase.shrink) if shrink else (Phase.generate,),
        database=None,
        deadline=None,
        derandomize=False,
        print_blob=False,
        report_multiple_bugs=False,
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
    )


class Failed(Exception):  # noqa: N818 - a verdict
    """An attempt that did not hold, with what was seen."""

    def __init__(self, wrong: Wrong, play: Play) -> None:
        super().__init__(wrong.message)
        self.wrong, self.play = wrong, play
