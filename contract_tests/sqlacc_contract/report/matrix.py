"""Lines of the log -> a matrix of subject by operation: how many cases passed, and on what evidence they stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ..results import Line, is_good, of_type

MARKS = {"documented": "●", "observed": "◐", "inferred": "○"}
LEGEND = "● documented by the vendor   ◐ observed at work   ○ inferred"
ORDER = [
    "list",
    "find",
    "get",
    "create",
    "update",
    "delete",
    "pdf",
    "iterate",
    "ensure",
    "many",
    "workflow",
    "client",
    "readings",
]


@dataclass
class Cell:
    """The cases of one subject and operation."""

    lines: list[Line] = field(default_factory=list)

    @property
    def bad(self) -> int:
        return sum(not is_good(line) for line in self.lines)

    @property
    def skipped(self) -> int:
        return sum(line["verdict"] == "skipped" for line in self.lines)

    @property
    def verdict(self) -> str:
        if self.bad:
            return "failed"
        return "skipped" if self.skipped == len(self.lines) else "passed"

    @property
    def mark(self) -> str:
        """The evidence of the first case: that of the operation itself."""
        return MARKS[self.lines[0]["evidence"]]

    @property
    def count(self) -> str:
        """`✓ 12`, `✗ 3/12`, `- 2`."""
        if self.bad:
            return f"✗ {self.bad}/{len(self.lines)}"
        return f"{'-' if self.verdict == 'skipped' else '✓'} {len(self.lines)}"

    @property
    def text(self) -> str:
        return self.count.replace(" ", "") + self.mark


@dataclass
class Matrix:
    rows: list[str]
    columns: list[str]
    cells: dict[tuple[str, str], Cell]


def matrix(lines: Iterable[Line]) -> Matrix:
    """Rows and columns in the order they were tried, well-known operations first."""
    cells: dict[tuple[str, str], Cell] = {}
    for line in of_type(lines, "case"):
        cells.setdefault((line["subject"], line["operation"]), Cell()).lines.append(line)
    rows = list(dict.fromkeys(subject for subject, _ in cells))
    seen = dict.fromkeys(operation for _, operation in cells)
    columns = [name for name in ORDER if name in seen] + [name for name in seen if name not in ORDER]
    return Matrix(rows, columns, cells)


def clients(lines: Iterable[Line]) -> list[Line]:
    """One line per client: the last word about it wins."""
    found: dict[str, Line] = {}
    for line in of_type(lines, "client"):
        before = found.get(line["language"], {})
        found[line["language"]] = before | line | {"about": line.get("about") or before.get("about")}
    return list(found.values())
