"""Lines of stock items to what they take out of or put into each location."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from . import transfer
from .amounts import number
from .desk import Desk
from .errors import ApiError
from .plan import NONE, Plan
from .rows import Row
from .store import Effect

OPENING = "sdsopeningbalance"  # the table of an item's opening quantities
_NOTHING = (None, "", NONE)


def apply(desk: Desk, plan: Plan, head: Row) -> Iterator[Effect]:
    """Stock moves of a document's lines, or of an item's opening balance."""
    for row in head.rows.get(OPENING, ()):
        if plan.code is not None:
            place = str(row.values.get("location") or NONE)
            yield _move(plan.id, head.values[plan.code], place, number(row, "qty"))
    facts: Mapping[str, Any] | None = plan.behaviour.get("stock")
    if not facts:
        return
    item: Mapping[str, Any] = plan.behaviour["item"]
    for row in head.rows[facts["table"]]:
        code = row.values.get(item["field"])
        record = desk.lookup(item["object"], code) if code not in _NOTHING else None
        if record is None or record.get("stockcontrol") is False or _moved_before(desk, plan, row):
            continue
        quantity = number(row, facts["quantity"])
        if facts["effect"] == "move":
            source, target = (str(row.values.get(facts[side]) or NONE) for side in ("from", "to"))
            if source == target:
                raise ApiError(400, f"{row.label}{facts['to']} is where the goods are already")
            yield _move(item["object"], str(code), source, -quantity)
            yield _move(item["object"], str(code), target, quantity)
        else:
            place = str(row.values.get(facts.get("location", "")) or NONE)
            yield _move(item["object"], str(code), place, quantity if facts["effect"] == "in" else -quantity)


def _moved_before(desk: Desk, plan: Plan, row: Row) -> bool:
    """The document that the line continues has moved the goods already."""
    facts: Mapping[str, Any] | None = plan.behaviour.get("transfer_from")
    found = transfer.linked(desk, facts, row) if facts else None
    return found is not None and "stock" in desk.plans[found[0]].behaviour


def _move(id: str, code: str, place: str, quantity: Decimal) -> Effect:
    return Effect("stock", id, code, place=place, amount=transfer.ten_thousandths(quantity))


def check_left(desk: Desk, effect: Effect) -> None:
    """After a move, under the reading that refuses it: nothing is below zero."""
    left = desk.store.balance("stock", effect.target, effect.code, place=effect.place)
    if left < 0 and effect.amount < 0:
        raise ApiError(400, f"Not enough stock of {effect.code} in {effect.place}: {-left / 10_000:g} are missing")
