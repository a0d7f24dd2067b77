"""Finds secrets by the names and forms that they have, and keeps them out of everything that is written."""

from __future__ import annotations

import re
from typing import Any

from .report import Report

_NAMES = re.compile(
    r"secret|passw(or)?d|passphrase|token|access[_-]?key|api[_-]?key|private[_-]?key|credential|authori[sz]ation"
    r"|cookie|signature|bearer",
    re.IGNORECASE,
)
_FORMS = re.compile(
    r"\b[0-9a-fA-F]{32}\.sql\.my(?:/[A-Za-z0-9._-]+)?"
    r"|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"
    r"|AWS4-HMAC-SHA256\s[^\n\"]*"
    r"|(?<=Signature=)[0-9a-fA-F]{64}"
    r"|\bBearer\s+[A-Za-z0-9._~+/=-]{16,}"
    r"|\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)",
    re.DOTALL,
)
REMOVED = "(secret removed)"
_SHORTEST = 8  # a shorter secret would be found inside ordinary words


def is_secret_name(name: str) -> bool:
    """Whether something of this name holds a secret."""
    return bool(_NAMES.search(name))


class Secrets:
    """The secrets of one collection."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._values: set[str] = set()
        self._pattern: re.Pattern[str] | None = None

    def note(self, where: str, name: str, value: object) -> None:
        """Remember a secret value; a variable in its place is none."""
        text = value if isinstance(value, str) else ""
        if not text.strip() or re.fullmatch(r"\s*\{\{[^{}]*\}\}\s*", text):
            return
        self._report.add("secret", where, f"{name} holds a value; it was not written anywhere")
        if len(text) >= _SHORTEST:
            self._values.add(text)
            self._pattern = None

    def scrub(self, text: str, where: str) -> str:
        """The text without secrets."""
        if self._pattern is None:
            known = sorted(self._values, key=len, reverse=True)[:1000]
            self._pattern = re.compile("|".join(map(re.escape, known)) if known else r"(?!)")
        cleaned, form = _FORMS.subn(REMOVED, text)
        cleaned, value = self._pattern.subn(REMOVED, cleaned)
        if form or value:
            self._report.add("secret", where, "a secret stands in a text; it was left out")
        return cleaned

    def clean(self, value: Any, where: str) -> Any:
        """A JSON value without secrets; what stands under a secret's name is emptied."""
        if isinstance(value, str):
            cleaned = self.scrub(value, where)
            return value if cleaned == value else cleaned  # a text may be of a kind of its own
        if isinstance(value, list):
            return [self.clean(item, where) for item in value]
        if isinstance(value, dict):
            return {self.scrub(str(key), where): self._named(str(key), item, where) for key, item in value.items()}
        return value

    def _named(self, key: str, item: Any, where: str) -> Any:
        if is_secret_name(key) and isinstance(item, (str, int)) and not isinstance(item, bool) and item != "":
            self.note(f"{where}.{key}", key, str(item))
            return ""
        return self.clean(item, where)
