"""A Change: where two specs differ, and how much that matters to code that reads and to code that writes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from ..ir import Json

Weight = Literal["safe", "risky", "breaking"]
WEIGHTS: tuple[Weight, ...] = ("safe", "risky", "breaking")


@dataclass(frozen=True)
class Change:
    """One difference. `where` is a path of ids and wire names: `sales_invoice.sdsdocdetail.qty`.

    `readers` are programs that take records from the server, `writers` those that send them.
    `fact` tells apart two changes of one kind at one place; with `where` and `code` it makes the fingerprint.
    """

    where: str
    code: str
    message: str
    readers: Weight
    writers: Weight
    fact: Json = None
    addition: bool = False  # something new that nobody used before
    effects: dict[str, str] = field(default_factory=dict)  # language id -> what its users see

    @property
    def weight(self) -> Weight:
        return max(self.readers, self.writers, key=WEIGHTS.index)

    @property
    def fingerprint(self) -> str:
        """Twelve hex digits that stay the same for the same change, whatever else changes around it."""
        text = json.dumps([self.where, self.code, self.fact], sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:12]


def in_order(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Heaviest first, then by place."""
    return tuple(sorted(changes, key=lambda c: (-WEIGHTS.index(c.weight), c.where, c.code, c.fingerprint)))


def bump(changes: Iterable[Change]) -> Literal["major", "minor", "patch", "none"]:
    """The smallest semantic version step that is honest about the changes."""
    changes = tuple(changes)
    if any(c.weight == "breaking" for c in changes):
        return "major"
    if any(c.weight == "risky" or c.addition for c in changes):
        return "minor"
    return "patch" if changes else "none"
