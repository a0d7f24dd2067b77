"""A stored record -> figures that do not follow from those beside them: home amounts, base units, shares, rests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, localcontext
from typing import Any

from sqlacc_codegen.ir import DecimalType, Lines, Object

from ..server_check import ANY
from ..tagged import bare
from ..tokens import Difference
from .facts import SHARED, WITH_COSTS
from .sums import (
    CENT,
    ROUNDING,
    Row,
    journal_differences,
    line_differences,
    rounded,
    tax_rate,
    text,
    total_differences,
    value,
)

Facts = Mapping[str, Any]
Expected = Mapping[str | None, Decimal | None]  # by wire name; None: not known, or no such field


def row_differences(o: Object, record: Row, rounding: str) -> Iterator[Difference]:
    """P18: what a row says in home currency, with its tax and in base units."""
    amounts, journal = o.behaviour.get("amounts"), o.behaviour.get("journal")
    for facts, figures in ((amounts, _line), (journal, _entry)):
        if not facts or facts["table"] not in record:
            continue
        home = _rate(record, (o.behaviour.get("total") or {}).get("rate") or ("currencyrate" if journal else None))
        table = o.tables[facts["table"]]
        for number, row in enumerate(record[table.wire] or []):
            with localcontext() as context:
                context.prec = 60
                yield from _compared(
                    table, row, figures(facts, row, home, rounding), rounding, f"{table.wire}[{number}]."
                )


def _line(facts: Facts, row: Row, home: Decimal, rounding: str) -> Expected:
    amount, tax = value(row.get(facts["amount"])), value(row.get(facts.get("taxamt", "")))
    expected: dict[str | None, Decimal | None] = {
        facts.get("local_amount"): amount * home,
        facts.get("local_tax"): tax * home,
        facts.get("with_tax"): amount + tax,
        facts.get("taxable"): amount if tax else Decimal(0),
    }
    if row.get(facts.get("quantity", "")) is not None:
        expected[facts.get("base_quantity")] = value(row[facts["quantity"]]) * _rate(row, facts.get("rate"))
    if not facts.get("price") and not row.get(facts.get("inclusive", "")):
        expected[facts.get("taxamt")] = _tax(facts, row, amount, rounding)
    return expected


def _entry(facts: Facts, row: Row, home: Decimal, rounding: str) -> Expected:
    sides = [value(row.get(facts.get(f"local_{side}", ""))) for side in ("debit", "credit")]
    tax = _tax(facts, row, sides[0] or sides[1], rounding)
    return {
        facts.get("local_debit"): value(row.get(facts["debit"])) * home,
        facts.get("local_credit"): value(row.get(facts["credit"])) * home,
        facts.get("local_tax"): tax,
        facts.get("taxamt"): None if tax is None else tax / home,
    }


def _tax(facts: Facts, row: Row, amount: Decimal, rounding: str) -> Decimal | None:
    rate = tax_rate(text(row, facts.get("taxrate"))) if text(row, facts.get("tax")) else Decimal(0)
    if rate is None:
        return None
    share = rate / (1 + rate) if row.get(facts.get("inclusive", "")) else rate
    return rounded(amount * share, rounding)


def _compared(table: Lines | Object, row: Row, expected: Expected, rounding: str, at: str = "") -> Iterator[Difference]:
    for wire, amount in expected.items():
        if wire is None or amount is None or wire not in row:
            continue
        type = table.by_wire[wire].type
        scale = type.scale if isinstance(type, DecimalType) and type.scale is not None else 2
        amount = amount.quantize(Decimal(1).scaleb(-scale), ROUNDING[rounding])
        if value(row[wire]) != amount:
            yield Difference(f"{at}{wire}", str(amount), str(bare(row[wire])))


def header_differences(o: Object, record: Row, rounding: str) -> Iterator[Difference]:
    """P19: the total in home currency, and with landing costs, all of which the rows share."""
    total = o.behaviour.get("total")
    if not total:
        return
    with localcontext() as context:
        context.prec = 60
        home = value(record.get(total["field"])) * _rate(record, total.get("rate"))
        yield from _compared(o, record, {total.get("local"): home}, rounding)
        if WITH_COSTS not in o.by_wire or WITH_COSTS not in record:
            return
        costs = [value(record.get(wire)) for wire in SHARED]
        yield from _compared(o, record, {WITH_COSTS: value(record.get(total.get("local"))) + sum(costs)}, rounding)
        amounts = o.behaviour["amounts"]
        rows = record.get(amounts["table"]) or []
        if any(value(row.get(amounts["amount"])) for row in rows):
            for wire, cost in zip(SHARED, costs, strict=True):
                shared = sum((value(row.get(wire)) for row in rows), Decimal(0))
                if shared != cost:
                    yield Difference(f"{wire} of all rows", str(cost), str(shared))


def share_differences(o: Object, record: Row) -> Iterator[Difference]:
    """P18: a landing cost falls on the rows by value; the last one takes what rounding leaves."""
    if WITH_COSTS not in o.by_wire:
        return
    amounts = o.behaviour["amounts"]
    rows = record.get(amounts["table"]) or []
    with localcontext() as context:
        context.prec = 60
        whole = sum((value(row.get(amounts["amount"])) for row in rows), Decimal(0))
        for wire in SHARED if whole else ():
            for number, row in enumerate(rows[:-1]):
                share = rounded(value(record.get(wire)) * value(row[amounts["amount"]]) / whole, "half_up")
                if abs(value(row.get(wire)) - share) > CENT:
                    yield Difference(f"{amounts['table']}[{number}].{wire}", str(share), str(bare(row.get(wire))))


def settled_differences(o: Object, record: Row) -> Iterator[Difference]:
    """P28: what a payment does not settle is unapplied. Payments in another currency say nothing."""
    facts, total = o.behaviour.get("knock_off"), o.behaviour.get("total") or {}
    if not facts or record.get(facts.get("unapplied", "")) is None or _rate(record, total.get("rate")) != 1:
        return
    rows = [row for row in record.get(facts["table"]) or [] if row.get(facts["flag"]) is not False]
    rest = value(record.get(total["field"])) - sum((value(row.get(facts["amount"])) for row in rows), Decimal(0))
    if value(record[facts["unapplied"]]) != rest:
        yield Difference(facts["unapplied"], str(rest), str(bare(record[facts["unapplied"]])))


def _rate(row: Row, wire: str | None) -> Decimal:
    """A rate that nobody gave is 1."""
    return value(row.get(wire)) or Decimal(1) if wire else Decimal(1)


def all_differences(o: Object, record: Row, readings: Mapping[str, Any]) -> Iterator[tuple[str, Difference]]:
    """By property. What the server stores as it was sent proves nothing about sums."""
    found = list(_by_property(o, record, readings, str(readings.get("rounding_tie", "half_up"))))
    if found and ANY in readings:  # nobody knows how a real server rounds
        found = list(_by_property(o, record, readings, "half_even"))
    yield from found


def _is_told(o: Object) -> bool:
    """Whether clients send the total, which a server may store as it is."""
    total = o.behaviour.get("total")
    return total is not None and o.by_wire[total["field"]].create == "required"


def _by_property(
    o: Object, record: Row, readings: Mapping[str, Any], rounding: str
) -> Iterator[tuple[str, Difference]]:
    lines = [*line_differences(o, record, rounding), *row_differences(o, record, rounding)]
    if ANY not in readings:  # an option of the company may have costs shared by quantity
        lines += share_differences(o, record)
    yield from (("P18", one) for one in lines)
    if readings.get("amounts") != "stored" and not (ANY in readings and _is_told(o)):
        yield from (("P19", one) for one in total_differences(o, record))
        yield from (("P19", one) for one in header_differences(o, record, rounding))
    yield from (("P27", one) for one in journal_differences(o, record))
    yield from (("P28", one) for one in settled_differences(o, record))
