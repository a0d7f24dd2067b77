"""Values <-> the tagged JSON of the driver protocol, which keeps apart what JSON numbers would lose."""

from __future__ import annotations

import hashlib
import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from . import _json
from ._body import AsRead
from ._values import INTEGER

if TYPE_CHECKING:
    from .record import Record

SAFE = 2**53 - 1
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]{1,4})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def tag(value: Any) -> Any:
    """A value as the protocol writes it."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return value if -SAFE <= value <= SAFE else {"$int": str(value)}
    if isinstance(value, Decimal):
        return {"$dec": _json.digits(value)}
    if isinstance(value, date):
        return {"$date": value.isoformat()}
    if isinstance(value, bytes):
        return {"$pdf": {"sha256": hashlib.sha256(value).hexdigest(), "len": len(value)}}
    if isinstance(value, dict):
        return {str(name): tag(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [tag(item) for item in value]
    if hasattr(value, "wire_items"):
        return tag_record(value)
    raise TypeError(f"{type(value).__name__} has no tagged form")


def tag_record(record: Record) -> dict[str, Any]:
    """The fields that are set, as a user of the model sees them; what is odd for its column as the server sent it."""
    found: dict[str, Any] = {}
    fields, declared = record.fields_(), type(record).model_fields
    for wire, value in record.wire_items():
        field = fields.get(wire)
        if field and isinstance(value, AsRead):
            told = _received(field.kind, value.value)
            name = wire if wire in declared else record.names_.get(wire, wire)
            shown = getattr(record, name) if name in declared else None  # what is not declared, nobody sees
            found[wire] = tag(shown) if _fits(field.kind, value.value, told) else told
        else:
            found[wire] = tag(value.value if isinstance(value, AsRead) else value)
    for wire in fields.keys() - found.keys():  # an attribute shows nothing of a field that is not there
        shown = getattr(record, record.names_.get(wire, wire), None)
        if shown is not None:
            found[wire] = tag(shown)
    return found


def _fits(kind: str, value: Any, told: Any) -> bool:
    """Whether the attribute can hold what came, by the protocol's own reading of it."""
    if value is None:
        return True
    scalar = isinstance(value, (str, int, Decimal)) and not isinstance(value, bool)
    mark = next(iter(told)) if scalar and isinstance(told, dict) else ""
    if kind in ("decimal", "date"):
        return mark == {"decimal": "$dec", "date": "$date"}[kind]
    if kind in ("integer", "epoch"):
        return scalar and not isinstance(value, Decimal) and (mark == "$int" or isinstance(told, int))
    if kind == "flag":
        return isinstance(value, bool)
    return kind == "blob" or (scalar and isinstance(told, str))


def _received(kind: str, value: Any) -> Any:
    """A value as it came: marked as a decimal or a date where it is written as one."""
    number = isinstance(value, (int, Decimal)) and not isinstance(value, bool)
    if kind == "decimal" and number:
        return {"$dec": _json.plain(Decimal(value) if isinstance(value, int) else value)}
    if kind == "text" and number:
        return str(value) if isinstance(value, int) else _json.digits(value)
    if kind in ("integer", "epoch"):
        if isinstance(value, str) and INTEGER.fullmatch(value):
            return tag(int(value))
        return 0 if isinstance(value, Decimal) and _json.digits(value) == "-0" else tag(value)
    if kind == "decimal" and isinstance(value, str):
        return {"$dec": _json.plain(Decimal(value))} if _DECIMAL.fullmatch(value) else value
    if kind == "date" and isinstance(value, str) and _DATE.fullmatch(value) and isinstance(_date(value), date):
        return {"$date": value}
    return tag(value)


def untag(value: Any) -> Any:
    """A value of the protocol as a caller of the client gives it."""
    if isinstance(value, list):
        return [untag(item) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((name, inner),) = value.items()
        if name == "$dec":
            return Decimal(inner)
        if name == "$int":
            return int(inner)
        if name == "$date":
            return _date(inner)
    return {name: untag(item) for name, item in value.items()}


def _date(text: str) -> date | str:
    """A date; text that is none is left to the client's own checks."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text
