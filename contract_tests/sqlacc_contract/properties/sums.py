"""A stored record -> where its own numbers contradict each other; the arithmetic is written anew, from the rules."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext

from sqlacc_codegen.ir import Object

from ..tagged import Tagged, bare
from ..tokens import Difference

CENT = Decimal("0.01")
ROUNDING = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN}
Row = Mapping[str, Tagged]


def line_differences(o: Object, record: Row, rounding: str = "half_up") -> Iterator[Difference]:
    """P18. Lines without quantity or price say nothing, nor do rates that only the tax code knows."""
    facts = o.behaviour.get("amounts") or {}
    quantity, price = facts.get("quantity"), facts.get("price")
    if not (quantity and price):
        return
    for number, row in enumerate(record.get(facts["table"]) or []):
        at = f"{facts['table']}[{number}]."
        if row.get(quantity) is None or row.get(price) is None:
            continue
        with localcontext() as context:
            context.prec = 60
            gross = discounted(value(row[quantity]) * value(row[price]), text(row, facts.get("discount")))
            rate = tax_rate(text(row, facts.get("taxrate"))) if text(row, facts.get("tax")) else Decimal(0)
            if gross is None or rate is None:
                continue
            whole = rounded(gross, rounding)
            inclusive = bool(row.get(facts.get("inclusive", "")))
            tax = rounded(gross * rate / (1 + rate) if inclusive else gross * rate, rounding)
        expected = {facts["amount"]: whole - tax if inclusive else whole, facts.get("taxamt"): tax}
        for wire, amount in expected.items():
            if wire in row and value(row[wire]) != amount:
                yield Difference(f"{at}{wire}", str(amount), str(bare(row[wire])))


def total_differences(o: Object, record: Row) -> Iterator[Difference]:
    """P19, where lines have amounts."""
    facts, total = o.behaviour.get("amounts"), o.behaviour.get("total")
    if not facts or not total or facts["table"] not in record or record.get(total["field"]) is None:
        return
    names = [facts["amount"], *([facts["taxamt"]] if facts.get("taxamt") else [])]
    lines = sum((value(row.get(name)) for row in record[facts["table"]] or [] for name in names), Decimal(0))
    if value(record[total["field"]]) != lines:
        yield Difference(total["field"], str(lines), str(bare(record[total["field"]])))


def journal_differences(o: Object, record: Row) -> Iterator[Difference]:
    """P27, for journals whose rows carry no tax."""
    facts = o.behaviour.get("journal")
    if not facts or facts["table"] not in record:
        return
    rows = record[facts["table"]] or []
    if any(text(row, facts.get("tax")) for row in rows):
        return
    for debit, credit in (("debit", "credit"), ("local_debit", "local_credit")):
        if facts.get(debit) and facts.get(credit):
            sides = [sum((value(row.get(facts[side])) for row in rows), Decimal(0)) for side in (debit, credit)]
            if sides[0] != sides[1]:
                yield Difference(facts["table"], f"{facts[debit]} {sides[0]}", f"{facts[credit]} {sides[1]}")


def value(tagged: Tagged) -> Decimal:
    return Decimal(str(bare(tagged) or 0))


def text(row: Row, wire: str | None) -> str:
    found = bare(row.get(wire)) if wire else None
    return "" if found in (None, "----") else str(found).strip()


def rounded(amount: Decimal, rounding: str) -> Decimal:
    return amount.quantize(CENT, ROUNDING[rounding])


def discounted(gross: Decimal, discount: str) -> Decimal | None:
    """`5%+3`: each part off what remains, a per cent or an amount. None for a text that is no discount."""
    for part in discount.split("+") if discount else ():
        found = re.fullmatch(r"\s*([0-9]+(?:\.[0-9]+)?)\s*(%?)\s*", part)
        if not found:
            return None
        gross -= gross * Decimal(found[1]) / 100 if found[2] else Decimal(found[1])
    return gross


def tax_rate(rate: str) -> Decimal | None:
    """`6%` and `E6%`; an empty text and `E` are no tax. None for what only the product knows, such as `A`."""
    found = re.fullmatch(r"E?(?:([0-9]+(?:\.[0-9]+)?)%)?", rate)
    return (Decimal(found[1]) / 100 if found[1] else Decimal(0)) if found else None
