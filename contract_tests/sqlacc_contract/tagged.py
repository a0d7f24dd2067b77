"""Wire tokens <-> tagged values of the driver protocol, by the types of the spec."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlacc_codegen.ir import CodeType, EnumType, Field, Lines, Object

from .tokens import Number, Token

SAFE = 2**53 - 1
_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INTEGER = re.compile(r"-?[0-9]+")

Tagged = Any  # JSON with {"$dec"}, {"$int"}, {"$date"}, {"$pdf"}


def tag(table: Object | Lines, record: Mapping[str, Token]) -> dict[str, Tagged]:
    """A record as the wire has it -> as a driver has to give it. What does not fit its type stays as it is."""
    kinds = columns(table)
    found: dict[str, Tagged] = {}
    for wire, token in record.items():
        kind = kinds.get(wire)
        if token is None or (kind == "text" and type(token) is str):  # most of what there is
            found[wire] = token
        elif isinstance(kind, str):
            found[wire] = tag_value(kind, token)
        elif kind and isinstance(token, list):
            found[wire] = [tag(kind, row) if isinstance(row, dict) else untyped(row) for row in token]
        else:
            found[wire] = untyped(token)
    return found


def tag_value(kind: str, token: Token) -> Tagged:
    """One value of a known field."""
    if isinstance(token, Number):
        if kind == "decimal":
            return {"$dec": str(token)}
        if kind == "text":
            return str(token)
        return untyped(token)
    if isinstance(token, str):
        if kind == "decimal" and _DECIMAL.fullmatch(token):
            return {"$dec": token}
        if kind == "date" and _DATE.fullmatch(token):
            return {"$date": token}
        if kind in ("integer", "epoch") and _INTEGER.fullmatch(token):
            return integer(token)
    return untyped(token)


def untyped(token: Token) -> Tagged:
    """A value of a field that the spec does not know: only its JSON form tells."""
    if isinstance(token, Number):
        return integer(token) if _INTEGER.fullmatch(token) else {"$dec": str(token)}
    if isinstance(token, dict):
        return {name: untyped(value) for name, value in token.items()}
    if isinstance(token, (list, tuple)):
        return [untyped(value) for value in token]
    return token


def integer(digits: str) -> Tagged:
    number = int(digits)
    return number if -SAFE <= number <= SAFE else {"$int": str(number)}


def untag(table: Object | Lines | None, record: Mapping[str, Tagged]) -> dict[str, Token]:
    """Tagged values -> the tokens a client sends: known decimals as text, numbers of unknown fields as numbers."""
    found: dict[str, Token] = {}
    kinds: Mapping[str, str | Lines] = columns(table) if table else {}
    for wire, value in record.items():
        kind = kinds.get(wire)
        if value is None or type(value) is str:
            found[wire] = value
        elif kind and not isinstance(kind, str) and isinstance(value, list):
            found[wire] = [untag(kind, row) if isinstance(row, dict) else untag_value(row, known=True) for row in value]
        else:
            found[wire] = untag_value(value, known=isinstance(kind, str))
    return found


def untag_value(value: Tagged, *, known: bool) -> Token:
    if isinstance(value, dict):
        if set(value) == {"$dec"}:
            return _plain(value["$dec"]) if known else Number(value["$dec"])
        if set(value) == {"$int"}:
            return Number(value["$int"])
        if set(value) == {"$date"}:
            return value["$date"]
        return {name: untag_value(item, known=known) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [untag_value(item, known=known) for item in value]
    if isinstance(value, int) and not isinstance(value, bool):
        return Number(value)
    return value


def _plain(digits: str) -> str:
    """A decimal as text never has an exponent."""
    return f"{Decimal(digits):f}" if "e" in digits.lower() else digits


def bare(value: Tagged) -> Any:
    """A scalar without its tag: the text of a decimal or date, else the value itself."""
    if isinstance(value, dict) and len(value) == 1:
        name, inner = next(iter(value.items()))
        if name in ("$dec", "$date"):
            return inner
        if name == "$int":
            return int(inner)
    return value


_COLUMNS: dict[int, tuple[Object | Lines, dict[str, str | Lines]]] = {}


def columns(table: Object | Lines) -> Mapping[str, str | Lines]:
    """Kinds of the fields and the tables of rows, by wire name; worked out once."""
    known = _COLUMNS.get(id(table))
    if known is None:  # the table is kept beside them, so its id stays its own
        found: dict[str, str | Lines] = {field.wire: kind_of(field) for field in table.fields}
        found.update(rows_of(table))
        known = _COLUMNS[id(table)] = (table, found)
    return known[1]


def rows_of(table: Object | Lines | None) -> Mapping[str, Lines]:
    if table is None:
        return {}
    return table.tables if isinstance(table, Object) else {rows.wire: rows for rows in table.lines}


def kind_of(field: Field) -> str:
    """The kind as a runtime sees it: codes are text, enumerations are their base."""
    if isinstance(field.type, CodeType):
        return "text"
    return field.type.base if isinstance(field.type, EnumType) else field.type.kind
