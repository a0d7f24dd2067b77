"""The body of a create or update, laid over the record as stored, to rows that remember what the client sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from . import values
from .errors import ApiError
from .plan import Table

Json = Any
_EMPTY = (None, "")


class Row:
    """A header or a line in the making: values so far, what the client sent, and the row as stored, if any."""

    __slots__ = ("changed", "label", "old", "rows", "sent", "table", "values")

    def __init__(
        self, table: Table, label: str, values: dict[str, Json], sent: dict[str, Json], old: Mapping[str, Json] | None
    ) -> None:
        self.table = table
        self.label = label  # for messages: `sdsdocdetail[0].`, empty for the header
        self.values = values
        self.sent = sent
        self.old = old
        self.rows: dict[str, list[Row]] = {}

    @property
    def new(self) -> bool:
        return self.old is None

    def given(self, wire: str) -> bool:
        """The client sent something else than nothing."""
        return self.sent.get(wire) not in _EMPTY

    def differs(self, wire: str) -> bool:
        """The value is not the stored one; nothing and an empty text are the same here."""
        if self.old is None:
            return True
        now, before = self.values.get(wire), self.old.get(wire)
        return now != before and not (now in _EMPTY and before in _EMPTY)

    def fill(self, wire: str, value: Json) -> None:
        """Put a value where the client sent none."""
        if wire in self.values and value is not None and not self.given(wire):
            self.values[wire] = value

    def below(self) -> Iterator[Row]:
        """All rows under this one, nested ones after their parents."""
        for rows in self.rows.values():
            for row in rows:
                yield row
                yield from row.below()

    def as_json(self) -> dict[str, Json]:
        made = dict(self.values)
        for wire, rows in self.rows.items():
            made[wire] = [row.as_json() for row in rows]
        return made


def lay(table: Table, body: Mapping[str, Json], old: Mapping[str, Json] | None, omitted: str, label: str = "") -> Row:
    """The rows that a body makes of a stored record (None: of nothing).

    `omitted`: what becomes of stored rows that the body leaves out: kept or deleted.
    """
    sent = _take(table, body, label)
    made = dict(table.blank)
    if old is not None:
        made.update((wire, value) for wire, value in old.items() if wire not in table.tables)
    for wire, value in sent.items():
        column = table.columns.get(wire)
        if value is None and column is not None:
            made[wire] = column.default
        elif value == "" and column is not None and column.code:
            made[wire] = column.empty if column.empty is not None else ""
        else:
            made[wire] = value
    row = Row(table, label, made, sent, old)
    for wire, below in table.tables.items():
        row.rows[wire] = _lay_rows(below, body.get(wire), old.get(wire) or [] if old else [], omitted, f"{label}{wire}")
    return row


def _take(table: Table, body: Mapping[str, Json], label: str) -> dict[str, Json]:
    columns = table.columns
    sent: dict[str, Json] = {}
    for wire, value in body.items():
        column = columns.get(wire)
        try:
            if column is None:
                if wire.startswith("udf_"):
                    sent[wire] = values.user_field(value)
            elif not column.server:
                sent[wire] = None if value is None else column.accept(value)
        except values.UnfitError as error:
            raise ApiError(400, f"{label}{wire} {error}") from None
    return sent


def _lay_rows(table: Table, given: Json, stored: list[Mapping[str, Json]], omitted: str, label: str) -> list[Row]:
    if given is None:
        return [lay(table, {}, old, omitted, f"{label}[{n}].") for n, old in enumerate(stored)]
    if not isinstance(given, list):
        raise ApiError(400, f"{label} must be a list of rows")
    by_key = {old[table.key]: old for old in stored} if table.key else {}
    made: list[Row] = []
    seen: dict[Json, Row] = {}
    for n, body in enumerate(given):
        at = f"{label}[{n}]."
        if not isinstance(body, dict):
            raise ApiError(400, f"{label}[{n}] must be a row")
        key = _row_key(table, body, at)
        if key in seen:
            raise ApiError(400, f"{at}{table.key} {key} stands in the request twice")
        row = lay(table, body, by_key.get(key), omitted, at)
        if key in by_key:
            seen[key] = row
        made.append(row)
    if omitted != "kept" or not table.key:
        return made
    return [seen[key] if key in seen else lay(table, {}, old, omitted, f"{label}.") for key, old in by_key.items()] + [
        row for row in made if row.new
    ]


def _row_key(table: Table, body: Mapping[str, Json], label: str) -> int | None:
    if table.key is None:
        return None
    key = body.get(table.key)
    if key is not None and key.__class__ is not int:
        raise ApiError(400, f"{label}{table.key} must be an integer or null")
    return key


def check_required(header: Row, numbered: str | None) -> None:
    """New rows have what a create must carry, stored ones do not lose it. `numbered` may be left to the server."""
    for row in (header, *header.below()):
        for wire in row.table.required:
            if (row.new or wire in row.sent) and not row.given(wire) and not (row is header and wire == numbered):
                raise ApiError(400, f"{row.label}{wire} is required")
