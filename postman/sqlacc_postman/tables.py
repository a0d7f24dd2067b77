"""Markdown tables that people read and the importer reads back: one line a row, every text kept exactly."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

_ESCAPED = {"\\": "\\\\", "|": "\\|", "\n": "\\n", "\r": "\\r", "\t": "\\t", "<": "\\<", "`": "\\`"}
_UNESCAPED = {"n": "\n", "r": "\r", "t": "\t", "_": " "}
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_BAR = re.compile(r"(?<!\\)((?:\\\\)*)\|")
_RULE = re.compile(r"\s*\|?(\s*:?-+:?\s*\|)+\s*(:?-+:?)?\s*")

Row = dict[str, str]


def cell(text: str) -> str:
    """The text as it stands in a table."""
    escaped = "".join(_ESCAPED.get(character, character) for character in text)
    if escaped[:1].isspace():
        escaped = "\\_" * (len(escaped) - len(escaped.lstrip(" "))) + escaped.lstrip(" ")
    if escaped[-1:] == " ":
        escaped = escaped.rstrip(" ") + "\\_" * (len(escaped) - len(escaped.rstrip(" ")))
    return escaped


def uncell(text: str) -> str:
    """What `cell` was given."""
    return _ESCAPE.sub(lambda found: _UNESCAPED.get(found[1], found[1]), text.strip(" "))


def write(columns: Sequence[str], rows: Iterable[Mapping[str, str]], *, keep: Sequence[str] = ()) -> list[str]:
    """The lines of a table; columns that are empty everywhere are left out, but for those of `keep`."""
    rows = list(rows)
    shown = [name for name in columns if name in keep or any(row.get(name) for row in rows)]
    lines = ["| " + " | ".join(shown) + " |", "|" + " --- |" * len(shown)]
    lines += ["| " + " | ".join(cell(row.get(name, "")) for name in shown) + " |" for row in rows]
    return lines


def facts(pairs: Mapping[str, str]) -> list[str]:
    """A table of two columns, `fact` and `value`, without the facts that are empty."""
    return write(("fact", "value"), [{"fact": name, "value": value} for name, value in pairs.items() if value])


def sections(text: str) -> Iterator[tuple[str, list[str], list[list[Row]]]]:
    """Parts of a description by their headings: heading ("" before the first), other lines, tables."""
    heading, lines, tables = "", list[str](), list[list[Row]]()
    pending = text.split("\n")
    index = 0
    while index < len(pending):
        line = pending[index].rstrip("\r")
        index += 1
        if re.match(r"#{1,6} ", line):
            yield heading, lines, tables
            heading, lines, tables = line.lstrip("#").strip(), [], []
        elif line.lstrip().startswith("|") and index < len(pending) and _RULE.fullmatch(pending[index]):
            names = _cells(line)
            index += 1
            rows: list[Row] = []
            while index < len(pending) and pending[index].lstrip().startswith("|"):
                rows.append(dict(zip(names, _cells(pending[index]), strict=False)))
                index += 1
            tables.append(rows)
        else:
            lines.append(line)
    yield heading, lines, tables


def _cells(line: str) -> list[str]:
    marked = _BAR.sub(lambda found: found[1] + "\0", line.strip().replace("\0", ""))
    return [uncell(part) for part in marked.strip("\0").split("\0")]


def as_facts(rows: Iterable[Row]) -> dict[str, str]:
    """A table written by `facts`, read back."""
    return {row["fact"]: row.get("value", "") for row in rows if row.get("fact")}
