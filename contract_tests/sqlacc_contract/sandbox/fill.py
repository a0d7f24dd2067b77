"""What the product fills in: defaults, values copied from the party, from what codes name, and from the item."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from .desk import Desk
from .plan import NONE, Plan
from .rows import Row
from .values import UnfitError

_NOTHING = (None, "", NONE)
Facts = Mapping[str, Any]


def header(desk: Desk, plan: Plan, row: Row) -> None:
    """Fill the header: from the party first, then from what its codes name, then defaults."""
    party: Facts | None = plan.behaviour.get("party")
    if party and row.differs(party["field"]):
        _copy_party(desk, row, party)
    for lookup in plan.behaviour.get("lookups", ()):
        if row.differs(lookup["field"]):
            _copy(row, desk.lookup(lookup["from"], row.values.get(lookup["field"])), lookup["copy"])
    if row.new:
        for wire, value in plan.behaviour.get("defaults", {}).items():
            if row.values.get(wire) in _NOTHING:
                row.fill(wire, value)
        _start(desk, row, row.values)


def lines(desk: Desk, plan: Plan, head: Row) -> None:
    """Fill the rows below the header."""
    if head.new:
        _first_rows(plan, head)
    item: Facts | None = plan.behaviour.get("item")
    for row in head.below():
        if item and row.table.wire == item["table"]:
            _fill_item(desk, plan, head, row, item)
        if row.new:
            _start(desk, row, head.values)


def _first_rows(plan: Plan, head: Row) -> None:
    """Rows that a table gets when a create brings none."""
    for wire, values in plan.behaviour.get("rows", {}).items():
        table = head.table.tables[wire]
        if not head.rows[wire]:
            head.rows[wire] = [Row(table, f"{wire}[0].", {**table.blank, **values}, dict(values), None)]


def _start(desk: Desk, row: Row, head: Facts) -> None:
    """Defaults of a new row that are no fixed values."""
    for wire in row.table.today:
        row.fill(wire, desk.today().isoformat())
    for wire, source, from_head in row.table.follow:
        value = None if from_head else row.values.get(source)
        row.fill(wire, head.get(source) if value is None else value)
    for wire, target in row.table.coded_defaults:
        value = row.values[wire]
        if wire not in row.sent and value not in _NOTHING and not desk.exists(target, value):
            row.values[wire] = None


def _copy(row: Row, source: Facts | None, fields: Mapping[str, str]) -> None:
    if source is None:
        return
    for wire, name in fields.items():
        value = source.get(name)
        column = row.table.columns.get(wire)
        if column is not None and value not in (None, ""):
            # sizes differ between objects, and what the server copies by itself is no reason to refuse a request
            with suppress(UnfitError):
                row.fill(wire, column.accept(value[: column.size] if isinstance(value, str) else value))


def _copy_party(desk: Desk, row: Row, party: Facts) -> None:
    source = desk.lookup(party["object"], row.values.get(party["field"]))
    if source is None:
        return
    _copy(row, source, party.get("copy", {}))
    branch: Facts | None = party.get("branch")
    if branch:
        rows = source.get(branch["table"]) or [source]  # masters may hold the address themselves
        _copy(row, rows[0], branch["copy"])


def _fill_item(desk: Desk, plan: Plan, head: Row, row: Row, item: Facts) -> None:
    code = row.values.get(item["field"])
    record = desk.lookup(item["object"], code) if code not in _NOTHING else None
    changed = row.differs(item["field"])
    if record is not None:
        if changed:
            _copy(row, record, item.get("copy", {}))
        if item.get("uom"):
            _fill_unit(desk, plan, row, record, item["uom"], changed)
    if not changed:
        return
    account: Facts | None = item.get("account")
    if account:
        group = desk.masters.get("stock_group", str((record or {}).get("stockgroup"))) or {}
        value = group.get(account.get("group", "")) or account["default"]
        if desk.exists("account", value):
            row.fill(account["field"], value)
    if "tax" in item:
        _fill_tax(desk, plan, head, row, record, item["tax"])


def _fill_unit(desk: Desk, plan: Plan, row: Row, record: Facts, facts: Facts, changed: bool) -> None:
    units = record.get(facts["table"]) or []
    if not units:
        return
    name = row.values.get(facts["field"])
    if name in _NOTHING or (changed and not row.given(facts["field"])):
        unit = next((unit for unit in units if unit.get("isbase")), units[0])
        row.values[facts["field"]] = unit[facts["field"]]
    else:
        found = next((unit for unit in units if unit[facts["field"]] == name), None)
        if found is None:
            raise desk.words.reference(f"{row.label}{facts['field']}: the item has no unit {name}")
        unit = found
    if changed or row.differs(facts["field"]):
        if row.new or not row.differs(facts["rate"]):
            row.fill(facts["rate"], unit.get(facts["rate"]))
            if not row.new:
                row.values[facts["rate"]] = unit.get(facts["rate"])
        amounts = plan.behaviour.get("amounts", {})
        if "price" in facts and not row.given(amounts.get("amount", "")):
            row.fill(facts["price"], unit.get(facts["source_price"]))


def _fill_tax(desk: Desk, plan: Plan, head: Row, row: Row, record: Facts | None, source: str) -> None:
    """The default tax of a line: the party's, then the item's, then the code marked as default."""
    wire = plan.behaviour.get("amounts", {}).get("tax")
    if wire is None or row.sent.get(wire) is not None:
        return  # an empty text means no tax
    party: Facts | None = plan.behaviour.get("party")
    owner = desk.lookup(party["object"], head.values.get(party["field"])) if party else None
    marked = next((tax["code"] for tax in desk.masters.rows.get("tax", ()) if tax.get("isdefault")), None)
    for code in ((owner or {}).get("tax"), (record or {}).get(source), marked):
        if code not in _NOTHING:
            if desk.masters.get("tax", str(code)) is not None:
                row.values[wire] = code
            return
