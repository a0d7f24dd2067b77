"""Sample bodies -> columns and tables with types: each with what it was concluded from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .report import Report
from .samples import Fraction, Unset
from .text import WIRE, inferred, line, tidy

_DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?")
_DECIMAL = re.compile(r"-?\d+\.(\d+)")
_SIZE = re.compile(
    r"(?:max(?:imum)?(?:\s+(?:length|size|len))?|(?:var)?char|string|text|length|size|up to)\s*[:=(]?\s*(\d{1,4})\b"
    r"|\b(\d{1,4})\s*(?:chars?|characters)\b",
    re.IGNORECASE,
)
_REQUIRED = re.compile(r"\b(required|mandatory|compulsory)\b", re.IGNORECASE)
_NOT = re.compile(r"\b(not|non|isn't)[- ](required|mandatory|compulsory)|\boptional\b", re.IGNORECASE)
_EPOCHS = range(1_000_000_000, 4_102_444_800)  # 2001 to 2100
_DEEPEST = 8

# A kind in fields.yaml -> the kinds of samples that do not speak against it.
_FITS = {
    "text": {"text", "date", "moment", "decimal"},
    "code": {"text"},
    "blob": {"text"},
    "moment": {"moment", "date", "text"},
    "date": {"date"},
    "decimal": {"decimal", "integer"},
    "integer": {"integer", "epoch"},
    "epoch": {"integer", "epoch"},
    "flag": {"flag"},
}


@dataclass
class Column:
    """What was seen of a field."""

    wire: str
    seen: str  # where it was first seen
    values: list[Any] = field(default_factory=list)
    doc: str = ""


@dataclass
class Table:
    """What was seen of a table of rows, or of the header."""

    columns: dict[str, Column] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)
    seen: str = ""


class Inference:
    """Takes samples in, gives the `fields` and `lines` of a spec file."""

    def __init__(self, report: Report, shared: Mapping[str, Mapping[str, Any]]) -> None:
        self._report = report
        self._shared = shared

    def take(self, table: Table, value: Any, seen: str, comments: Mapping[str, str], depth: int = 0) -> None:
        """Add a sample of a record or row to what is known of its table."""
        if not isinstance(value, dict):
            return
        for key, item in value.items():
            wire = self.wire(key, seen)
            if not wire:
                continue
            if isinstance(item, list) and any(isinstance(row, dict) for row in item):
                if depth >= _DEEPEST:
                    self._report.add("lost", seen, f"{wire} is nested too deep")
                    continue
                inner = table.tables.setdefault(wire, Table(seen=seen))
                for row in item[:200]:
                    self.take(inner, row, seen, comments, depth + 1)
            elif item == [] and wire not in table.columns:
                table.tables.setdefault(wire, Table(seen=seen))
            elif isinstance(item, (list, dict)):
                self._report.add("lost", seen, f"{wire} holds {'a list of values' if item else 'nothing'} or an object")
            else:
                self.column(table, wire, item, seen, comments.get(key, ""))

    def column(self, table: Table, wire: str, value: Any, seen: str, doc: str) -> None:
        """Add a value of a field."""
        known = table.columns.setdefault(wire, Column(wire, seen))
        if len(known.values) < 50 and value not in known.values:
            known.values.append(value)
        known.doc = known.doc or tidy(doc, 500)

    def wire(self, key: str, seen: str) -> str:
        """The wire name, or nothing when it cannot be one."""
        if re.fullmatch(WIRE, key) and len(key) <= 100:
            return key
        if re.fullmatch(WIRE, key.lower()) and key.isascii() and len(key) <= 100:
            self._report.add("unsure", seen, f"{key} was taken for {key.lower()}: names of this API are in lower case")
            return key.lower()
        self._report.add("lost", seen, f"the name {key} cannot be one of a field: small letters, digits and _")
        return ""

    def fields(self, table: Table, where: str, known: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The columns as a spec file holds them; `known` is the same table in the specs that are there."""
        own = (known or {}).get("fields", {})
        found: dict[str, Any] = {}
        spelled: dict[str, str] = {}
        for wire, column in table.columns.items():
            plain = wire.replace("_", "")
            if wire in table.tables and (table.tables[wire].columns or table.tables[wire].tables):
                self._report.add("lost", where, f"{wire} is a table in one sample and a value in another")
            elif spelled.setdefault(plain, wire) != wire or not plain:
                self._report.add("lost", where, f"{wire} would be spelled like {spelled[plain]}")
            else:
                found[wire] = self._field(column, where, own.get(wire) or {})
        return found

    def _field(self, column: Column, where: str, own: Mapping[str, Any]) -> dict[str, Any]:
        kind, scale, why = kind_of(column.values)
        shared = {**self._shared.get(column.wire, {}), **own}
        if not {"type", "doc"} <= set(shared):
            shared = {}
        elif "type" in own and "values" not in own and not str(own["type"]).startswith("enum"):
            shared.pop("values", None)
        doc = column.doc
        if shared and _fits(str(shared["type"]), kind):
            facts = {k: v for k, v in shared.items() if k not in ("create", "sdk", "evidence", "group")}
            why = f"seen in {column.seen}; type and meaning as elsewhere in the specs"
        else:
            if shared:
                self._report.add("unsure", where, f"{column.wire} looks like {kind}, elsewhere it is {shared['type']}")
            size = _SIZE.search(doc) if kind == "text" else None
            number = int(size[1] or size[2]) if size else 0
            text = "text" if kind == "unknown" else f"decimal({scale})" if kind == "decimal" and scale else kind
            text = f"text({number})" if number else text
            facts = {"type": text, "doc": doc or "Not described in the collection."}
            self._report.add("unsure", where, f"{column.wire}: {text}, {why}")
        facts = dict(facts)
        if doc and _REQUIRED.search(doc) and not _NOT.search(doc):
            facts["create"] = "required"
        elif doc and _NOT.search(doc):
            facts["create"] = "optional"
        example = next((v for v in column.values if isinstance(v, (str, bool, int)) and v != ""), None)
        if "example" not in facts and example is not None and not isinstance(example, Unset):
            facts["example"] = tidy(str(example), 200) if isinstance(example, str) else example
        return facts | {"evidence": inferred(why)}

    def lines(self, table: Table, id: str, where: str, known: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The tables as a spec file holds them."""
        found: dict[str, Any] = {}
        for wire, inner in table.tables.items():
            there = (known or {}).get("lines", {}).get(wire)
            fields = self.fields(inner, f"{where}.{wire}", there)
            lines = self.lines(inner, id, f"{where}.{wire}", there)
            if not fields:
                self._report.add("unsure", f"{where}.{wire}", "an empty list: its rows are not known")
                continue
            name = "line" if wire == "sdsdocdetail" else wire.removeprefix("sds").replace("_", " ").strip() or wire
            spec: dict[str, Any] = {"item": f"{id.replace('_', ' ')} {' '.join(name.split())}"}
            key = next((key for key in ("dtlkey", "autokey") if key in fields), None)
            if key and fields[key]["type"] == "integer":
                spec["key"] = key
            spec |= {"doc": f"Rows of {wire}.", "evidence": inferred(f"seen in {inner.seen}"), "fields": fields}
            found[wire] = spec | ({"lines": lines} if lines else {})
        return found


def _fits(type: str, kind: str) -> bool:
    base = re.match(r"[a-z]+", type)
    name = "integer" if type == "enum(integer)" else base[0] if base else ""
    return kind == "unknown" or kind in _FITS.get("code" if name == "enum" else name, set())


def kind_of(values: list[Any]) -> tuple[str, int, str]:
    """The kind that all values have, the digits after the point, and why."""
    kinds: dict[str, Any] = {}
    scale = 0
    for value in values:
        kind, digits = _kind(value)
        if kind:
            kinds.setdefault(kind, value)
            scale = max(scale, digits)
    if not kinds:
        return "unknown", 0, "no sample shows a value"
    shown = ", ".join(f"{line(str(value), 40)}" for value in kinds.values())
    if set(kinds) == {"integer", "epoch"}:
        return "integer", 0, f"sample value {shown}"
    if set(kinds) <= {"integer", "epoch", "decimal"} and len(kinds) > 1:
        return "decimal", scale, f"sample values {shown}"
    if len(kinds) > 1:
        return "text", 0, f"samples of several kinds: {shown}"
    return next(iter(kinds)), scale, f"sample value {shown}"


def _kind(value: Any) -> tuple[str, int]:
    if isinstance(value, Unset) or value is None or value == "":
        return "", 0
    if isinstance(value, bool):
        return "flag", 0
    if isinstance(value, int):
        return ("epoch" if value in _EPOCHS else "integer"), 0
    if isinstance(value, Fraction):
        return ("text", 0) if "e" in str(value).lower() else ("decimal", len(str(value).partition(".")[2]))
    if _DATE.fullmatch(value):
        return "date", 0
    if _MOMENT.fullmatch(value):
        return "moment", 0
    digits = _DECIMAL.fullmatch(value)
    return ("decimal", len(digits[1])) if digits else ("text", 0)
