"""Stored records to the JSON of answers, in the form that the readings in force ask for.

Under the default readings a stored record is the answer, text for text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from . import jsontext
from .desk import Desk
from .plan import HOME, NONE, Column, Plan, Table
from .save import COUNTER, counter
from .store import Record

Change = Callable[[Any], Any]
_HIDDEN = {"coordinate": ("geolat", "geolong"), "lat_long": ("geocoordinate",)}


class Presenter:
    """Built anew when the readings change."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._readings = desk.readings
        self._changes = {id: self._table(plan, plan.table) for id, plan in desk.plans.items()}
        self._counted = {id for id, plan in desk.plans.items() if counter(desk, plan) != plan.counter}

    def plain(self, plan: Plan) -> bool:
        """Stored heads are rows of lists as they are."""
        return plan.id not in self._counted and not self._changes[plan.id].here

    def record(self, plan: Plan, record: Record) -> str:
        """A whole record."""
        if plan.id not in self._counted and not self._changes[plan.id]:
            return record.text
        values = self._changes[plan.id].apply(jsontext.restore(record.text))
        if plan.id in self._counted:
            values[COUNTER] = self._counter(record.version)
        return jsontext.dumps(values)

    def head(self, plan: Plan, version: int | None, head: str) -> str:
        """A row of a list."""
        if self.plain(plan):
            return head
        values = self._changes[plan.id].apply(jsontext.restore(head))
        if plan.id in self._counted:
            values[COUNTER] = self._counter(version)
        return jsontext.dumps(values)

    def _counter(self, version: int | None) -> int | None:
        return 0 if version is None and self._is("fresh_counter", "zero") else version

    def _is(self, reading: str, value: str) -> bool:
        return self._readings.value(reading, "") == value

    def _table(self, plan: Plan, table: Table) -> _Changes:
        columns: dict[str, Change] = {}
        for wire, column in table.columns.items():
            change = self._column(column)
            if change is not None:
                columns[wire] = change
        if plan.counter in table.columns and not table.wire and self._is("fresh_counter", "zero"):
            columns[plan.counter or ""] = lambda value: value or 0
        source = self._desk.sources.get(plan.id)
        if source and source.consumed and table.wire == source.table and self._is("order_offset", "untouched"):
            zero = 0 if self._is("decimal_form", "number") else "0.0000"
            columns[source.consumed] = lambda _: zero
        hidden = [w for w in _HIDDEN.get(self._readings.value("geo_fields", ""), ()) if w in table.columns]
        below = {wire: self._table(plan, inner) for wire, inner in table.tables.items()}
        return _Changes(columns, hidden, {wire: changes for wire, changes in below.items() if changes})

    def _column(self, column: Column) -> Change | None:
        if column.kind == "decimal":
            return _as_number if self._is("decimal_form", "number") else None
        if column.kind == "blob":
            return _as_text if self._is("blob_form", "text") else None
        if column.wire == "isbase" and self._is("isbase_type", "flag"):
            return _as_flag
        if column.kind != "text":
            return None
        if column.wire == "styleid" and self._is("styleid_type", "integer"):
            return _as_integer
        home = HOME.get(self._readings.value("home_currency", "dashes"), NONE)
        empty = self._is("fresh_nulls", "empty")
        if column.code == "currency" and home != NONE:
            return lambda value: home if value == NONE else ("" if empty and value is None else value)
        return _as_text if empty else None


class _Changes:
    """What is different in the values of one table."""

    def __init__(self, columns: Mapping[str, Change], hidden: list[str], below: Mapping[str, _Changes]) -> None:
        self._columns = columns
        self._hidden = hidden
        self._below = below

        self.here = bool(columns or hidden)

    def __bool__(self) -> bool:
        return self.here or bool(self._below)

    def apply(self, row: dict[str, Any]) -> dict[str, Any]:
        for wire, change in self._columns.items():
            if wire in row:
                row[wire] = change(row[wire])
        for wire in self._hidden:
            row.pop(wire, None)
        for wire, changes in self._below.items():
            if wire in row:
                row[wire] = [changes.apply(inner) for inner in row[wire]]
        return row


def _as_number(value: Any) -> Any:
    return Decimal(value) if isinstance(value, str) else value


def _as_text(value: Any) -> Any:
    return "" if value is None else value


def _as_flag(value: Any) -> Any:
    return bool(value) if isinstance(value, int) else value


def _as_integer(value: Any) -> Any:
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value
