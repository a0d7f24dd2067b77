"""Text of the spec -> Python source: the only two ways in. Neither can end a string or a docstring early."""

from __future__ import annotations

from decimal import Decimal

from ...ir import Json

WIDTH = 100  # columns of a line of documentation

_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\"}
# Written as escapes: what does not show, and what turns the direction of reading. Ranges instead of
# str.isprintable(), which depends on the Unicode version of the Python that runs this.
_HIDDEN = (
    (0x00, 0x1F),
    (0x7F, 0xA0),
    (0xAD, 0xAD),
    (0x61C, 0x61C),
    (0x180E, 0x180E),
    (0x2000, 0x200F),
    (0x2028, 0x202F),
    (0x205F, 0x206F),
    (0x3000, 0x3000),
    (0xD800, 0xF8FF),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFF0, 0xFFFF),
    (0xE0000, 0x10FFFF),
)


def literal(value: Json) -> str:
    """A JSON value as a Python expression on one line."""
    if isinstance(value, str):
        return _quoted(value)
    if value is None or isinstance(value, (bool, int)):
        return repr(value)
    if isinstance(value, (float, Decimal)):
        return _quoted(str(value))
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_quoted(str(key))}: {literal(item)}" for key, item in value.items()) + "}"
    return "[" + ", ".join(literal(item) for item in value) + "]"


def _quoted(text: str) -> str:
    quote = "'" if '"' in text and "'" not in text else '"'
    return quote + "".join("\\" + c if c == quote else _NAMED.get(c) or _visible(c) for c in text) + quote


def _visible(character: str) -> str:
    code = ord(character)
    if not any(first <= code <= last for first, last in _HIDDEN):
        return character
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def doc(text: str) -> list[str]:
    """Lines for a docstring in three double quotes; an empty line keeps paragraphs apart."""
    lines: list[str] = []
    for paragraph in text.split("\n\n"):
        words = paragraph.split()
        if lines and words:
            lines.append("")
        lines += _wrapped([_safe(word) for word in words])
    if lines and lines[-1].endswith('"'):
        lines[-1] = lines[-1][:-1] + '\\"'
    return lines or [""]


def _safe(word: str) -> str:
    escaped = "".join("\\\\" if c == "\\" else _visible(c) for c in word)
    return escaped.replace('"""', '\\"\\"\\"')


def _wrapped(words: list[str]) -> list[str]:
    lines: list[str] = []
    for word in words:
        for piece in _pieces(word):
            if lines and _columns(lines[-1]) + 1 + _columns(piece) <= WIDTH:
                lines[-1] += f" {piece}"
            else:
                lines.append(piece)
    return lines


def _pieces(word: str) -> list[str]:
    """A word that is longer than a line, in pieces; an escape sequence is never cut."""
    pieces = [""]
    index = 0
    while index < len(word):
        length = {"x": 4, "u": 6, "U": 10}.get(word[index + 1 : index + 2], 2) if word[index] == "\\" else 1
        unit = word[index : index + length]
        if _columns(pieces[-1]) + _columns(unit) > WIDTH:
            pieces.append("")
        pieces[-1] += unit
        index += length
    return pieces


def _columns(text: str) -> int:
    return len(text) + sum(1 for c in text if ord(c) >= 0x1100)
