"""A life -> a state machine of Hypothesis: which steps are possible next, and values for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from hypothesis.strategies import SearchStrategy

from .life import ONE_BAD_DAY, Life
from .records import Given, Maker

STEPS = 12

Begin = Callable[[Mapping[str, str]], Life]
Told = Callable[[Sequence[Given]], None]  # the steps so far, before the last one is done


def machine(
    makers: Sequence[Maker], readings: SearchStrategy[dict[str, str]], begin: Begin, act: Callable[[Life, Given], None]
) -> type[RuleBasedStateMachine]:
    """A class for `run_state_machine_as_test`. `begin` gives a life under a reading; `act` does a step of it."""
    which = st.integers(0, 99)
    fault = st.one_of(st.just(""), st.just(""), st.sampled_from(ONE_BAD_DAY))
    by_object = [(number, maker) for number, maker in enumerate(makers)]
    records = st.one_of([_numbered(number, maker.records()) for number, maker in by_object])
    changes = {maker.o.id: maker.changes() for maker in makers}

    class Machine(RuleBasedStateMachine):
        life: Life

        @initialize(readings=readings)
        def begin(self, readings: dict[str, str]) -> None:
            self.life = begin(readings)

        def step(self, do: str, **values: Any) -> None:
            act(self.life, {"do": do, **values})

        @rule(made=records, fault=fault)
        def create(self, made: dict[str, Any], fault: str) -> None:
            self.step("create", **made, fault=fault)

        @precondition(lambda self: self.life.living())
        @rule(which=which, fault=fault)
        def read(self, which: int, fault: str) -> None:
            self.step("read", which=which, fault=fault)

        @precondition(lambda self: self.life.living())
        @rule(which=which, fault=fault, data=st.data())
        def update(self, which: int, fault: str, data: st.DataObject) -> None:
            living = self.life.living()
            changed = data.draw(changes[living[which % len(living)].subject.o.id])
            self.step("update", which=which, changes=changed, fault=fault)

        @precondition(lambda self: any(len(entry.versions) > 1 for entry in self.life.living()))
        @rule(which=which)
        def stale(self, which: int) -> None:
            self.step("stale", which=which)

        @precondition(lambda self: self.life.living())
        @rule(which=which, fault=fault)
        def delete(self, which: int, fault: str) -> None:
            self.step("delete", which=which, fault=fault)

        @rule(object=st.integers(0, len(makers) - 1), page=st.integers(1, 50))
        def list(self, object: int, page: int) -> None:
            self.step("list", object=object, page=page)

        @precondition(lambda self: self.life.living())
        @rule(which=which, fault=fault)
        def print(self, which: int, fault: str) -> None:
            self.step("print", which=which, fault=fault)

        @precondition(lambda self: self.life.living(self.life.source_of("transfer")))
        @rule(which=which, row=st.integers(0, 3), per_cent=st.integers(1, 120))
        def transfer(self, which: int, row: int, per_cent: int) -> None:
            self.step("transfer", which=which, row=row, per_cent=per_cent)

        @precondition(lambda self: self.life.living(self.life.source_of("settle")))
        @rule(which=which, per_cent=st.integers(1, 120))
        def pay(self, which: int, per_cent: int) -> None:
            self.step("pay", which=which, per_cent=per_cent)

        @rule(several=_several(makers), cut=st.integers(0, 2), fault=st.sampled_from(["dropped", "lost", "cut"]))
        def batch(self, several: dict[str, Any], cut: int, fault: str) -> None:
            self.step("batch", **several, cut=cut, fault=fault)

    return Machine


def _numbered(number: int, records: SearchStrategy[Given]) -> SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"object": st.just(number), "record": records})


def _several(makers: Sequence[Maker]) -> SearchStrategy[dict[str, Any]]:
    some = [st.lists(maker.records(), min_size=1, max_size=3) for maker in makers]
    return st.one_of([st.fixed_dictionaries({"object": st.just(n), "records": each}) for n, each in enumerate(some)])
