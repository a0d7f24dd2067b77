"""A wrong word -> the right one it was probably meant to be."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """`did you mean "decimal"?`, or the choices when they are few and none is near, or nothing."""
    known = sorted(set(choices))
    near = difflib.get_close_matches(word.lower(), known, n=1, cutoff=0.6) if len(word) < 100 else []
    if near:
        return f'did you mean "{near[0]}"?'
    return f"known: {', '.join(known)}" if 0 < len(known) <= 12 else ""


def visible(text: str, but: str = "") -> str:
    """A text of others, fit for a terminal: what steers one, or cannot be seen or written, is spelled out."""
    return "".join(c if c.isprintable() or c in but else _spelled(c) for c in text)


def _spelled(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode()


def quoted(value: object, size: int = 60) -> str:
    """A value in a message: text in quotes, cut when long, on one line; JSON's words for the rest."""
    if isinstance(value, str):
        text = value if len(value) <= size else value[: size - 3] + "..."
        return f'"{visible(text)}"'
    if value is None or isinstance(value, bool):
        return {None: "empty (null)", True: "true", False: "false"}[value]
    return "a list" if isinstance(value, list) else "a mapping" if isinstance(value, dict) else str(value)
