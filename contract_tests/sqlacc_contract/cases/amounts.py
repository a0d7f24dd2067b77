"""Cases of arithmetic: line amounts are quantity times price, half up, and the header is their sum."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from ..play import Play, Row
from ..tagged import bare
from .case import Case
from .subject import Subject

# quantity, price: exact halves that binary floating point and banker's rounding get wrong
TIES = [("1.5", "0.35"), ("2.5", "1.01"), ("0.5", "0.01"), ("1", "1.005"), ("3", "0.335"), ("1.1", "2.25")]
CENT = Decimal("0.01")
COMPUTED = {"tax", "taxrate", "discount", "amount", "taxamt", "local_amount", "local_tax", "with_tax", "taxable"}


def amounts(s: Subject) -> Iterator[Case]:
    facts, total = s.o.behaviour.get("amounts"), s.o.behaviour.get("total")
    table = facts and s.o.tables.get(facts["table"])
    if not facts or not table or not s.minimum.get(table.wire) or not facts.get("quantity") or not facts.get("price"):
        return
    computed = [
        facts[name]
        for name in facts
        if name in ("amount", "taxamt", "local_amount", "local_tax", "with_tax", "taxable")
    ]
    given = {facts.get("tax"), facts.get("taxrate"), facts.get("discount"), *computed}

    def halves(play: Play) -> None:
        pattern = {wire: value for wire, value in s.minimum[table.wire][0].items() if wire not in given}
        rows: list[Row] = [
            pattern | {facts["quantity"]: {"$dec": quantity}, facts["price"]: {"$dec": price}}
            for quantity, price in TIES
            if _fits(table.by_wire[facts["price"]].type, price)
        ]
        if facts.get("tax"):
            rows = [row | {facts["tax"]: ""} for row in rows]
        record = {wire: value for wire, value in s.variant(1).items() if wire not in (total or {}).values()}
        made = play.value(s.op("create"), record=record | {table.wire: rows})
        exact = [Decimal(bare(r[facts["quantity"]])) * Decimal(bare(r[facts["price"]])) for r in rows]
        expected = [amount.quantize(CENT, ROUND_HALF_UP) for amount in exact]
        found = [Decimal(bare(row[facts["amount"]])) for row in made[table.wire]]
        play.equal(
            [str(amount) for amount in expected], [str(amount.quantize(CENT)) for amount in found], facts["amount"]
        )
        if total:
            play.equal(
                str(sum(expected, Decimal(0))), str(Decimal(bare(made[total["field"]])).quantize(CENT)), total["field"]
            )

    yield Case(s.o.id, "create", "amounts half up", halves, "inferred", assumes=("rounding_tie",))


def _fits(type: object, price: str) -> bool:
    scale = getattr(type, "scale", None)
    return scale is None or len(price.partition(".")[2]) <= scale
