"""Cases of arithmetic: line amounts are quantity times price, half up, and the header is their sum."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

from ..play import Play, Row
from ..tagged import bare
from .case import Case
from .subject import Subject

# quantity, price: exact halves that binary floating point and banker's rounding get wrong
TIES = [("1.5", "0.35"), ("2.5", "1.01"), ("0.5", "0.01"), ("1", "1.005"), ("3", "0.335"), ("1.1", "2.25")]
CENT = Decimal("0.01")
# What is sent as the amount of 2 at 1.00, and what becomes of it by the reading `amounts`.
SENT = ("2.01", "5.00")
KEPT = {"checked": ("2.01", "2.00"), "computed": ("2.00", "2.00"), "stored": SENT}
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

    pattern = {wire: value for wire, value in s.minimum[table.wire][0].items() if wire not in given}
    if facts.get("tax"):
        pattern[facts["tax"]] = ""

    def made_with(play: Play, rows: list[Row]) -> Row:
        record = {wire: value for wire, value in s.variant(1).items() if wire not in (total or {}).values()}
        made: Row = play.value(s.op("create"), record=record | {table.wire: rows})
        return made

    def holds(made: Row, expected: list[Decimal], play: Play) -> None:
        found = [Decimal(bare(row[facts["amount"]])).quantize(CENT) for row in made[table.wire]]
        play.equal([str(amount) for amount in expected], [str(amount) for amount in found], facts["amount"])
        if total:
            sum_of = Decimal(bare(made[total["field"]])).quantize(CENT)
            play.equal(str(sum(expected, Decimal(0))), str(sum_of), total["field"])

    def halves(play: Play) -> None:
        pairs = [pair for pair in TIES if _fits(table.by_wire[facts["price"]].type, pair[1])]
        rows = [pattern | {facts["quantity"]: {"$dec": n}, facts["price"]: {"$dec": price}} for n, price in pairs]
        ties = ROUND_HALF_EVEN if play.reading("rounding_tie") == "half_even" else ROUND_HALF_UP
        expected = [(Decimal(n) * Decimal(price)).quantize(CENT, ties) for n, price in pairs]
        holds(made_with(play, rows), expected, play)

    def sent(play: Play) -> None:
        priced = pattern | {facts["quantity"]: {"$dec": "2.00"}, facts["price"]: {"$dec": "1.00"}}
        rows = [priced | {facts["amount"]: {"$dec": amount}} for amount in SENT]
        kept = KEPT[play.reading("amounts") or "checked"]
        holds(made_with(play, rows), [Decimal(amount) for amount in kept], play)

    yield Case(s.o.id, "create", "amounts half up", halves, "inferred")
    yield Case(s.o.id, "create", "amounts sent", sent, "inferred")


def _fits(type: object, price: str) -> bool:
    scale = getattr(type, "scale", None)
    return scale is None or len(price.partition(".")[2]) <= scale
