"""A record about to be saved to what it does to others: uses, transfers, settlements, stock moves, debts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from . import knockoff, stock, transfer
from .amounts import number
from .desk import Desk
from .plan import NONE, Plan
from .rows import Row
from .store import Effect, Key

_NOTHING = (None, "", NONE)
_UNIQUE_ROWS = {"sdsbarcode": "barcode"}  # table and column whose values are unique over all records


def of(desk: Desk, plan: Plan, head: Row, key: Key) -> list[Effect]:
    """Everything the record does, in the order in which it is checked."""
    made = list(dict.fromkeys(_uses(desk, head)))
    made += _marks(head)
    settled = list(knockoff.apply(desk, plan, head, key))  # fills the rows of a void payment as well
    void = bool(plan.void and head.values.get(plan.void))
    if not void or desk.readings.value("cancelled_transfer", "releases") == "keeps":
        made += transfer.apply(desk, plan, head)
    if not void:
        made += settled
        made += stock.apply(desk, plan, head)
        made += _debts(desk, plan, head)
    return made


def check(desk: Desk, plan: Plan, effects: Iterable[Effect]) -> None:
    """After the effects were applied: nothing was taken that was not there."""
    refuse_negative = desk.readings.value("negative_stock", "allowed") == "refused"
    for effect in effects:
        if effect.kind == "transfer":
            facts = plan.behaviour["transfer_from"]
            label = f"{facts['table']}: {facts['quantity']}"
            transfer.check_outstanding(desk, desk.sources[effect.target], effect, label)
        elif effect.kind == "barcode" and desk.store.balance("barcode", effect.target, effect.code) > 1:
            raise desk.words.duplicate(f"barcode {effect.code}")
        elif effect.kind == "stock" and refuse_negative:
            stock.check_left(desk, effect)


def _uses(desk: Desk, head: Row) -> Iterator[Effect]:
    """Records of other objects that this one names by code."""
    for row in (head, *head.below()):
        for wire, target in row.table.codes:
            if target in desk.plans and row.values.get(wire) not in _NOTHING:
                yield Effect("use", target, row.values[wire])


def _marks(head: Row) -> Iterator[Effect]:
    for table, wire in _UNIQUE_ROWS.items():
        for row in head.rows.get(table, ()):
            if row.values.get(wire) not in _NOTHING:
                yield Effect("barcode", "", row.values[wire], amount=1)


def _debts(desk: Desk, plan: Plan, head: Row) -> Iterator[Effect]:
    """What the party owes after this: an invoice adds its total, a payment takes its own away."""
    party: Mapping[str, Any] | None = plan.behaviour.get("party")
    total: Mapping[str, Any] | None = plan.behaviour.get("total")
    pays = "knock_off" in plan.behaviour
    if not party or not total or party["object"] not in desk.plans or not (pays or plan.id in desk.settled):
        return
    if pays and not knockoff.live(plan, head):
        return
    amount = knockoff.cents(number(head, total.get("local") or total["field"]))
    yield Effect("owe", party["object"], head.values[party["field"]], amount=-amount if pays else amount)
