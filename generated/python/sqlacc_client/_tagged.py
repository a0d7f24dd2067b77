"""Values <-> the tagged JSON of the driver protocol, which keeps apart what JSON numbers would lose."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from . import _json

if TYPE_CHECKING:
    from .record import Record

SAFE = 2**53 - 1


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
    """The fields that are set, as a user of the model sees them; empty text stays apart from null."""
    found: dict[str, Any] = {}
    as_read = record._read or {}
    for wire, _ in record.wire_items():
        name = record.names_.get(wire, wire)
        value = record.extra[wire] if wire in record.extra else getattr(record, name)
        found[wire] = "" if value is None and as_read.get(wire) == "" else tag(value)
    return found


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
