"""Failures that are known -> lines of the log with other verdicts: a known failure must still fail, and fail alike.

The file is YAML, a list of entries: `case` (an id or a `*` pattern), `message` (how the failure's text begins),
`reason`, and `until`, the day from which the entry no longer counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import click
import yaml

from .results import Line
from .verify import fits

NAMES = {"case", "message", "reason", "until"}


@dataclass
class Known:
    """One entry."""

    case: str
    message: str
    reason: str
    until: date
    met: bool = field(default=False, compare=False)


@dataclass
class Expected:
    """The entries of a file, and which of them were met."""

    entries: list[Known]

    def judge(self, line: Line, today: date) -> Line:
        """The line, with the verdict `passed` for a failure that is known and `failed` for one that should fail."""
        if line["type"] != "case":
            return line
        for entry in self.entries:
            if fits(line["id"], entry.case):
                entry.met = True
                return self._judged(line, entry, today)
        return line

    def _judged(self, line: Line, entry: Known, today: date) -> Line:
        if today >= entry.until:
            return _wrong(line, f"the expected failure ({entry.reason}) has expired on {entry.until}")
        if line["verdict"] == "passed":
            return _wrong(line, f"was expected to fail ({entry.reason}) and passed: take it off the list")
        if line["verdict"] == "skipped":
            return _wrong(line, f"was expected to fail ({entry.reason}) and was skipped: {line['message']}")
        if not line["message"].startswith(entry.message):
            return _wrong(line, f"was expected to fail with {entry.message!r}, failed with: {line['message']}")
        return line | {"verdict": "passed", "message": f"fails as expected: {entry.reason}"}

    def left(self) -> Iterator[Line]:
        """Entries that no case met."""
        for entry in self.entries:
            if not entry.met:
                yield {"type": "problem", "language": "", "message": f"no case fits the expected failure {entry.case}"}


def read(path: Path) -> Expected:
    """Raises a usage error for a file that is no such list."""
    try:
        found = yaml.safe_load(path.read_text("utf-8")) or []
        entries = [_entry(one) for one in found]
    except (OSError, UnicodeDecodeError, yaml.YAMLError, TypeError, ValueError) as error:
        raise click.UsageError(f"{path}: {error}") from None
    return Expected(entries)


def _entry(one: object) -> Known:
    if not isinstance(one, dict) or set(one) != NAMES:
        raise ValueError(f"an entry has {', '.join(sorted(NAMES))}; this one is {one}")
    until = one["until"]
    if not isinstance(until, date):
        raise ValueError(f"until must be a day, as 2026-12-31, not {until!r}")
    return Known(str(one["case"]), str(one["message"]), str(one["reason"]), until)


def _wrong(line: Line, message: str) -> Line:
    return line | {"verdict": "failed", "message": message}
