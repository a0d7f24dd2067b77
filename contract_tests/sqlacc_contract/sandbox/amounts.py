"""Quantities, prices and tax codes of a document's lines to their amounts, and the lines to the header's total.

The reading `amounts` says what counts when a client sends results as well: `checked` keeps what is within a cent
of the rules, `computed` works everything out anew, `stored` keeps what is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from . import arithmetic
from .arithmetic import CENT, ZERO
from .desk import Desk
from .errors import ApiError
from .plan import NONE, Plan
from .rows import Row
from .values import DIGITS, TOO_LONG

Facts = Mapping[str, str]
_NOTHING = (None, "", NONE)
_INPUTS = ("quantity", "price", "discount", "tax", "taxrate", "inclusive")


def apply(desk: Desk, plan: Plan, head: Row) -> None:
    """Work out the lines' amounts and the total."""
    rate = number(head, plan.behaviour.get("total", {}).get("rate"), Decimal(1))
    facts: Facts | None = plan.behaviour.get("amounts")
    total = ZERO
    if facts:
        for row in head.rows[facts["table"]]:
            total += _line(desk, facts, row, rate)
    _total(desk, plan, head, total if facts else None, rate)


def number(row: Row, wire: str | None, default: Decimal = ZERO) -> Decimal:
    value = row.values.get(wire) if wire else None
    return default if value is None or value == "" else Decimal(value)


def put(row: Row, wire: str | None, value: Decimal, ties: str) -> None:
    """A computed decimal, with the digits of its field."""
    column = row.table.columns.get(wire or "")
    if column is not None:
        scale = 2 if column.scale is None else column.scale
        if abs(value) >= Decimal(10) ** (DIGITS - scale):
            raise ApiError(400, f"{row.label}{wire} comes to {value:.6g}: {TOO_LONG}")
        row.values[column.wire] = arithmetic.text(value, scale, ties)


def _line(desk: Desk, facts: Facts, row: Row, home_rate: Decimal) -> Decimal:
    _base_quantity(desk, facts, row)
    if row.new or desk.amounts == "stored" or _touched(facts, row):
        amount, tax = _results(desk, facts, row)
        put(row, facts["amount"], amount, desk.ties)
        put(row, facts.get("taxamt"), tax, desk.ties)
    else:
        amount, tax = number(row, facts["amount"]), number(row, facts.get("taxamt"))
    stored = desk.amounts == "stored"
    for wire, value in (
        (facts.get("local_amount"), amount * home_rate),
        (facts.get("local_tax"), tax * home_rate),
        (facts.get("with_tax"), amount + tax),
        (facts.get("taxable"), amount if tax else ZERO),
    ):
        if not (stored and wire and row.given(wire)):
            put(row, wire, value, desk.ties)
    return amount + tax


def _touched(facts: Facts, row: Row) -> bool:
    return any(row.differs(facts[name]) for name in (*_INPUTS, "amount", "taxamt") if name in facts)


def _base_quantity(desk: Desk, facts: Facts, row: Row) -> None:
    wire = facts.get("base_quantity")
    if wire and not (desk.amounts == "stored" and row.given(wire)):
        one = Decimal(1)
        put(row, wire, number(row, facts.get("quantity"), one) * number(row, facts.get("rate"), one), desk.ties)


def _results(desk: Desk, facts: Facts, row: Row) -> tuple[Decimal, Decimal]:
    """Amount without tax and tax of one line."""
    ties = desk.ties
    rate = line_rate(desk, row, facts.get("tax"), facts.get("taxrate"))
    inclusive = bool(row.values.get(facts.get("inclusive", "")))
    gross = _gross(facts, row, rate, inclusive, ties)
    amount, tax = arithmetic.line_tax(gross, rate, inclusive, ties)
    sent_amount, sent_tax = _sent(facts, row, "amount"), _sent(facts, row, "taxamt")
    if desk.amounts == "stored":
        return sent_amount if sent_amount is not None else amount, sent_tax if sent_tax is not None else tax
    if desk.amounts == "computed":
        return amount, tax
    if sent_tax is not None and abs(sent_tax - tax) <= CENT and rate:
        tax = sent_tax
        amount = arithmetic.rounded(gross, 2, ties) - tax if inclusive else amount
    if sent_amount is not None and abs(sent_amount - amount) <= CENT:
        amount = sent_amount
    return amount, tax


def _sent(facts: Facts, row: Row, name: str) -> Decimal | None:
    """A result that the client gave; one that only repeats the stored value is not an opinion."""
    wire = facts.get(name)
    if wire is None or not row.given(wire) or not row.differs(wire):
        return None
    return Decimal(row.sent[wire])


def _gross(facts: Facts, row: Row, rate: Decimal, inclusive: bool, ties: str) -> Decimal:
    """What the line comes to before tax is taken out or added."""
    quantity = number(row, facts.get("quantity"), Decimal(1))
    price = facts.get("price")
    amount = number(row, facts["amount"])
    if price is None or (row.values.get(price) is None and row.given(facts["amount"])):
        # no price: the amount is given, with its tax where tax is included, unless the tax says otherwise
        tax = number(row, facts.get("taxamt"))
        if inclusive and tax and abs(arithmetic.line_tax(amount + tax, rate, True, ties)[1] - tax) <= CENT:
            amount += tax
        if price is not None and quantity and amount:
            put(row, price, amount / quantity, ties)
        return amount
    try:
        return arithmetic.discounted(
            quantity * number(row, price), str(row.values.get(facts.get("discount", "")) or "")
        )
    except ValueError as error:
        raise ApiError(400, f"{row.label}{facts.get('discount')} {error}") from None


def line_rate(desk: Desk, row: Row, tax_wire: str | None, rate_wire: str | None) -> Decimal:
    """The tax rate of a line: its own text, else the first rate of its tax code, which is then written down."""
    code = row.values.get(tax_wire) if tax_wire else None
    if code in _NOTHING:
        return ZERO
    tax = desk.masters.get("tax", str(code)) or {}
    text = row.values.get(rate_wire) if rate_wire else None
    if text is None or (tax_wire in row.sent and rate_wire not in row.sent and row.differs(tax_wire or "")):
        text = first_rate(tax)
        if rate_wire:
            row.values[rate_wire] = text
    try:
        rate = arithmetic.tax_rate(str(text))
        return rate if rate is not None else arithmetic.tax_rate(first_rate(tax)) or ZERO
    except ValueError as error:
        raise ApiError(400, f"{row.label}{rate_wire} {error}") from None


def first_rate(tax: Mapping[str, Any]) -> str:
    """The rate that a tax code starts with; a code may have several."""
    rates = tax.get("rates") or ()
    return str(rates[0]["rate"] if rates and isinstance(rates[0], Mapping) else rates[0] if rates else "")


def _total(desk: Desk, plan: Plan, head: Row, lines: Decimal | None, rate: Decimal) -> None:
    facts: Facts | None = plan.behaviour.get("total")
    if not facts:
        return
    wire, local = facts["field"], facts.get("local")
    if lines is not None and not (desk.amounts == "stored" and head.given(wire)):
        put(head, wire, lines, desk.ties)
    total = number(head, wire)
    if total < 0:
        raise ApiError(400, f"{wire} comes to {total}; the total of a document must not be below 0")
    if not (desk.amounts == "stored" and local and head.given(local)):
        put(head, local, total * rate, desk.ties)
