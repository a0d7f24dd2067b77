"""The facts of one kind of record, read from `_shapes/<object>.json`: wire names, kinds, sizes, keys, rules."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

_CODE = re.compile(r"(\w+?)(?:\((\d+)\))?(!?)(-?)")
HOME = Path(__file__).parent / "_shapes"


@dataclass(frozen=True)
class Field:
    """One column. `limit` is the largest size of a text, or the number of decimals of a decimal."""

    wire: str
    kind: str  # text integer flag decimal date moment epoch blob
    limit: int | None
    required: bool
    read_only: bool


@dataclass(frozen=True)
class Table:
    """Columns of a record or row, and the tables below it. `key` is the row key that the server issues, if any."""

    key: str | None
    fields: Mapping[str, Field]
    lines: Mapping[str, Table]

    def in_order(self, names: Iterable[str]) -> list[str]:
        """Those of the names that are columns, in the order of the API."""
        return sorted(self.fields.keys() & names, key=self._places.__getitem__)

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {wire: place for place, wire in enumerate(self.fields)}

    @cached_property
    def required(self) -> frozenset[str]:
        """Columns that a create needs."""
        return frozenset(wire for wire, field in self.fields.items() if field.required)


@dataclass(frozen=True)
class Shape(Table):
    """A kind of record."""

    id: str
    path: str
    integer_key: bool
    counter: str | None
    number: str | None
    identity: tuple[str, ...]
    indexed: tuple[str, ...]
    pdf: str | None
    rules: tuple[Mapping[str, Any], ...]

    @property
    def path_key(self) -> str:
        """Wire name of the key in the path; every record has one."""
        return self.key or ""


def parse(facts: Mapping[str, Any]) -> Shape:
    """The shape of plain JSON."""
    return Shape(
        key=facts["key"],
        fields=_fields(facts["fields"]),
        lines=_tables(facts["lines"]),
        id=facts["id"],
        path=facts["path"],
        integer_key=facts["key_type"] == "integer",
        counter=facts["counter"],
        number=facts["number"],
        identity=tuple(facts["identity"]),
        indexed=tuple(facts["indexed"]),
        pdf=facts["pdf"],
        rules=tuple(facts["rules"]),
    )


def _fields(codes: Mapping[str, str]) -> dict[str, Field]:
    found = {}
    for wire, code in codes.items():
        match = _CODE.fullmatch(code)
        if not match:
            raise ValueError(f"{wire}: {code}")
        kind, limit, required, read_only = match.groups()
        found[wire] = Field(wire, kind, int(limit) if limit else None, bool(required), bool(read_only))
    return found


def _tables(tables: Mapping[str, Any]) -> dict[str, Table]:
    return {wire: Table(t["key"], _fields(t["fields"]), _tables(t["lines"])) for wire, t in tables.items()}


@cache
def load(object_id: str) -> Shape:
    """The shape of an object of this package."""
    return parse(json.loads((HOME / f"{object_id}.json").read_text(encoding="utf-8")))
