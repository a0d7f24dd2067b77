"""Values and texts of the spec -> JavaScript source that Prettier leaves as it is; TypeScript reads it too."""

from __future__ import annotations

import json
import re
import textwrap

from ..ir import Json
from ..language import Role

WIDTH = 120
_IDENTIFIER = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
# Line separators end lines in some tools; marks of writing direction make code look like what it is not.
_HIDDEN = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
)


def literal(value: Json) -> str:
    """A value as an expression. Objects take a line for each member, lists one line where they fit."""
    return "\n".join(_lines(value))


def _lines(value: Json) -> list[str]:
    if isinstance(value, dict):
        return _object(value)
    if isinstance(value, (list, tuple)):
        return _list(list(value))
    if isinstance(value, str):
        return [text_literal(value)]
    return [json.dumps(value)]


def _object(value: dict[str, Json]) -> list[str]:
    if not value:
        return ["{}"]
    lines = ["{"]
    for name, member in value.items():
        key = name if _IDENTIFIER.fullmatch(name) and name.isascii() else text_literal(name)
        lines += _indented(_lines(member), f"{key}: ")
    return [*lines, "}"]


def _list(value: list[Json]) -> list[str]:
    items = [_lines(item) for item in value]
    if all(len(item) == 1 for item in items):
        line = f"[{', '.join(item[0] for item in items)}]"
        if len(line) < WIDTH - 40:  # room for what stands before it
            return [line]
    lines = ["["]
    for item in items:
        lines += _indented(item)
    return [*lines, "]"]


def _indented(lines: list[str], before: str = "") -> list[str]:
    """The lines one level deeper, `before` at the start and a comma at the end."""
    *others, last = [before + lines[0], *lines[1:]]
    return [*(f"  {line}" for line in others), f"  {last},"]


def text_literal(text: str) -> str:
    """A string, in the quotes that need fewer escapes."""
    body = json.dumps(text, ensure_ascii=False)[1:-1]
    body = _HIDDEN.sub(lambda match: f"\\u{ord(match[0]):04x}", body)
    body = "".join(c if c.isprintable() or c == " " else _escape(c) for c in body)
    if text.count('"') > text.count("'"):
        return "'" + body.replace('\\"', '"').replace("'", "\\'") + "'"
    return f'"{body}"'


def _escape(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def doc(text: str, width: int = 110) -> list[str]:
    """Lines that cannot end a documentation comment, nor be taken for its tags."""
    clean = _HIDDEN.sub(lambda match: " " if match[0] in "\r\u000b\f\u2028\u2029" else "", text)
    clean = clean.replace("*/", "*\u2215")
    clean = re.sub(r"@(?=[A-Za-z])", "(at)", clean)
    lines: list[str] = []
    for paragraph in clean.split("\n"):
        lines += textwrap.wrap(paragraph, width, break_long_words=False, break_on_hyphens=False) or [""]
    return lines


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What a variable cannot be called: words of the language, and variables that samples have.
_TAKEN = _words(
    """await break case catch class const continue debugger default delete do else enum export extends false finally for
    function if implements import in instanceof interface let new null package private protected public return static
    super switch this throw true try typeof var void while with yield
    blob changes client error options pdf stored where"""
)
variable = Role(lambda named: named.name.camel(), _TAKEN)
