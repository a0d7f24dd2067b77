"""The facts of the specs -> statements: a name, a sentence, and how it is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...ir import Api, Evidence, Json

_SAID_OTHERWISE = frozenset({"doc", "evidence", "reading", "rows"})


@dataclass(frozen=True)
class Said:
    """One statement: a sentence, further values by name, and `evidence` as the specs write it: `documented VD`."""

    name: str
    text: str
    evidence: str
    values: tuple[tuple[str, str], ...] = ()
    reading: str = ""  # id of the reading that says what is not certain about it


def evidence_text(evidence: Evidence) -> str:
    """`documented WB PM (caveat)`."""
    known = " ".join((evidence.grade, *evidence.sources))
    return f"{known} ({evidence.note})" if evidence.note else known


class Facts:
    """What `api.yaml` says beyond objects; whatever a spec leaves out is empty, never an error."""

    def __init__(self, api: Api) -> None:
        self._facts = api.facts
        self._readings = {reading.id for reading in api.readings}

    def at(self, path: str) -> Any:
        """The value at `tax.sst`, or an empty mapping."""
        found: Any = self._facts
        for name in path.split("."):
            found = found.get(name) if isinstance(found, Mapping) else None
        return {} if found is None else found

    def text(self, path: str) -> str:
        """The words at `on_premise.system.doc`, empty when nothing is there."""
        found = self.at(path)
        return "" if found == {} else words(found)

    def rows(self, path: str) -> list[Mapping[str, Json]]:
        """The list of mappings at `tax.sst`, or none."""
        found = self.at(path)
        return [row for row in found if isinstance(row, Mapping)] if isinstance(found, (list, tuple)) else []

    def pairs(self, path: str) -> list[tuple[str, Json]]:
        """Names and plain values at `einvoice.states`."""
        found = self.at(path)
        items = found.items() if isinstance(found, Mapping) else ()
        return [(str(key), value) for key, value in items if key not in ("evidence", "doc")]

    def said(self, path: str, leave_out: str = "") -> list[Said]:
        """Every statement of a section, itself first when it says something."""
        section = self.at(path)
        if not isinstance(section, Mapping):
            return []
        evidence = str(section.get("evidence", ""))
        found = [Said("", str(section["doc"]), evidence)] if section.get("doc") else []
        for name, value in section.items():
            if name not in ("doc", "evidence", *leave_out.split()) and isinstance(value, Mapping):
                found.append(self._one(str(name).replace("_", " "), value, evidence))
        return found

    def _one(self, name: str, said: Mapping[str, Json], evidence: str) -> Said:
        doc, reading = str(said.get("doc") or ""), str(said.get("reading") or "")
        told = {key.replace("_", " "): words(value) for key, value in said.items() if key not in _SAID_OTHERWISE}
        values = tuple((key, value) for key, value in told.items() if value and value not in doc)
        known = reading if reading in self._readings else ""
        return Said(name[:1].upper() + name[1:], doc, str(said.get("evidence", evidence)), values, known)


def words(value: Json) -> str:
    """A value of any shape as text for people."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {words(item)}" for key, item in value.items() if key != "evidence")
    if isinstance(value, (list, tuple)):
        return ", ".join(map(words, value))
    return str(value).lower() if isinstance(value, bool) else str(value)
