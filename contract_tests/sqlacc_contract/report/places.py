"""A line of the log about a case -> the place in the spec that the case stands on."""

from __future__ import annotations

import re
from pathlib import Path

from sqlacc_codegen.load import read_api
from sqlacc_codegen.problems import Place
from sqlacc_codegen.source import Document, lookup

from ..results import Line


class Places:
    """The files of a spec folder, read when the first place is asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._spec = read_api(folder).spec

    def of(self, line: Line) -> Place:
        """The field that differs, else the operation, else the object, the workflow or the reading."""
        file = line["message"].partition(": ")[0]
        if line["subject"] == "cassettes" and file.endswith(".yaml"):  # it cannot be read
            return Place(file, 1, 1)
        reading = next(iter(line["reading"]), "")
        if line["operation"] == "readings" and reading and self._spec.api:
            return self._spec.api.place("readings", reading, key=True)
        document = self._spec.objects.get(line["subject"])
        if document is None:
            other = self._spec.workflows.get(line["subject"]) or self._spec.api
            return other.place() if other else Place(str(self._folder))
        for one in line["differences"]:
            found = self._field(document, one["path"])
            if found:
                return found
        operations = lookup(document.data, ["operations"])
        if isinstance(operations, list) and line["operation"] in operations:
            return document.place("operations", operations.index(line["operation"]))
        return document.place("object", key=True)

    def _field(self, document: Document, path: str) -> Place | None:
        """`request 1 body sdsdocdetail[0].qty`: the last name that is a field, below the tables that are named."""
        at: list[str] = []
        for name in re.findall(r"[A-Za-z_][A-Za-z0-9_]*", path):
            if lookup(document.data, [*at, "lines", name]) is not None:
                at += ["lines", name]
            elif name in (lookup(document.data, [*at, "fields"]) or ()):
                return document.place(*at, "fields", name, key=True)
            elif self._spec.fields and self._grouped(lookup(document.data, [*at, "fields"]), name):
                return self._spec.fields.place("fields", name, key=True)
        return document.place(*at, key=True) if at else None

    def _grouped(self, fields: object, name: str) -> bool:
        """Whether a field comes with a group that is named among these."""
        assert self._spec.fields is not None
        groups = lookup(self._spec.fields.data, ["groups"]) or {}
        return isinstance(fields, dict) and any(name in groups.get(group, ()) for group in fields)
