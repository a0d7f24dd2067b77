"""A body of the wire, and where it differs -> lines to show: indented JSON with what was expected beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ..tokens import MISSING, NOTHING, Token, parse, text

Mark = tuple[str, str]  # expected, received
Shown = list[Any]  # depth, text, kind ("", wrong, missing, extra), what was expected


def body_lines(body: str, marks: Mapping[str, Mark]) -> list[Shown]:
    """`marks` by path, as `sdsdocdetail[0].qty`. A body that is no JSON, or was cut, is shown as it is."""
    try:
        token = parse(body.encode())
    except (ValueError, RecursionError):
        expected = marks.get("")
        return [[0, body, "wrong" if expected else "", expected[0] if expected else ""]] if body or expected else []
    return list(_lines(token, "", 0, "", "", marks))


def _lines(token: Token, path: str, depth: int, before: str, after: str, marks: Mapping[str, Mark]) -> Iterator[Shown]:
    kind, expected = _kind(marks.get(path))
    nested = isinstance(token, (dict, list))
    if not nested or not (token or list(_missing(path, depth, set(), marks))):
        yield [depth, f"{before}{text(token)}{after}", kind, expected]
        return
    opening, closing = "{}" if isinstance(token, dict) else "[]"
    yield [depth, before + opening, kind, expected]
    if isinstance(token, dict):
        inner = [(f"{path}.{name}" if path else name, f"{json.dumps(name, ensure_ascii=False)}: ") for name in token]
        values = list(token.values())
    else:
        inner, values = [(f"{path}[{index}]", "") for index in range(len(token))], token
    for number, ((here, name), value) in enumerate(zip(inner, values, strict=True), 1):
        yield from _lines(value, here, depth + 1, name, "," if number < len(values) else "", marks)
    yield from _missing(path, depth + 1, {here for here, _ in inner}, marks)
    yield [depth, closing + after, "", ""]


def _missing(path: str, depth: int, there: set[str], marks: Mapping[str, Mark]) -> Iterator[Shown]:
    """What should have stood in this object or list."""
    for place, (expected, received) in marks.items():
        parent, name = _parent(place)
        if parent == path and place not in there and received == MISSING:
            yield [depth, f"{name}{expected}", "missing", ""]


def _parent(path: str) -> tuple[str, str]:
    """`rows[0].qty` -> `rows[0]`, `"qty": `."""
    if path.endswith("]"):
        return path[: path.rindex("[")], ""
    parent, _, name = path.rpartition(".")
    return parent, f"{json.dumps(name, ensure_ascii=False)}: "


def _kind(mark: Mark | None) -> tuple[str, str]:
    if mark is None:
        return "", ""
    return ("extra", "") if mark[0] == NOTHING else ("wrong", mark[0])
