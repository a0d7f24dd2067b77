"""The Markdown of an exported collection -> the facts of an object as spec files hold them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from sqlacc_codegen.type_text import TypeTextError, parse_type

from .. import tables
from ..tables import Row
from .report import Report
from .text import EVIDENCE, ID, PATH, WIRE, WORDS, one_of

_CREATE = ("required", "optional", "unknown")
_SDK = ("required", "optional", "conditional")
_PERSONAL = ("name", "address", "phone", "email", "tax_id", "bank", "identity")
_OPERATIONS = ("list", "find", "get", "create", "update", "delete", "pdf")
Spec = dict[str, Any]


class Written:
    """Reads descriptions; what people broke while editing is in the report."""

    def __init__(self, report: Report) -> None:
        self._report = report

    def object(self, description: str, where: str) -> Spec | None:
        """The object that a folder's description tells of; None when it tells of none."""
        parts = list(tables.sections(description)) if "| object |" in description else []
        facts = tables.as_facts(parts[0][2][0]) if parts and parts[0][2] else {}
        id, path = facts.get("object", ""), facts.get("path", "")
        if not re.fullmatch(ID, id) or not re.fullmatch(PATH, path):
            return None
        spec: Spec = {
            "object": id,
            "plural": one_of(facts, "plural", ID, f"{id}s"),
            "title": facts.get("title") or id,
            "doc": facts.get("meaning") or facts.get("title") or id,
            "kind": one_of(facts, "kind", "document|master", "document"),
        }
        if re.fullmatch("[A-Z]{2}", facts.get("doctype", "")):
            spec["doctype"] = facts["doctype"]
        spec["path"] = path
        others = [other for other in facts.get("other paths", "").split() if re.fullmatch(PATH, other)]
        if others:
            spec["other_paths"] = others
        spec["key"] = one_of(facts, "key", WIRE, "dockey")
        spec["counter"] = one_of(facts, "counter", WIRE, "none")
        identity = [wire for wire in facts.get("identity", "").split() if re.fullmatch(WIRE, wire)]
        if identity:
            spec["identity"] = identity
        operations = [kind for kind in facts.get("operations", "").split() if kind in _OPERATIONS]
        if operations:
            spec["operations"] = list(dict.fromkeys(operations))
        spec["evidence"] = one_of(facts, "evidence", EVIDENCE, "inferred POSTMAN")
        self._parts(spec, parts, where)
        return spec

    def _parts(self, spec: Spec, parts: list[tuple[str, list[str], list[list[Row]]]], where: str) -> None:
        for heading, _, found in parts:
            if heading == "Fields" and found:
                spec["fields"] = self._fields(found[0], f"{where} fields")
            elif heading.startswith("Lines ") and found:
                self._table(spec, heading.removeprefix("Lines ").split(" / "), found, where)
            elif heading == "PDF" and len(found) == 2:
                self._pdf(spec, found)
            elif heading == "Rules" and found:
                rules = [rule for rule in (self._rule(row, where) for row in found[0]) if rule]
                if rules:
                    spec["rules"] = rules
            elif heading == "Notes" and found:
                spec["notes"] = [row["note"] for row in found[0] if row.get("note")]
        spec.setdefault("fields", {})

    def _fields(self, rows: Iterable[Row], where: str) -> Spec:
        fields: Spec = {}
        for row in rows:
            wire = row.get("wire", "")
            if not re.fullmatch(WIRE, wire) or wire in fields:
                self._report.add("lost", where, f"a row of the field table has no usable wire name: {wire}")
                continue
            field = self._field(row, f"{where} {wire}")
            if field:
                fields[wire] = field
        return fields

    def _field(self, row: Row, where: str) -> Spec | None:
        values = self._json(row.get("values", ""), where)
        values = {str(k): str(v) for k, v in values.items()} if isinstance(values, dict) and values else None
        type = row.get("type", "")
        try:
            parse_type(type, values)
        except TypeTextError as error:
            self._report.add("lost", where, f"{error}; {error.hint}")
            return None
        field: Spec = {}
        usual = row["wire"].replace("_", " ")
        if row.get("words") and row["words"] != usual and _spells(row["words"], row["wire"]):
            field["words"] = row["words"]
        field["type"] = type
        if values:
            field["values"] = values
        field["doc"] = row.get("meaning") or "Not described."
        for name in ("unit", "note"):
            if row.get(name):
                field[name] = row[name]
        for mark in row.get("marks", "").split():
            name, _, kind = mark.partition(":")
            if name in ("read_only", "detail_only"):
                field[name] = True
            elif name == "personal" and kind in _PERSONAL:
                field["personal"] = kind
        for name in ("default", "example"):
            text = row.get(name, "")
            value = text if name == "default" and (text == "today" or text[:1] == "=") else self._json(text, where)
            if text and isinstance(value, (str, int, bool, type_of_none)):
                field[name] = value
        if row.get("create") in _CREATE:
            field["create"] = row["create"]
        if row.get("sdk") in _SDK:
            field["sdk"] = row["sdk"]
        field["evidence"] = one_of(row, "evidence", EVIDENCE, "inferred POSTMAN")
        return field

    def _table(self, spec: Spec, path: list[str], found: list[list[Row]], where: str) -> None:
        holder = spec
        for wire in path[:-1]:
            if wire not in holder.get("lines", {}):
                self._report.add("lost", where, f"table {' / '.join(path)} hangs below none")
                return
            holder = holder["lines"][wire]
        wire = path[-1]
        if not re.fullmatch(WIRE, wire):
            self._report.add("lost", where, f"table {wire} has no usable wire name")
            return
        facts = tables.as_facts(found[0])
        table: Spec = {}
        if _spells(facts.get("words", ""), wire):
            table["words"] = facts["words"]
        table["item"] = one_of(facts, "item", WORDS, f"{spec['object'].replace('_', ' ')} {wire.replace('_', ' ')}")
        if re.fullmatch(WIRE, facts.get("key", "")):
            table["key"] = facts["key"]
        table["doc"] = facts.get("meaning") or "Not described."
        table["evidence"] = one_of(facts, "evidence", EVIDENCE, "inferred POSTMAN")
        table["fields"] = self._fields(found[1] if len(found) > 1 else [], f"{where} {wire}")
        if table.get("key") not in table["fields"]:
            table.pop("key", None)
        if table["fields"]:
            holder.setdefault("lines", {})[wire] = table

    def _pdf(self, spec: Spec, found: list[list[Row]]) -> None:
        facts = tables.as_facts(found[0])
        reports = list(dict.fromkeys(row["report"] for row in found[1] if row.get("report")))
        if not reports:
            return
        pdf: Spec = {"default": facts.get("default") or reports[0]}
        if facts.get("category"):
            pdf["category"] = facts["category"]
        pdf["status"] = one_of(facts, "status", "working|not ready", "not ready")
        if facts.get("note"):
            pdf["note"] = facts["note"]
        spec["pdf"] = pdf | {
            "evidence": one_of(facts, "evidence", EVIDENCE, "inferred POSTMAN"),
            "reports": reports,
        }

    def _rule(self, row: Row, where: str) -> Spec | None:
        args = self._json(row.get("arguments", ""), where)
        needed = {
            "some_lines": {"table"},
            "balanced": {"table", "debit", "credit"},
            "within": {"table", "amount", "total"},
            "positive": {"field"},
        }.get(row.get("rule", ""))
        if not isinstance(args, dict) or needed is None or not needed <= set(args):
            self._report.add("lost", where, f"a rule that cannot be made out: {row.get('rule', '')}")
            return None
        evidence = one_of(row, "evidence", EVIDENCE, "inferred POSTMAN")
        return {"kind": row["rule"], **args, "message": row.get("meaning") or "A rule.", "evidence": evidence}

    def sample(self, description: str) -> dict[str, str]:
        """The facts of a sample in the description of a request; nothing when it tells none."""
        for _, _, found in tables.sections(description) if "| sample |" in description else ():
            for rows in found:
                facts = tables.as_facts(rows)
                if re.fullmatch(ID, facts.get("sample", "")):
                    return facts
        return {}

    def _json(self, text: str, where: str) -> Any:
        if not text:
            return None
        try:
            return json.loads(text, parse_float=str)
        except (ValueError, RecursionError):
            self._report.add("lost", where, f"cannot make out {text}")
            return None


type_of_none = type(None)


def _spells(words: str, wire: str) -> bool:
    """Whether the words are those of the wire name."""
    return bool(re.fullmatch(WORDS, words)) and words.replace(" ", "") == wire.replace("_", "")


def masters(rows: Iterable[Row]) -> dict[str, Spec]:
    """The table of other endpoints, as api.yaml holds it."""
    found: dict[str, Spec] = {}
    for row in rows:
        id, path = row.get("id", ""), row.get("path", "")
        if not re.fullmatch(ID, id) or (path and not re.fullmatch(PATH, path)):
            continue
        master: Spec = {"title": row.get("title") or id, "path": path}
        master["key"] = row["key"] if re.fullmatch(WIRE, row.get("key", "")) else None
        master["operations"] = [kind for kind in row.get("operations", "").split() if kind in _OPERATIONS]
        if row.get("meaning"):
            master["doc"] = row["meaning"]
        found[id] = master | {"evidence": one_of(row, "evidence", EVIDENCE, "inferred POSTMAN")}
    return found
