"""A name in a spec -> a finding when there is no such thing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..hints import did_you_mean, quoted
from ..resolve_fields import Path
from ..source import Document
from .core import Finding


class Look:
    """Looks names up, below one path of one document."""

    def __init__(self, document: Document, path: Path) -> None:
        self._document = document
        self._path = path

    def missing(self, path: Path, what: str, name: Any, known: Any) -> Finding:
        message = f"there is no {what} {quoted(name)}"
        return Finding(self._document, (*self._path, *path), message, did_you_mean(str(name), known))

    def each(self, path: Path, names: Any, known: Any, what: str = "field") -> Iterator[Finding]:
        """Problems with a name, or with those of a list; nothing given is no problem."""
        if isinstance(names, list):
            for index, name in enumerate(names):
                yield from self.each((*path, index), name, known, what)
        elif names is not None and names not in known:
            yield self.missing(path, what, names, known)

    def copy(self, path: Path, names: Mapping[str, str] | None, targets: Any, sources: Any) -> Iterator[Finding]:
        """Problems with a mapping target: source; sources of None are not known."""
        for target, source in (names or {}).items():
            if target not in targets:
                finding = self.missing((*path, target), "field", target, targets)
                yield finding._replace(key=True)
            if sources is not None:
                yield from self.each((*path, target), source, sources)
