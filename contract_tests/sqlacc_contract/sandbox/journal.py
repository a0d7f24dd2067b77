"""Two-sided rows to their home amounts and taxes, and the check that both sides come to the same."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from . import arithmetic
from .amounts import line_rate, number, put
from .arithmetic import CENT, ZERO
from .desk import Desk
from .errors import ApiError
from .plan import Plan
from .rows import Row

Facts = Mapping[str, str]


def apply(desk: Desk, plan: Plan, head: Row) -> None:
    """Fill the rows; refuse a journal whose debits, tax included, are not its credits."""
    facts: Facts | None = plan.behaviour.get("journal")
    if not facts:
        return
    rate = number(head, "currencyrate", Decimal(1)) or Decimal(1)
    sides = {"debit": ZERO, "credit": ZERO}
    for row in head.rows[facts["table"]]:
        side, local = _side(desk, facts, row, rate)
        sides[side] += local + _tax(desk, facts, row, local, rate)
    if sides["debit"] != sides["credit"]:
        raise ApiError(
            400,
            "Dr/Cr not tally",
            f"debits come to {arithmetic.text(sides['debit'])}, credits to {arithmetic.text(sides['credit'])}",
        )


def _side(desk: Desk, facts: Facts, row: Row, rate: Decimal) -> tuple[str, Decimal]:
    """Which side a row is on, and its amount in home currency."""
    found = {side: _pair(desk, facts, row, side, rate) for side in ("debit", "credit")}
    if found["debit"] and found["credit"]:
        raise ApiError(400, f"{row.label}{facts['debit']} and {facts['credit']} exclude each other in one row")
    side = "credit" if found["credit"] else "debit"
    return side, found[side]


def _pair(desk: Desk, facts: Facts, row: Row, side: str, rate: Decimal) -> Decimal:
    """Fill both amounts of one side, either of which may come alone; the amount in home currency."""
    foreign, home = facts[side], facts.get(f"local_{side}") or ""
    amount, local = number(row, foreign), number(row, home)
    if row.given(home) and row.differs(home) and not (row.given(foreign) and row.differs(foreign)):
        amount = local / rate
    elif abs(local - amount * rate) > (CENT if row.given(home) and row.differs(home) else ZERO):
        local = amount * rate
    put(row, foreign, amount, desk.ties)
    put(row, home, local, desk.ties)
    return number(row, home) if home else local


def _tax(desk: Desk, facts: Facts, row: Row, local: Decimal, rate: Decimal) -> Decimal:
    """Work out a row's tax; what it adds to its side."""
    tax_wire = facts.get("tax")
    if tax_wire is None:
        return ZERO
    inclusive = bool(row.values.get(facts.get("inclusive", "")))
    tax = arithmetic.line_tax(local, line_rate(desk, row, tax_wire, facts.get("taxrate")), inclusive, desk.ties)[1]
    put(row, facts.get("local_tax"), tax, desk.ties)
    put(row, facts.get("taxamt"), tax / rate, desk.ties)
    return ZERO if inclusive else tax
