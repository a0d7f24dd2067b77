"""The spec's rules on whole records to refusals, as far as no behaviour of the object covers them."""

from __future__ import annotations

from decimal import Decimal

from . import arithmetic
from .amounts import number
from .arithmetic import ZERO
from .errors import ApiError
from .plan import Plan
from .rows import Row


def check(plan: Plan, head: Row) -> None:
    for rule in plan.object.rules:
        args = rule.args
        if rule.kind == "some_lines":
            broken = not head.rows[args["table"]]
        elif rule.kind == "positive":
            broken = number(head, args["field"]) <= 0
        elif rule.kind == "within":
            settled = [
                number(row, args["amount"])
                for row in head.rows[args["table"]]
                if row.values.get(args.get("flag", "")) is not False
            ]
            broken = sum(settled, ZERO) > number(head, args["total"])
        else:
            broken = "journal" not in plan.behaviour and _unbalanced(head, args)
        if broken:
            raise ApiError(400, rule.message)


def _unbalanced(head: Row, args: object) -> bool:
    assert isinstance(args, dict)
    rows = head.rows[args["table"]]
    unless = args.get("unless")
    if unless and any(row.values.get(unless) not in (None, "") for row in rows):
        return False
    debit, credit = (sum((_first(row, args[side]) for row in rows), ZERO) for side in ("debit", "credit"))
    return abs(debit - credit) > arithmetic.ZERO + Decimal(args.get("tolerance", "0"))


def _first(row: Row, wires: list[str]) -> Decimal:
    return next((number(row, wire) for wire in wires if row.values.get(wire) is not None), ZERO)
