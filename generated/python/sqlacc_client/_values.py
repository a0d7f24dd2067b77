"""One value <-> its JSON form, by the kind of its column; digits, null and empty text are kept apart both ways."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any

from . import _json
from ._shape import Field

_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")
EXPONENT = re.compile(r"-?[0-9]+(\.[0-9]+)?[eE][+-]?[0-9]{1,4}")
_READ = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,4})?")
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T00:00:00(?:\.0+)?Z?)?")
_COMPACT_DATE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})")
INTEGER = re.compile(r"-?[0-9]{1,19}")
_FLAGS = {"true": True, "false": False, "t": True, "f": False}
_LARGEST = 2**63
_LONGEST = 40  # digits of an amount


class Unfit(ValueError):  # noqa: N818 - says what is wrong with a value
    """The value cannot stand in this column; the text says why."""


class Inexact(Unfit):
    """The value has no exact JSON form, whether or not the server would take it."""


# --- reading ------------------------------------------------------------------------------------------------------


def read(kind: str, value: Any) -> Any:
    """The Python value of what the server sent. Raises Unfit when it does not fit the column.

    Tolerant where sources disagree: numbers for decimals, integers for texts, compact dates. Empty text in a column
    that is not text reads as None (the record remembers that it was empty text).
    """
    if value is None:
        return None
    reader = _READERS.get(kind)
    return reader(value) if reader else value


def _read_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return _json.digits(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise Unfit("is no text")


def _read_decimal(value: Any) -> Decimal | None:
    if isinstance(value, str):
        text = value.strip()
        if not text:
            return None
        if _READ.fullmatch(text):
            return Decimal(_json.plain(Decimal(text)))
    elif isinstance(value, Decimal):
        return Decimal(_json.plain(value))
    elif isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    raise Unfit("is no decimal number")


def _read_integer(value: Any) -> int | None:
    if isinstance(value, int):  # true and false included: a flag in one reading, 0 or 1 in another
        return value
    if isinstance(value, str):
        if not value:
            return None
        if INTEGER.fullmatch(value):
            return int(value)
    raise Unfit("is no integer")


def _read_flag(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    if value == "":
        return None
    if isinstance(value, int) and value in (0, 1):
        return value == 1
    if isinstance(value, str) and value.lower() in _FLAGS:
        return _FLAGS[value.lower()]
    raise Unfit("is neither true nor false")


def _read_date(value: Any) -> date | None:
    if value == "":
        return None
    if isinstance(value, str):
        match = _DATE.fullmatch(value) or _COMPACT_DATE.fullmatch(value)
        if match:
            try:
                return date(*map(int, match.groups()))
            except ValueError:
                pass
    raise Unfit("is no date")


def _read_moment(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise Unfit("is no moment")


_READERS: dict[str, Callable[[Any], Any]] = {
    "text": _read_text,
    "decimal": _read_decimal,
    "integer": _read_integer,
    "epoch": _read_integer,
    "flag": _read_flag,
    "date": _read_date,
    "moment": _read_moment,
}


# --- writing ------------------------------------------------------------------------------------------------------


def write(kind: str, value: Any) -> Any:
    """The JSON form of a caller's value. Raises Unfit when it cannot stand there, Inexact when nothing exact can."""
    if value is None or value == "":
        return value
    if isinstance(value, float):
        raise Inexact("a float cannot hold an exact amount; give a Decimal or text such as '25.10'")
    writer = _WRITERS.get(kind)
    return writer(value) if writer else plain(value)


def plain(value: Any) -> Any:
    """The JSON form of a value of a column that no spec describes: a user field above all."""
    if isinstance(value, float):
        raise Inexact("a float cannot hold an exact number; give a Decimal or text")
    if isinstance(value, Decimal) and not value.is_finite():
        raise Inexact(f"{value} is no number")
    if value is None or isinstance(value, (str, bool, int, Decimal)):
        return value
    if isinstance(value, datetime):
        return _write_moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    raise Inexact(f"{type(value).__name__} has no JSON form")


def _write_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, Decimal):
        return _write_decimal(value)
    raise Unfit(f"must be text, not {type(value).__name__}")


def _write_decimal(value: Any) -> str:
    if isinstance(value, bool):
        raise Unfit("must be a decimal number, not a flag")
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise Inexact(f"{value} is no amount")
        if abs(value.adjusted()) > _LONGEST:
            raise Inexact("is too large or too small for an amount")
        return format(value, "f")
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        return value
    if isinstance(value, str) and EXPONENT.fullmatch(value):
        return _write_decimal(Decimal(value))
    raise Unfit(f"must be a decimal number, not {_shown(value)}")


def _write_integer(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        if -_LARGEST <= value < _LARGEST:
            return value
        raise Unfit("does not fit 64 bits")
    raise Unfit(f"must be an integer, not {_shown(value)}")


def _write_flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise Unfit(f"must be True or False, not {_shown(value)}")


def _write_date(value: Any) -> str:
    if isinstance(value, datetime):
        raise Unfit("must be a date, not a moment; give moment.date()")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        match = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", value)
        try:
            if match and date(*map(int, match.groups())):
                return value
        except ValueError:
            raise Unfit(f"{value} is not in the calendar") from None
    raise Unfit(f"must be a date (YYYY-MM-DD), not {_shown(value)}")


def _write_moment(value: Any) -> str:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise Unfit("must name its time zone")
        utc = value.astimezone(timezone.utc)
        return utc.strftime("%Y-%m-%dT%H:%M:%S.") + f"{utc.microsecond // 1000:03d}Z"
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        return value
    raise Unfit(f"must be a moment (ISO 8601 with Z), not {_shown(value)}")


_WRITERS: dict[str, Callable[[Any], Any]] = {
    "text": _write_text,
    "decimal": _write_decimal,
    "integer": _write_integer,
    "epoch": _write_integer,
    "flag": _write_flag,
    "date": _write_date,
    "moment": _write_moment,
}


def limits(field: Field, value: Any) -> str | None:
    """What is wrong with a JSON form that fits the kind: too long, too many decimals."""
    if not isinstance(value, str) or not value:
        return None
    if not value.isascii():
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            return "holds half of a surrogate pair, which is no text"
    if field.limit is None:
        return None
    if field.kind == "text" and len(value) > field.limit:
        return f"has {len(value)} characters, at most {field.limit} fit"
    if field.kind == "decimal" and "." in value and len(value.rstrip("0").partition(".")[2]) > field.limit:
        return f"has more than {field.limit} decimals"
    return None


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:40]}..."
