"""A new record, what was sent and what the server has -> where it did not fill in what was left out, or with others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlacc_codegen.ir import Field, Lines, Object

from ..play import Row
from ..tagged import bare
from ..tokens import Difference, brief
from .sums import value
from .world import NONE, World

Facts = Mapping[str, Any]


def filled_differences(o: Object, world: World, sent: Row, stored: Row) -> Iterator[Difference]:
    """P30. What is copied from a record that nobody has seen, or from an empty field, says nothing."""
    yield from _differs(o, "", sent, stored, _header(o, world, stored))
    item = o.behaviour.get("item")
    for table in o.lines:
        rows, kept = sent.get(table.wire) or [], stored.get(table.wire) or []
        for number, (row, now) in enumerate(zip(rows, kept, strict=False)):
            expected = _defaults(table.fields, now, stored)
            if item and item["table"] == table.wire:
                expected |= _from_item(o, world, item, stored, row, now)
            yield from _differs(table, f"{table.wire}[{number}].", row, now, expected)


def _differs(table: Object | Lines, at: str, sent: Row, stored: Row, expected: Row) -> Iterator[Difference]:
    for wire, wanted in expected.items():
        if sent.get(wire) is None and wire in table.by_wire and bare(wanted) not in NONE:
            size = getattr(table.by_wire[wire].type, "size", None)
            plain = str(bare(wanted))[:size] if isinstance(wanted, str) else wanted
            if not _same(table.by_wire[wire], plain, stored.get(wire)):
                yield Difference(f"{at}{wire}", brief(plain), brief(stored.get(wire)))


def _same(field: Field, wanted: Any, now: Any) -> bool:
    if field.type.kind == "decimal":
        return value(wanted) == value(now)
    return bool(bare(wanted) == bare(now))


def _header(o: Object, world: World, stored: Row) -> Row:
    """Defaults, and over them what the party and other codes bring along."""
    behaviour = o.behaviour
    expected = _defaults(o.fields, stored, stored) | dict(behaviour.get("defaults") or {})
    for facts in behaviour.get("lookups") or ():
        expected |= _copied(world.row(facts["from"], str(stored.get(facts["field"]))), facts["copy"])
    party = behaviour.get("party")
    if party:
        owner = world.row(party["object"], str(stored.get(party["field"])))
        branch = party.get("branch") or {"table": "", "copy": {}}
        rows = owner.get(branch["table"]) or [owner]
        expected |= _copied(owner, party.get("copy") or {}) | _copied(rows[0], branch["copy"])
    return expected


def _copied(source: Facts, names: Mapping[str, str]) -> Row:
    return {wire: source[name] for wire, name in names.items() if source.get(name) not in (None, "")}


def _defaults(fields: tuple[Field, ...], stored: Row, header: Row) -> Row:
    """Fixed values, and fields that follow another one. Codes may name what this company does not have."""
    found: Row = {}
    for field in fields:
        default = field.default
        if default is None or field.read_only or field.type.kind == "code":
            continue
        if default.kind == "value":
            found[field.wire] = default.value
        elif default.kind == "field":
            source = str(default.value)
            name = source.removeprefix("header.")
            found[field.wire] = header.get(name) if name != source or name not in stored else stored[name]
    return found


def _from_item(o: Object, world: World, item: Facts, stored: Row, row: Row, now: Row) -> Row:
    record = world.row(item["object"], str(now.get(item["field"])))
    unit, account = item.get("uom"), item.get("account")
    expected = _copied(record, item.get("copy") or {})
    if unit and record.get(unit["table"]):
        named = next((one for one in record[unit["table"]] if one.get(unit["field"]) == row.get(unit["field"])), None)
        used = named or next((one for one in record[unit["table"]] if bare(one.get("isbase"))), None)
        if used is not None:
            expected |= {unit["field"]: used[unit["field"]], unit["rate"]: used.get(unit["rate"])}
            if "price" in unit:
                expected[unit["price"]] = used.get(unit["source_price"])
    if account and world.rows.get("stock_group"):
        group = world.row("stock_group", str(record.get("stockgroup")))
        expected[account["field"]] = group.get(account.get("group", "")) or account["default"]
    expected |= _tax(o, world, item, stored, row, now, record)
    return expected


def _tax(o: Object, world: World, item: Facts, stored: Row, row: Row, now: Row, record: Facts) -> Row:
    """A code that was left out is the party's, else the item's; a rate that was left out is the first of its code."""
    amounts = o.behaviour.get("amounts") or {}
    wire, rate, found = amounts.get("tax"), amounts.get("taxrate"), dict[str, Any]()
    if wire and "tax" in item and row.get(wire) is None:
        party = o.behaviour.get("party") or {"object": "", "field": ""}
        owner = world.row(party["object"], str(stored.get(party["field"])))
        found[wire] = next((c for c in (owner.get("tax"), record.get(item["tax"])) if c not in NONE), None)
    rates = world.row("tax", str(now.get(wire))).get("rates") if wire and rate else None
    if rates:
        found[str(rate)] = rates[0]["rate"] if isinstance(rates[0], Mapping) else rates[0]
    return found
