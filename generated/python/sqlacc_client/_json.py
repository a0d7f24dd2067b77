"""JSON text <-> Python values without losing a digit: numbers with a fraction are Decimal both ways."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NoReturn

_HALF = re.compile(rb"\\u[dD][89a-fA-F]")
_MOST_ZEROS = 9999
MAX_DIGITS = 1000  # of one number: more is no amount of money but an attack or a fault


def _not_json(text: str) -> NoReturn:
    raise ValueError(f"{text} is not JSON")


class Written(Decimal):
    """A number with an exponent, which a Decimal would write in another way."""

    __slots__ = ("text",)
    text: str


def _decimal(text: str) -> Decimal:
    if len(text) > MAX_DIGITS:
        raise ValueError(f"a number of {len(text)} characters")
    if "e" not in text and "E" not in text:
        return Decimal(text)
    number = Written(text)
    number.text = text
    return number


def plain(value: Decimal) -> str:
    """1e2 as 100; a number that would need thousands of digits as it was written."""
    return digits(value) if abs(value.adjusted()) > _MOST_ZEROS else format(value, "f")


def _integer(text: str) -> int | Decimal:
    if len(text) > MAX_DIGITS:
        raise ValueError(f"a number of {len(text)} characters")
    return int(text) if text != "-0" else Decimal("-0")


_DECODER = json.JSONDecoder(parse_float=_decimal, parse_int=_integer, parse_constant=_not_json)
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), check_circular=False)


def loads(data: bytes) -> Any:
    """The value of JSON text in UTF-8, with or without a byte order mark. Raises ValueError for anything else."""
    try:
        value = _DECODER.decode(data.decode("utf-8-sig"))
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if _HALF.search(data):
        _check_text(value)
    return value


def _check_text(value: Any) -> None:
    """Half of a surrogate pair has no UTF-8 form: such text could not be sent back. Raises ValueError."""
    if isinstance(value, str):
        value.encode("utf-8")
    elif isinstance(value, dict):
        for name, item in value.items():
            _check_text(name)
            _check_text(item)
    elif isinstance(value, list):
        for item in value:
            _check_text(item)


def dumps(value: Any) -> bytes:
    """Compact JSON in UTF-8; a Decimal is written as a number with its digits. Raises ValueError or TypeError."""
    try:
        text = _ENCODER.encode(value)
    except TypeError:
        text = "".join(_tokens(value))  # the C encoder knows no Decimal: only records with such user fields get here
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return text.encode("utf-8")


def digits(value: Decimal) -> str:
    """The digits as they were written: 0.0000000 stays so, where str() gives 0E-7."""
    if isinstance(value, Written):
        return value.text
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int):
        raise ValueError(f"{value} is no number")
    return format(value, "f") if -MAX_DIGITS < exponent <= 0 else str(value)


def _tokens(value: Any) -> Iterator[str]:
    if isinstance(value, Decimal):
        yield digits(value)
    elif isinstance(value, dict):
        yield "{"
        for index, (key, item) in enumerate(value.items()):
            yield f"{',' if index else ''}{_ENCODER.encode(str(key))}:"
            yield from _tokens(item)
        yield "}"
    elif isinstance(value, (list, tuple)):
        yield "["
        for index, item in enumerate(value):
            if index:
                yield ","
            yield from _tokens(item)
        yield "]"
    else:
        yield _ENCODER.encode(value)
