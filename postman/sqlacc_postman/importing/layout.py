"""Data -> YAML as people write specs: short rows in braces, every text safe and unchanged when read back."""

from __future__ import annotations

import json
import re
from typing import Any

_PLAIN = re.compile(r"[A-Za-z_/][A-Za-z0-9_./()-]*( [A-Za-z0-9_./()-]+)*")
_WORDS = {"null", "true", "false", "yes", "no", "on", "off", "y", "n", "none"}
_WIDTH = 118


def dump(data: dict[str, Any], header: str = "") -> str:
    """A whole file."""
    return header + "".join(f"{line}\n" for line in _block(data, 0))


def entry(key: str, value: Any, indent: int) -> list[str]:
    """One key with its value, at this indent."""
    return _pair(key, value, indent)


def scalar(value: Any) -> str:
    """A value as one word or a text in quotes."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value) if -(2**63) <= value < 2**63 else f'"{value}"'
    text = str(value)
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS and text.isascii():
        return text
    return quoted(text)


def quoted(text: str) -> str:
    """In double quotes, with everything escaped that YAML would not read back as it is."""
    return '"' + "".join(_character(c) for c in text) + '"'


def _character(c: str) -> str:
    if c in '"\\':
        return f"\\{c}"
    if c == "\n":
        return "\\n"
    code = ord(c)
    if 0xD800 <= code <= 0xDFFF:
        return "\\uFFFD"
    if " " <= c <= "~" or (c.isprintable() and code not in (0xFEFF, 0x2028, 0x2029)):
        return c
    return f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"


def flow(value: Any) -> str:
    """On one line, in braces and brackets."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key_text(key)}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    return scalar(value) if not isinstance(value, str) or "," not in value else quoted(value)


def key_text(key: Any) -> str:
    text = str(key)
    plain = re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*", text) and text.lower() not in _WORDS
    return text if plain else quoted(text)


def _block(data: dict[str, Any], indent: int) -> list[str]:
    return [line for key, value in data.items() for line in _pair(key, value, indent)]


def _pair(key: Any, value: Any, indent: int) -> list[str]:
    pad = " " * indent
    if not isinstance(value, (dict, list)) or not value:
        return [f"{pad}{key_text(key)}: {flow(value)}"]
    short = f"{pad}{key_text(key)}: {flow(value)}"
    if len(short) <= _WIDTH and not any(isinstance(v, (dict, list)) and v for v in _items(value)):
        return [short]
    if isinstance(value, dict):
        return [f"{pad}{key_text(key)}:", *_block(value, indent + 2)]
    return [f"{pad}{key_text(key)}:", *(line for item in value for line in _item(item, indent + 2))]


def _item(item: Any, indent: int) -> list[str]:
    short = " " * indent + "- " + flow(item)
    if not isinstance(item, dict) or not item or len(short) <= _WIDTH:
        return [short]
    first, *rest = _block(item, indent + 2)
    return [" " * indent + "- " + first[indent + 2 :], *rest]


def _items(value: Any) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else list(value)


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are equal, 1 and true apart."""
    return json.dumps(one, sort_keys=True, default=str) == json.dumps(other, sort_keys=True, default=str)
