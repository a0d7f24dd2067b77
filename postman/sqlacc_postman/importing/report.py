"""The report of an import: what was lost, what is only a guess, what contradicts, which secrets were left out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["secret", "conflict", "lost", "unsure", "added"]
KINDS: dict[Kind, str] = {
    "secret": "Secrets found and left out",
    "conflict": "In conflict with the specs, which were kept",
    "lost": "Could not be carried",
    "unsure": "Inferred, or not known",
    "added": "Added",
}
_MOST = 5000  # notes of one kind; a hostile file must not fill the memory with them


@dataclass(frozen=True)
class Note:
    """One finding: where in the collection or the specs, and what."""

    kind: Kind
    where: str
    what: str


@dataclass
class Report:
    """Notes in the order found, each once."""

    source: str
    notes: dict[Note, None] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, kind: Kind, where: str, what: str) -> None:
        note = Note(kind, plain(where, 200), plain(what, 500))
        if note in self.notes:
            return
        self.counts[kind] += 1
        if self.counts[kind] <= _MOST:
            self.notes[note] = None

    def rewrite(self, change: Callable[[str], str]) -> None:
        """Put every text through `change`."""
        notes = list(self.notes)
        self.notes = {Note(note.kind, change(note.where), change(note.what)): None for note in notes}

    def of(self, kind: Kind) -> list[Note]:
        return [note for note in self.notes if note.kind == kind]

    def summary(self) -> str:
        return ", ".join(f"{self.counts[kind]} {kind}" for kind in KINDS if self.counts[kind]) or "nothing to report"

    def markdown(self) -> str:
        lines = [f"# Import of {_code(self.source)}", "", self.summary()[:1].upper() + self.summary()[1:] + "."]
        for kind, title in KINDS.items():
            if self.counts[kind]:
                lines += ["", f"## {title}", ""]
                lines += [f"- {_code(note.where)}: {_escape(note.what)}" for note in self.of(kind)]
                if self.counts[kind] > _MOST:
                    lines.append(f"- and {self.counts[kind] - _MOST} more")
        return "\n".join(lines) + "\n"

    def json(self) -> str:
        notes = [{"kind": note.kind, "where": note.where, "what": note.what} for note in self.notes]
        counts = {kind: self.counts[kind] for kind in KINDS}
        return (
            json.dumps({"source": self.source, "counts": counts, "notes": notes}, indent=2, ensure_ascii=False) + "\n"
        )


def plain(text: str, size: int) -> str:
    """One printable line."""
    shown = "".join(c if c.isprintable() else " " for c in text[: size * 2])
    shown = " ".join(shown.split())
    return shown if len(shown) <= size else f"{shown[:size]}..."


def _code(text: str) -> str:
    return "`" + plain(text, 200).replace("`", "'") + "`"


def _escape(text: str) -> str:
    return "".join(f"\\{c}" if c in "<>*_`[]\\" else c for c in text)
