"""Texts of the specs -> Markdown and HTML that show them and do nothing else: the boundary against injection."""

from __future__ import annotations

import html as _html
import json
import re
from collections.abc import Iterator, Mapping

from ...ir import Json

# What would end a line, hide, or turn the direction of reading is shown by its code point instead.
_INVISIBLE = re.compile(
    "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)
_SPECIAL = re.compile(r"[\\`*{}\[\]<>#|&~^$!@]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_LINE_START = re.compile(r"(?=[-+=%(:.\"'])|(\d+)(?=[.)])")


def plain(text: object) -> str:
    """One line; what cannot be seen is spelled out."""
    return _visible(" ".join(str(text).split()))


def md(text: object) -> str:
    """Text inside a paragraph, heading or table cell of Markdown."""
    escaped = _SPECIAL.sub(lambda found: "\\" + found[0], plain(text))
    start = _LINE_START.match(escaped)
    return escaped if not start else f"{start[1] or ''}\\{escaped[start.end() :]}"


def code(text: object) -> str:
    """A code span of Markdown, inside a table or not: a bar is no same thing in both, so it takes the tag."""
    inner = plain(text) or " "
    if "|" in inner:
        return f"<code>{md(inner)}</code>"
    ticks = "`" * (_longest(inner, "`") + 1)
    pad = " " if inner[0] in "` " or inner[-1] in "` " else ""
    return f"{ticks}{pad}{inner}{pad}{ticks}"


def fence(text: str, language: str = "text") -> str:
    """A block of code; nothing in it ends it."""
    ticks = "`" * max(3, _longest(text, "`") + 1)
    body = "\n".join(_visible(line) for line in re.split(r"\r\n|\r|\n", text.rstrip("\n")))
    return f"{ticks}{language}\n{body}\n{ticks}"


def html(text: object) -> str:
    """Text between tags or in a quoted attribute."""
    return _html.escape(plain(text))


def json_text(value: Json) -> str:
    """A payload as people write it: rows of a table that fit stay on one line."""
    text = "".join(_json(value, "")) + "\n"
    return _INVISIBLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _json(value: Json, indent: str) -> Iterator[str]:
    flat = json.dumps(value, ensure_ascii=False)
    deeper = indent + "  "
    if isinstance(value, Mapping) and value and not (indent and len(flat) + len(indent) <= 84):
        items = [
            f"{json.dumps(key, ensure_ascii=False)}: {''.join(_json(item, deeper))}" for key, item in value.items()
        ]
        yield "{\n" + ",\n".join(deeper + item for item in items) + f"\n{indent}}}"
    elif isinstance(value, list) and any(isinstance(item, (Mapping, list)) for item in value):
        rows = ["".join(_json(item, deeper)) for item in value]
        yield "[\n" + ",\n".join(deeper + row for row in rows) + f"\n{indent}]"
    else:
        yield flat


def _longest(text: str, mark: str) -> int:
    return max((len(run) for run in re.findall(re.escape(mark) + "+", text)), default=0)


def _visible(text: str) -> str:
    return _INVISIBLE.sub(lambda found: f"U+{ord(found[0]):04X}", text)
