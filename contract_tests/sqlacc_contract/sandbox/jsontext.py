"""JSON text to values and back, strictly: no duplicate keys, no NaN, numbers keep their digits."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

MAX_DIGITS = 60  # of one number in a request

_HELD = re.compile(r'"\\u0000([^"]*)"')
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


class NotJsonError(ValueError):
    """A text that is not acceptable JSON, with words for people."""


def parse(data: bytes) -> Any:
    """JSON of a request. Integers are int, other numbers Decimal with their digits."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotJsonError(f"The body is not UTF-8 (byte {error.start})") from None
    try:
        value = _decoder.decode(text)
    except json.JSONDecodeError as error:
        raise NotJsonError(f"The body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise NotJsonError("The body is nested too deeply") from None
    if "\\u" in text:
        _refuse_odd_characters(value)
    return value


def _refuse_odd_characters(value: Any) -> None:
    text = json.dumps(value, ensure_ascii=False, default=str)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise NotJsonError("The body holds half of a surrogate pair, which is no character") from None
    if _NUL.search(text):
        raise NotJsonError("The body holds the character U+0000")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise NotJsonError(f'The body has the key "{twice[:60]}" more than once')
    return made


def _integer(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise NotJsonError(f"The body holds a number of {len(digits)} digits")
    return int(digits)


def _fraction(digits: str) -> Decimal:
    if len(digits) > MAX_DIGITS:
        raise NotJsonError(f"The body holds a number of {len(digits)} digits")
    number = Decimal(digits)
    if abs(number.adjusted()) > MAX_DIGITS:
        raise NotJsonError(f"The body holds a number out of range: {digits}")
    return number


def _constant(name: str) -> Any:
    raise NotJsonError(f"The body holds {name}, which is not JSON")


_decoder = json.JSONDecoder(
    object_pairs_hook=_once, parse_int=_integer, parse_float=_fraction, parse_constant=_constant
)
_kept = json.JSONDecoder(parse_float=Decimal)


def restore(text: str) -> Any:
    """JSON that `dumps` made."""
    return _kept.decode(text)


def dumps(value: Any) -> str:
    """Compact JSON; a Decimal becomes a number with its digits, never with an exponent."""
    text = _encoder.encode(value)
    # U+0000 is refused in requests, so it marks numbers without doubt
    return _HELD.sub(r"\1", text) if '"\\u0000' in text else text


def _held(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"\0{value:f}"
    raise TypeError(f"not JSON: {value!r}")


_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_held, allow_nan=False)
