"""Lines that continue lines of another document: the link's check and the quantity they take from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from . import arithmetic
from .amounts import number
from .desk import Desk
from .errors import ApiError
from .links import Source
from .plan import NONE, Plan
from .rows import Row
from .store import Effect, Key

Facts = Mapping[str, Any]


def ten_thousandths(value: Decimal) -> int:
    return int(arithmetic.rounded(value, 4).scaleb(4))


def apply(desk: Desk, plan: Plan, head: Row) -> Iterator[Effect]:
    """What the lines take from lines of other documents, after checking that they may."""
    facts: Facts | None = plan.behaviour.get("transfer_from")
    if not facts:
        return
    for row in head.rows[facts["table"]]:
        found = linked(desk, facts, row)
        if found is None:
            continue
        id, key, line = found
        quantity = number(row, facts["quantity"], Decimal(1))
        if quantity < 0:
            raise ApiError(400, f"{row.label}{facts['quantity']} of a transfer must not be below 0")
        if row.differs("fromdtlkey") or row.differs("fromdockey"):
            _check(desk, plan, head, row, id, key, line)
        rate = number(row, plan.behaviour.get("amounts", {}).get("rate"), Decimal(1))
        yield Effect("transfer", id, key, row.values["fromdtlkey"], amount=ten_thousandths(quantity * rate))


def linked(desk: Desk, facts: Facts, row: Row) -> tuple[str, Key, Mapping[str, Any]] | None:
    """Object, key and line that a row continues; None when the link is not complete."""
    doctype, key, line_key = (row.values.get(wire) for wire in ("fromdoctype", "fromdockey", "fromdtlkey"))
    if not doctype or not key or not line_key:
        return None
    id = facts["sources"].get(doctype)
    record = desk.store.get(id, key) if id is not None else None
    if record is None:
        raise desk.words.reference(f"{row.label}fromdockey: there is no {doctype} with key {key}")
    table = facts["table"]
    row_key = desk.plans[id].table.tables[table].key
    for line in record.get(table) or ():
        if line.get(row_key) == line_key:
            return id, key, line
    raise desk.words.reference(f"{row.label}fromdtlkey: {record.get('docno')} has no row {line_key}")


def _check(desk: Desk, plan: Plan, head: Row, row: Row, id: str, key: Key, line: Mapping[str, Any]) -> None:
    source, record = desk.plans[id], desk.store.get(id, key) or {}
    number = record.get("docno")
    if source.void and record.get(source.void):
        raise ApiError(400, f"{row.label}fromdockey: {number} is cancelled")
    if record.get("transferable") is False or line.get("transferable") is False:
        raise ApiError(400, f"{row.label}fromdtlkey: {number} is marked as not transferable")
    ours, theirs = plan.behaviour.get("party"), source.behaviour.get("party")
    if ours and theirs and head.values.get(ours["field"]) != record.get(theirs["field"]):
        raise ApiError(400, f"{row.label}fromdockey: {number} belongs to {record.get(theirs['field'])}")
    item = plan.behaviour.get("item", {}).get("field")
    if item and line.get(item) not in (None, "", NONE) and row.values.get(item) != line.get(item):
        raise ApiError(400, f"{row.label}{item}: row {line.get('dtlkey')} of {number} is {line.get(item)}")


def check_outstanding(desk: Desk, source: Source, effect: Effect, label: str) -> None:
    """After a transfer: no more than the line's quantity has been taken."""
    record = desk.store.get(effect.target, effect.code) or {}
    for line in record.get(source.table) or ():
        if line.get("dtlkey") == effect.row:
            whole = line_quantity(source, line)
            taken = desk.store.balance("transfer", effect.target, effect.code, effect.row)
            if taken > whole:
                rate = Decimal(line.get(source.rate or "") or 1)
                left = Decimal(whole - taken + effect.amount).scaleb(-4) / rate
                raise ApiError(
                    400,
                    f"{label}: the quantity exceeds what is outstanding on {record.get('docno')}, "
                    f"which is {arithmetic.text(left, 4)}",
                )


def line_quantity(source: Source, line: Mapping[str, Any]) -> int:
    """A line's quantity in its base unit."""
    return ten_thousandths(Decimal(line.get(source.quantity) or 0) * Decimal(line.get(source.rate or "") or 1))
