"""Balances to the fields that show them: an order line's offsetqty, an item's balsqty, a customer's outstanding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from . import arithmetic
from .desk import Desk
from .plan import Plan
from .rows import Row
from .store import Effect, Key

# kind of effect: field of the target that shows its balance, digits after the point
_FIELDS = {"stock": ("balsqty", 4), "owe": ("outstanding", 2)}


def own(desk: Desk, plan: Plan, head: Row, key: Key) -> None:
    """Set the fields of a record that is about to be stored."""
    for kind, (wire, scale) in _FIELDS.items():
        if wire in head.values and plan.id in desk.shows[kind]:
            head.values[wire] = _text(desk.store.total(kind, plan.id, head.values[plan.code or plan.key]), scale)
    source = desk.sources.get(plan.id)
    if source and source.consumed:
        row_key = head.table.tables[source.table].key or ""
        for row in head.rows[source.table]:
            if source.consumed in row.values:
                row.values[source.consumed] = _consumed(desk, plan.id, key, row.values[row_key], row.values)


def others(desk: Desk, effects: Iterable[Effect], besides: tuple[str, Key]) -> None:
    """Write changed balances into the other records that show them."""
    transfers: dict[tuple[str, Key], None] = {}
    sums: dict[tuple[str, str, Key], None] = {}
    for effect in effects:
        if effect.kind == "transfer":
            transfers[effect.target, effect.code] = None
        elif effect.kind in _FIELDS:
            sums[effect.kind, effect.target, effect.code] = None
    for target, key in transfers:
        _write_lines(desk, target, key)
    for kind, target, code in sums:
        wire, scale = _FIELDS[kind]
        if wire in desk.plans[target].table.columns:
            found = desk.key_of(target, str(code))
            if found is not None and (target, found) != besides:
                desk.store.set_head(target, found, wire, _text(desk.store.total(kind, target, code), scale))


def _write_lines(desk: Desk, id: str, key: Key) -> None:
    source, table = desk.sources[id], desk.plans[id].table
    record = desk.store.get(id, key)
    if record is None or source.consumed is None:
        return
    row_key = table.tables[source.table].key or ""
    tail = {wire: value for wire, value in record.items() if wire in table.detail or wire in table.tables}
    tail[source.table] = [
        {**line, source.consumed: _consumed(desk, id, key, line[row_key], line)} for line in record[source.table]
    ]
    desk.store.set_tail(id, key, tail)


def _consumed(desk: Desk, id: str, key: Key, row_key: int, line: Mapping[str, Any]) -> str:
    """What has been taken from a line, in the line's own unit."""
    rate = Decimal(line.get(desk.sources[id].rate or "") or 1) or Decimal(1)
    return arithmetic.text(Decimal(desk.store.balance("transfer", id, key, row_key)).scaleb(-4) / rate, 4)


def _text(balance: int, scale: int) -> str:
    return arithmetic.text(Decimal(balance).scaleb(-scale), scale)
