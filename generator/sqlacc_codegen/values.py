"""A JSON value and a Type -> whether the value could go over the wire, and if not, why, in plain words."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from .hints import did_you_mean, quoted
from .ir import (
    BlobType,
    CodeType,
    DateType,
    DecimalType,
    EnumType,
    EpochType,
    FlagType,
    IntegerType,
    Json,
    MomentType,
    TextType,
    Type,
)

_DECIMAL = re.compile(r"-?[0-9]+(?:\.([0-9]+))?", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_MOMENT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]{1,9})?Z", re.ASCII)


class Misfit(NamedTuple):
    """Why a value does not fit: `wrong-type`, `wrong-size`, `wrong-scale`, `wrong-date` or `unknown-value`."""

    code: str
    message: str
    hint: str = ""


def misfit(type: Type, value: Json) -> Misfit | None:
    """What is wrong with a value for a type; null fits every type."""
    return None if value is None else _CHECKS[type.__class__](type, value)


def _text(type: Any, value: Json) -> Misfit | None:
    if not isinstance(value, str):
        hint = f'write "{value}"' if isinstance(value, int) and not isinstance(value, bool) else ""
        return Misfit("wrong-type", f"{quoted(value)} is not text", hint)
    size = type.largest if isinstance(type, TextType) else type.size
    if size is not None and len(value) > size:
        return Misfit("wrong-size", f"{quoted(value)} has {len(value)} characters; {size} fit")
    return None


def _integer(_: Any, value: Json) -> Misfit | None:
    if not isinstance(value, int) or isinstance(value, bool):
        hint = "remove the quotes" if isinstance(value, str) and re.fullmatch("-?[0-9]+", value) else ""
        return Misfit("wrong-type", f"{quoted(value)} is not an integer", hint)
    return None


def _flag(_: Any, value: Json) -> Misfit | None:
    if isinstance(value, bool):
        return None
    words = {"yes": "true", "t": "true", "true": "true", "1": "true", "no": "false", "f": "false", "0": "false"}
    word = words.get(str(value).lower())
    return Misfit("wrong-type", f"{quoted(value)} is not true or false", f"write {word}" if word else "")


def _decimal(type: Any, value: Json) -> Misfit | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return Misfit("wrong-type", f"{value} is not a decimal: those are text on the wire", f'write "{value}"')
    match = _DECIMAL.fullmatch(value) if isinstance(value, str) else None
    if not match:
        return Misfit("wrong-type", f"{quoted(value)} is not a decimal", 'write it as "1234.50"')
    digits = (match[1] or "").rstrip("0")
    if type.scale is not None and len(digits) > type.scale:
        return Misfit("wrong-scale", f"{quoted(value)} has {len(digits)} digits after the point; {type.scale} fit")
    return None


def _date(_: Any, value: Json) -> Misfit | None:
    if isinstance(value, str) and _DATE.fullmatch(value):
        return _real_date(value)
    return Misfit("wrong-type", f"{quoted(value)} is not a date", 'write it as "2026-01-31"')


def _moment(_: Any, value: Json) -> Misfit | None:
    match = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    if not match:
        return Misfit("wrong-type", f"{quoted(value)} is not a moment", 'write it as "2026-01-31T09:30:00.000Z"')
    try:
        datetime.time.fromisoformat(match[2])
    except ValueError:
        return Misfit("wrong-date", f"{quoted(value)} has no such time of day")
    return _real_date(match[1])


def _real_date(text: str) -> Misfit | None:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return Misfit("wrong-date", f'there is no day "{text}"')
    return None


def _enum(type: Any, value: Json) -> Misfit | None:
    wrong = (_integer if type.base == "integer" else _text)(type, value)
    if wrong:
        return wrong
    known = [known for known, _ in type.values]
    if value in known or value == "":
        return None
    return Misfit("unknown-value", f"{quoted(value)} is no known value", did_you_mean(str(value), map(str, known)))


def _anything(_: Any, __: Json) -> Misfit | None:
    return None


_CHECKS: dict[type[Any], Callable[[Any, Json], Misfit | None]] = {
    TextType: _text,
    CodeType: _text,
    IntegerType: _integer,
    EpochType: _integer,
    FlagType: _flag,
    DecimalType: _decimal,
    DateType: _date,
    MomentType: _moment,
    EnumType: _enum,
    BlobType: _anything,
}
