"""Failures that are known -> lines of the log with other verdicts: a known failure must still fail, and fail alike.

The file is YAML, a list of entries: `case` (a whole id such as `php/agent/get[missing]`, without its language for all
of them, or a `*` pattern of either), `message` (how the failure's text begins), `reason`, and `until`, the day from
which the entry no longer counts. A case that passes, is skipped or fails in other words, an entry past its day and one
that fits no case at all are failures.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from fnmatch import fnmatchcase
from pathlib import Path

import click
import yaml

from .results import Line

NAMES = {"case", "message", "reason", "until"}


@dataclass(frozen=True)
class Known:
    """One entry."""

    case: str
    message: str
    reason: str
    until: date

    def fits(self, id: str) -> bool:
        """Brackets are part of ids; only `*` stands for anything."""
        pattern = self.case.replace("[", "[[]").replace("?", "[?]")
        return fnmatchcase(id, pattern) or fnmatchcase(id.partition("/")[2], pattern)


@dataclass(frozen=True)
class Expected:
    """The entries of a file."""

    entries: list[Known]

    def judge(self, line: Line, today: date) -> Line:
        """The line, with the verdict `passed` for a failure that is known and `failed` for one that should fail."""
        if line["type"] != "case":
            return line
        for entry in self.entries:
            if entry.fits(line["id"]):
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

    def stale(self, ids: Collection[str]) -> Iterator[Line]:
        """Problems: entries that fit none of all the cases there are, whether or not this run tries them."""
        for entry in self.entries:
            if not any(entry.fits(id) for id in ids):
                yield {"type": "problem", "language": "", "message": f"no case fits the expected failure {entry.case}"}


def read(path: Path) -> Expected:
    """Raises a usage error, with every place of it, for a file that is no such list."""
    try:
        text = path.read_text("utf-8-sig")
        root, found = yaml.compose(text, yaml.SafeLoader), yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        raise click.UsageError(f"{_at(path, error.problem_mark)}: {error.problem}") from None
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        raise click.UsageError(f"{path}: {error}") from None
    if found is None:
        return Expected([])
    if not isinstance(found, list) or root is None:
        raise click.UsageError(f"{path}:1:1: the file is no list of entries")
    told = [(node, _complaint(one, node)) for node, one in zip(root.value, found, strict=True)]
    wrong = [f"{_at(path, node.start_mark)}: {complaint}" for node, complaint in told if complaint]
    if wrong:
        raise click.UsageError("\n".join(wrong))
    return Expected([Known(**one) for one in found])


def _at(path: Path, mark: yaml.Mark | None) -> str:
    return f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)


def _complaint(one: object, node: yaml.Node) -> str:
    """What is wrong with an entry; empty when nothing is."""
    if not isinstance(one, dict) or set(one) != NAMES or len(node.value) != len(NAMES):
        return f"an entry has {', '.join(sorted(NAMES))}, each once; this one is {one}"
    for name in sorted(NAMES - {"until"}):
        if not isinstance(one[name], str) or not one[name].strip():
            return f"{name} must be a text that says something, not {one[name]!r}"
    until = one["until"]
    if not isinstance(until, date) or isinstance(until, datetime):
        return f"until must be a day, as 2026-12-31, not {until!r}"
    return ""


def _wrong(line: Line, message: str) -> Line:
    return line | {"verdict": "failed", "message": message}
