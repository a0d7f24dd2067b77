"""Whether a row is one of those asked for: a server may ignore a filter that it does not know."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from ._shape import Table
from ._values import Unfit, read


def matches(table: Table, row: Mapping[str, Any], where: Mapping[str, Any]) -> bool:
    """Texts are compared exactly, amounts and dates by value; null also finds empty text; `*` is left to the server."""
    lower = {name.lower(): value for name, value in row.items()}
    return all(_matches(table, name.lower(), lower.get(name.lower()), wanted) for name, wanted in where.items())


def _matches(table: Table, wire: str, found: Any, wanted: Any) -> bool:
    if isinstance(wanted, str) and "*" in wanted:
        return True
    if wanted in (None, ""):
        return found in (None, "")
    field = table.fields.get(wire)
    kind = field.kind if field else ""
    try:
        one, other = read(kind, found), _wanted(kind, wanted)
    except Unfit:
        return bool(found == wanted)
    return bool(one == other)


def _wanted(kind: str, value: Any) -> Any:
    if isinstance(value, (Decimal, date, bool)) or (isinstance(value, int) and kind != "text"):
        return value
    return read(kind, value)
