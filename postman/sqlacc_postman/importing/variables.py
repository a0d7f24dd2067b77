"""Variables of a collection and its environments, put in their places: `{{base_url}}/agent`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from .report import Report
from .secrets import Secrets, is_secret_name

VARIABLE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_DEEPEST = 20
_LONGEST = 100_000  # characters; variables that multiply each other stop here


class Variables:
    """Names and values; secrets are known by name only."""

    def __init__(self, report: Report, secrets: Secrets) -> None:
        self._report = report
        self._secrets = secrets
        self._values: dict[str, str] = {}
        self._filled: dict[str, str] = {}

    def add(self, entries: Any, where: str) -> None:
        """Take a list `variable` or `values`; later ones win."""
        self._filled.clear()
        for number, entry in enumerate(entries if isinstance(entries, list) else ()):
            if not isinstance(entry, dict) or entry.get("enabled") is False or entry.get("disabled") is True:
                continue
            name, value = entry.get("key", entry.get("id")), entry.get("value", entry.get("initialValue"))
            if not isinstance(name, str) or not name:
                self._report.add("lost", f"{where}[{number}]", "a variable without a name")
            elif entry.get("type") == "secret" or is_secret_name(name):
                self._secrets.note(f"{where} {name}", name, value)
            elif isinstance(value, (str, int)):
                self._values[name] = str(value).lower() if isinstance(value, bool) else str(value)

    def fill(self, text: str, where: str, keep: Iterable[str] = ()) -> str:
        """The text with known variables replaced; unknown ones, secrets and circles stay as they are."""
        return self._fill(text, where, tuple(keep)) if "{{" in text else text

    def _fill(self, text: str, where: str, open_: tuple[str, ...]) -> str:
        def value(found: re.Match[str]) -> str:
            return self._value(found[1], where, open_) if found[1] in self._values else found[0]

        filled = VARIABLE.sub(value, text)
        if len(filled) > _LONGEST and len(filled) > len(text):
            self._report.add("lost", where, "variables make this text too long; they were left in place")
            return text
        return filled

    def _value(self, name: str, where: str, open_: tuple[str, ...]) -> str:
        """The value of a variable, its own variables filled; worked out once."""
        if name in self._filled:
            return self._filled[name]
        if name in open_ or len(open_) > _DEEPEST:
            self._report.add("lost", where, f"the variable {name} refers to itself")
            return f"{{{{{name}}}}}"
        filled = self._fill(self._values[name], where, (*open_, name))
        self._filled[name] = filled
        return filled
