"""JSON bytes <-> tokens: numbers keep their digits, names given twice are refused, and differences are told by path."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from json.encoder import encode_basestring
from typing import Any

from .protocol import distinct

Token = Any  # None, bool, str, Number, list of tokens, dict of tokens

MISSING = "(missing)"
NOTHING = "(nothing)"


class Number(str):
    """A JSON number as it was written: `1.10` is not `1.1`."""

    __slots__ = ()


@dataclass(frozen=True)
class Difference:
    """One place where what was received is not what was expected."""

    path: str
    expected: str
    received: str

    def __str__(self) -> str:
        return f"{self.path or 'value'}: expected {self.expected}, received {self.received}"


def parse(raw: bytes) -> Token:
    """The tokens of a JSON text; ValueError when it is none, or names a member twice."""
    return _decoder.decode(raw.decode("utf-8"))


def text(token: Token) -> str:
    """The tokens as compact JSON."""
    if isinstance(token, str):
        return str(token) if isinstance(token, Number) else encode_basestring(token)
    if isinstance(token, dict):
        return "{" + ",".join([f"{encode_basestring(name)}:{text(inner)}" for name, inner in token.items()]) + "}"
    if isinstance(token, (list, tuple)):
        return "[" + ",".join(map(text, token)) + "]"
    return json.dumps(token)


def plain(value: Any) -> Token:
    """Tokens of a value in Python's own types, as YAML or the driver protocol gives it."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, (int, float)):
        return Number(json.dumps(value))
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    return [plain(v) for v in value]


def differences(expected: Token, received: Token, path: str = "") -> Iterator[Difference]:
    """Where two values differ. The order of names does not count; the digits of numbers do."""
    if not _alike(expected, received):
        yield from _told(expected, received, path)


def _alike(expected: Token, received: Token) -> bool:
    """Whether two values are the same: the common case, without paths."""
    kind = type(expected)
    if kind is not type(received):
        return same(expected, received)
    if kind is dict:
        if len(expected) != len(received):
            return False
        for name, value in expected.items():
            if name not in received:
                return False
            other = received[name]
            if (value is not None or other is not None) and not _alike(value, other):
                return False
        return True
    if kind is list:
        return len(expected) == len(received) and all(map(_alike, expected, received))
    return bool(expected == received)


def _told(expected: Token, received: Token, path: str) -> Iterator[Difference]:
    if isinstance(expected, dict) and isinstance(received, dict):
        for name in [*expected, *(n for n in received if n not in expected)]:
            here = f"{path}.{name}" if path else name
            if name not in received:
                yield Difference(here, brief(expected[name]), MISSING)
            elif name not in expected:
                yield Difference(here, NOTHING, brief(received[name]))
            else:
                yield from _told(expected[name], received[name], here)
    elif isinstance(expected, list) and isinstance(received, list):
        for index in range(max(len(expected), len(received))):
            here = f"{path}[{index}]"
            if index >= len(received):
                yield Difference(here, brief(expected[index]), MISSING)
            elif index >= len(expected):
                yield Difference(here, NOTHING, brief(received[index]))
            else:
                yield from _told(expected[index], received[index], here)
    elif not same(expected, received):
        yield Difference(path, brief(expected), brief(received))


def same(expected: Token, received: Token) -> bool:
    """Whether two scalars are the same token: `"1"`, `1` and true are three."""
    if isinstance(expected, (dict, list)) or isinstance(received, (dict, list)):
        return type(expected) is type(received) and bool(expected == received)
    return _sort(expected) is _sort(received) and bool(expected == received)


def brief(token: Token, most: int = 120) -> str:
    """A value fit for one line of a message."""
    shown = text(token)
    return shown if len(shown) <= most else f"{shown[: most - 20]}... ({len(shown)} characters)"


def _sort(token: Token) -> type:
    return Number if isinstance(token, (Number, int, float)) and not isinstance(token, bool) else type(token)


def _refuse(word: str) -> Any:
    raise ValueError(f"{word} is not JSON")


_decoder = json.JSONDecoder(parse_float=Number, parse_int=Number, parse_constant=_refuse, object_pairs_hook=distinct)
