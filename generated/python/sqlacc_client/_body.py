"""Records, models and mappings -> the JSON object that a create sends, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from . import _json
from ._rules import check_rules
from ._shape import Shape, Table
from ._values import EXPONENT, INTEGER, Inexact, Unfit, limits, plain, write
from .errors import FieldProblem, UsageError, ValidationError


class AsRead(NamedTuple):
    """A value that is still as the server sent it: sent back as it is, checked by nobody."""

    value: Any


class ReadRow(dict[str, Any]):
    """A row of a mapping that was read before."""


def is_placeholder(key: Any) -> bool:
    """Whether it stands where the server's key will be: nothing, or a number below 1."""
    return key is None or key == "" or (isinstance(key, int) and not isinstance(key, bool) and key < 1)


def items(record: Any) -> Iterator[tuple[str, Any]]:
    """Wire names and values of a model, a mapping, or a merged record."""
    if isinstance(record, Mapping):
        return iter(record.items())
    wire_items = getattr(record, "wire_items", None)
    if wire_items is None:
        raise UsageError(f"a record is a model of this package or a mapping, not {type(record).__name__}")
    found: Iterator[tuple[str, Any]] = wire_items()
    return found


def encode(
    table: Table,
    record: Any,
    problems: list[FieldProblem],
    *,
    checked: bool,
    new: bool = False,
    path: str = "",
) -> dict[str, Any]:
    """The JSON object of a record or row, known fields in the order of the API, unknown ones after them.

    `new` demands the fields that a create needs. Problems are added, not raised.
    """
    given = dict(items(record))
    body: dict[str, Any] = {}
    needed = table.required if checked and new else frozenset()
    for wire in table.in_order(given.keys() | needed):
        field = table.fields[wire]
        if wire in given:
            value = given.pop(wire)
            try:
                body[wire] = (
                    _as_read(field.kind, value.value) if isinstance(value, AsRead) else write(field.kind, value)
                )
            except Inexact as unfit:
                problems.append(FieldProblem(path + wire, str(unfit)))
            except Unfit as unfit:
                if checked:
                    problems.append(FieldProblem(path + wire, str(unfit)))
                else:
                    body[wire] = plain(value)
            else:
                wrong = limits(field, body[wire]) if checked and not isinstance(value, AsRead) else None
                if wrong:
                    problems.append(FieldProblem(path + wire, wrong))
        if wire in needed and body.get(wire) in (None, "") and not _noted(problems, path + wire):
            problems.append(FieldProblem(path + wire, "is required"))
    for wire, below in table.lines.items():
        if wire in given:
            body[wire] = _rows(below, given.pop(wire), problems, checked=checked, new=new, path=path + wire)
    for wire, value in given.items():
        with _noting(problems, path + wire):
            body[wire] = plain(value.value if isinstance(value, AsRead) else value)
    return body


@contextmanager
def _noting(problems: list[FieldProblem], path: str) -> Iterator[None]:
    try:
        yield
    except Unfit as unfit:
        problems.append(FieldProblem(path, str(unfit)))


def _rows(
    table: Table, rows: Any, problems: list[FieldProblem], *, checked: bool, new: bool, path: str
) -> list[dict[str, Any]] | None:
    if isinstance(rows, AsRead):
        if not isinstance(rows.value, list) or not all(isinstance(row, Mapping) for row in rows.value):
            odd: list[dict[str, Any]] = plain(rows.value)  # what the server has there instead of rows goes back
            return odd
        rows = rows.value
    if rows is None:
        return None
    if isinstance(rows, (str, bytes, Mapping)) or not isinstance(rows, Sequence):
        problems.append(FieldProblem(path, f"must be a list of rows, not {type(rows).__name__}"))
        return None
    found = []
    for index, row in enumerate(rows):
        here = f"{path}[{index}]"
        if not isinstance(row, Mapping) and not hasattr(row, "wire_items"):
            problems.append(FieldProblem(here, f"must be a row, not {type(row).__name__}"))
            continue
        is_new = new or _is_new(table, row)
        found.append(encode(table, row, problems, checked=checked, new=is_new, path=f"{here}."))
    return found


def _is_new(table: Table, row: Any) -> bool:
    """A row without the server's key; where rows have none, one that was not read."""
    if table.key is not None:
        return row_key(table, row) is None
    return not isinstance(row, ReadRow) and getattr(row, "_read", None) is None


def _noted(problems: list[FieldProblem], path: str) -> bool:
    return any(problem.path == path for problem in problems)


def _as_read(kind: str, value: Any) -> Any:
    if kind == "decimal":
        if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
            return _json.plain(Decimal(value) if isinstance(value, int) else value)
        if isinstance(value, str) and EXPONENT.fullmatch(value):
            return _json.plain(Decimal(value))
    if kind in ("integer", "epoch") and isinstance(value, str) and INTEGER.fullmatch(value):
        return int(value)
    if kind == "text" and isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return str(value) if isinstance(value, int) else _json.digits(value)
    return value.isoformat() if isinstance(value, date) and not isinstance(value, datetime) else plain(value)


def row_key(table: Table, row: Any) -> Any:
    """The server's key of a row, or None for a row that has none yet."""
    if table.key is None:
        return None
    value = row.get(table.key) if isinstance(row, Mapping) else getattr(row, row.names_.get(table.key, table.key), None)
    if isinstance(value, AsRead):
        value = value.value
    return None if is_placeholder(value) else value


# --- create -------------------------------------------------------------------------------------------------------


def for_create(shape: Shape, record: Any, *, checked: bool) -> dict[str, Any]:
    """The body of a create: no keys that the server issues, no empty number, never empty. Raises ValidationError."""
    problems: list[FieldProblem] = []
    body = encode(shape, record, problems, checked=checked, new=True)
    own = shape.path_key if shape.integer_key else None  # a code is the caller's to give
    strip_keys(shape, body, own, getattr(record, "_read", None) is not None)
    if shape.number and body.get(shape.number, 0) in (None, ""):
        del body[shape.number]
    if checked:
        problems += check_rules(shape, body, create=True)
    if problems:
        raise ValidationError(problems)
    if not body:
        raise ValidationError("the record is empty, and an empty body makes the server fail")
    return body


def strip_keys(table: Table, body: dict[str, Any], record_key: str | None, copied: bool) -> None:
    """Drop placeholders of keys that the server issues, and all such keys of a copy of a stored record."""
    _drop_key(body, record_key, copied)
    for wire, below in table.lines.items():
        rows = body.get(wire)
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, dict):
                _drop_key(row, below.key, copied)
                strip_keys(below, row, record_key, copied)


def _drop_key(body: dict[str, Any], key: str | None, copied: bool) -> None:
    if key in body and (copied or is_placeholder(body[key])):
        del body[key]
