"""A suite: values to draw, what to do with them, and the properties that it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from hypothesis.strategies import SearchStrategy

from sqlacc_codegen.ir import Api

from ...cases.case import Live, Who
from ...cases.subject import Subject
from ..records import Given, Maker
from ..scene import Scene


def with_operations(*needs: str) -> Callable[[Api], Iterator[Subject]]:
    """Objects that can do all of this."""

    def subjects(api: Api) -> Iterator[Subject]:
        for subject in map(Subject, api.objects):
            if all(subject.can(name) for name in needs) and (subject.creates or "create" not in needs):
                yield subject

    return subjects


@dataclass(frozen=True)
class Suite:
    """`given` draws JSON; `play` raises `Wrong` when a property does not hold of it."""

    id: str
    doc: str
    holds: tuple[str, ...]
    subjects: Callable[[Api], Iterator[Subject]]
    given: Callable[[Maker], SearchStrategy[Given]]
    play: Callable[[Scene, Given], None]
    live: Live = "no"
    who: Who = "all"
    avoids: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # readings under which it predicts nothing
    share: float = 1.0  # of the number of examples asked for
