"""A purchase's landing costs to the lines' shares, by value, and to the total with costs."""

from __future__ import annotations

from . import arithmetic
from .amounts import number, put
from .arithmetic import ZERO
from .desk import Desk
from .plan import Plan
from .rows import Row

COSTS = ("landingcost1", "landingcost2")
TOTAL = "localtotalwithcost"


def apply(desk: Desk, plan: Plan, head: Row) -> None:
    """Fill what the client did not share out itself."""
    facts = plan.behaviour.get("amounts")
    if not facts or TOTAL not in head.values:
        return
    rows = head.rows[facts["table"]]
    for wire in COSTS:
        if wire not in head.values or any(row.given(wire) and row.differs(wire) and number(row, wire) for row in rows):
            continue
        weights = [number(row, facts["amount"]) for row in rows]
        shares = arithmetic.shared(number(head, wire), weights) or [ZERO] * len(rows)
        for row, share in zip(rows, shares, strict=True):
            put(row, wire, share, desk.ties)
    local = number(head, plan.behaviour.get("total", {}).get("local"))
    put(head, TOTAL, local + sum((number(head, wire) for wire in COSTS), ZERO), desk.ties)
