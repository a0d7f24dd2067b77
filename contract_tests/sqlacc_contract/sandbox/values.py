"""A field's type to a function that takes a JSON value in and gives the value as the sandbox keeps it.

Kept values: text, integer and flag as JSON has them; a decimal as text with the digits of its scale; a date as
`YYYY-MM-DD`; no value as None. What does not fit raises `UnfitError` with words for people.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlacc_codegen.ir import (
    BlobType,
    CodeType,
    DateType,
    DecimalType,
    EnumType,
    EpochType,
    Field,
    FlagType,
    IntegerType,
    MomentType,
    TextType,
    Type,
)

from . import arithmetic

Accept = Callable[[Any], Any]

LARGEST = 2**63 - 1
DIGITS = 18  # of the widest number column
TOO_LONG = "arithmetic exception, numeric overflow, or string truncation"

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_DASHED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_COMPACT = re.compile(r"[0-9]{8}")
_MOMENT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]{1,9})?Z")


class UnfitError(ValueError):
    """A value that a field cannot hold."""


def accept(field: Field, *, longer: bool = False, compact_dates: bool = False) -> Accept:
    """What takes values of this field in. `longer`: text sizes of the rival source count."""
    type = field.type
    if isinstance(type, EnumType) and type.base == "integer":
        return _integer
    if isinstance(type, TextType | CodeType | EnumType):
        return _text(size(type, longer=longer))
    if isinstance(type, DecimalType):
        return _decimal(type.scale)
    if isinstance(type, DateType):
        return _compact_date if compact_dates else _date
    return _PLAIN[type.__class__]


def size(type: Type, *, longer: bool = False) -> int | None:
    """The most characters that a text of this type may have."""
    if isinstance(type, TextType):
        return (type.longer or type.size) if longer else type.size
    return type.size if isinstance(type, CodeType | EnumType) else None


def _name(value: Any) -> str:
    if value is None:
        return "null"
    names = {bool: "a flag", int: "an integer", Decimal: "a number", str: "a text", list: "a list", dict: "an object"}
    return names.get(value.__class__, "something else")


def _text(size: int | None) -> Accept:
    def take(value: Any) -> str:
        if value.__class__ is not str:
            raise UnfitError(f"must be a text, not {_name(value)}")
        if size is not None and len(value) > size:
            raise UnfitError(f"holds {len(value)} characters, at most {size} fit: {TOO_LONG}")
        return value

    return take


def _integer(value: Any) -> int:
    if value.__class__ is not int:
        raise UnfitError(f"must be an integer, not {_name(value)}")
    if not -LARGEST - 1 <= value <= LARGEST:
        raise UnfitError(f"does not fit into 64 bits: {TOO_LONG}")
    return int(value)


def _epoch(value: Any) -> int:
    seconds = _integer(value)
    if seconds < 0:
        raise UnfitError("must be seconds since 1970, not below 0")
    return seconds


def _flag(value: Any) -> bool:
    if value is not True and value is not False:
        raise UnfitError(f"must be true or false, not {_name(value)}")
    return value


def decimal(value: Any) -> Decimal:
    """A JSON text with a plain decimal, or a JSON number."""
    if value.__class__ is str:
        if not _NUMBER.fullmatch(value):
            raise UnfitError(f'must be a decimal such as "25.10", not "{value[:40]}"')
        if len(value) > 60:
            raise UnfitError(f"has too many digits: {TOO_LONG}")
        return Decimal(value)
    if value.__class__ is int or value.__class__ is Decimal:
        return Decimal(value)
    raise UnfitError(f"must be a decimal, not {_name(value)}")


def _decimal(scale: int | None) -> Accept:
    places = 8 if scale is None else scale
    whole = DIGITS - (2 if scale is None else scale)  # digits before the point
    limit = Decimal(10) ** whole
    usual = re.compile(rf"(?:0|[1-9][0-9]{{0,{whole - 1}}})\.[0-9]{{{places}}}") if scale else None

    def take(value: Any) -> str:
        if usual is not None and value.__class__ is str and usual.fullmatch(value):
            return value
        number = decimal(value)
        if abs(number) >= limit:
            raise UnfitError(f"is too large, at most {whole} digits before the point fit: {TOO_LONG}")
        if number != arithmetic.rounded(number, places):
            raise UnfitError(f"has more than {places} digits after the point")
        return arithmetic.text(number, places) if scale is not None else plain(number)

    return take


def plain(number: Decimal) -> str:
    """Digits as given, without an exponent and without minus zero."""
    return f"{number:f}" if number else f"{abs(number):f}"


def _date(value: Any) -> str | None:
    if value == "":
        return None
    if value.__class__ is not str or not _DASHED.fullmatch(value):
        raise UnfitError(f"must be a date as YYYY-MM-DD, not {_shown(value)}")
    try:
        date.fromisoformat(value)
    except ValueError:
        raise UnfitError(f'is not a day of the calendar: "{value}"') from None
    return value


def _compact_date(value: Any) -> str | None:
    if value.__class__ is str and _COMPACT.fullmatch(value):
        value = f"{value[:4]}-{value[4:6]}-{value[6:]}"
    return _date(value)


def _moment(value: Any) -> str | None:
    if value == "":
        return None
    found = _MOMENT.fullmatch(value) if value.__class__ is str else None
    if found is None:
        raise UnfitError(f"must be a moment as 2026-01-15T08:30:00.000Z, not {_shown(value)}")
    try:
        datetime.fromisoformat(f"{found[1]}T{found[2]}")
    except ValueError:
        raise UnfitError(f'is not a moment of the calendar: "{value}"') from None
    return found[0]


def _blob(value: Any) -> Any:
    if value.__class__ in (str, list, dict):
        return value
    raise UnfitError(f"must be a text or JSON, not {_name(value)}")


def _shown(value: Any) -> str:
    return f'"{value[:40]}"' if value.__class__ is str else _name(value)


_PLAIN: dict[type, Accept] = {
    IntegerType: _integer,
    FlagType: _flag,
    EpochType: _epoch,
    MomentType: _moment,
    BlobType: _blob,
}


def user_field(value: Any) -> Any:
    """A `udf_` column: any single value, kept as it came."""
    if value.__class__ in (list, dict):
        raise UnfitError(f"must be a single value, not {_name(value)}")
    if value.__class__ is int and not -LARGEST - 1 <= value <= LARGEST:
        raise UnfitError(f"does not fit into 64 bits: {TOO_LONG}")
    return value
