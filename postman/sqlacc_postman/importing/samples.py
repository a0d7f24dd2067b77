"""Sample bodies as people write them (comments, trailing commas, bare variables) -> JSON, with numbers as written."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

_TOKEN = re.compile(
    r"""(?P<string>"(?:[^"\\]|\\.)*")
    |(?P<line>//[^\n]*|\#[^\n]*)
    |(?P<block>/\*.*?(?:\*/|\Z))
    |(?P<variable>\{\{[^{}]*\}\})
    |(?P<space>\s+)
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_VARIABLE = re.compile(r"\s*\{\{[^{}]*\}\}\s*")
_COMMENT = re.compile(r"^\s*(//+|\#+|/\*+)\s*|\s*\*+/\s*$")
_MOST_DIGITS = 40
_KEY = re.compile(r'"((?:[^"\\]|\\.)*)"\s*$')


class Fraction(str):
    """A JSON number with a point or exponent, as it was written."""

    __slots__ = ()


class Unset(str):
    """A variable without a value, in the place of a value."""

    __slots__ = ()


@dataclass
class Sample:
    """A body: its JSON, and what comments say about the keys before them."""

    value: Any
    comments: dict[str, str] = field(default_factory=dict)
    repaired: bool = False


def parse(text: str) -> Sample:
    """Raises ValueError (or RecursionError) when no JSON can be made out."""
    text = text.lstrip("\ufeff")
    try:
        return Sample(_loads(text))
    except ValueError:
        pass
    pieces: list[str] = []
    comments: dict[str, str] = {}
    key = ""
    for token in _TOKEN.finditer(text):
        kind, piece = token.lastgroup, token[0]
        if kind in ("line", "block"):
            said = _COMMENT.sub("", piece).strip()
            if key and said:
                comments.setdefault(key, said)
            pieces.append(" ")
        elif kind == "variable":
            pieces.append(json.dumps("\0" + piece))
        elif kind == "string":
            pieces.append(piece)
            after = text[token.end() : token.end() + 40].lstrip()
            if after.startswith(":"):
                key = piece[1:-1]
        else:
            if piece in "}]":
                _drop_comma(pieces)
                if piece == "}":
                    key = ""
            pieces.append(piece)
    return Sample(_loads("".join(pieces)), comments, repaired=True)


def _drop_comma(pieces: list[str]) -> None:
    index = len(pieces) - 1
    while index >= 0 and pieces[index].isspace():
        index -= 1
    if index >= 0 and pieces[index] == ",":
        pieces[index] = " "


def _loads(text: str) -> Any:
    return _mark(
        json.loads(text, parse_float=_fraction, parse_constant=_refuse, parse_int=_integer, object_pairs_hook=dict)
    )


def _fraction(text: str) -> Fraction:
    """Without an exponent, as decimals are written; one that is out of all bounds stays as it is."""
    exponent = text.lower().partition("e")[2]
    bounded = exponent and abs(int(exponent[:5])) <= _MOST_DIGITS and len(text) <= 2 * _MOST_DIGITS
    return Fraction(format(Decimal(text), "f") if bounded else text)


def _integer(text: str) -> int | Fraction:
    return int(text) if len(text) <= 20 and -(2**63) <= int(text) < 2**63 else Fraction(text)


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _mark(value: Any) -> Any:
    """Variables in the place of a value become Unset, in quotes or bare."""
    if isinstance(value, str) and value.startswith("\0"):
        return Unset(value[1:])
    if type(value) is str and _VARIABLE.fullmatch(value):
        return Unset(value)
    if isinstance(value, list):
        return [_mark(item) for item in value]
    if isinstance(value, dict):
        return {key: _mark(item) for key, item in value.items()}
    return value
