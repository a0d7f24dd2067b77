"""An Object -> the Markdown description of its folder, which holds all that a collection has no other place for."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sqlacc_codegen.ir import Default, EnumType, Evidence, Field, Json, Lines, Object
from sqlacc_codegen.show import type_text

from . import tables

COLUMNS = (
    "wire",
    "type",
    "create",
    "sdk",
    "default",
    "example",
    "unit",
    "values",
    "words",
    "marks",
    "evidence",
    "meaning",
    "note",
)


def describe(object: Object) -> str:
    """Facts, field table, line tables, reports, rules and notes."""
    lines = [
        object.doc,
        "",
        *tables.facts(
            {
                "object": object.id,
                "plural": object.plural.snake(),
                "title": object.title,
                "kind": object.kind,
                "doctype": object.doctype,
                "path": object.path,
                "other paths": " ".join(object.other_paths),
                "key": object.key,
                "counter": object.counter or "none",
                "identity": " ".join(object.identity),
                "filters of the detail form": " ".join(object.indexed),
                "operations": " ".join(operation.kind for operation in object.operations),
                "evidence": evidence(object.evidence),
                "meaning": object.doc,
            }
        ),
        "",
        "## Fields",
        "",
        *_fields(object.fields),
    ]
    for path, table in object.all_tables():
        lines += ["", f"## Lines {' / '.join(path)}", "", *_lines(table)]
    lines += _pdf(object)
    if object.rules:
        rules = [
            {"rule": r.kind, "arguments": _json(dict(r.args)), "meaning": r.message, "evidence": evidence(r.evidence)}
            for r in object.rules
        ]
        lines += ["", "## Rules", "", *tables.write(("rule", "arguments", "meaning", "evidence"), rules)]
    if object.notes:
        lines += ["", "## Notes", "", *tables.write(("note",), [{"note": note} for note in object.notes])]
    return "\n".join(lines) + "\n"


def _fields(fields: tuple[Field, ...]) -> list[str]:
    return tables.write(COLUMNS, map(_row, fields), keep=("wire", "type", "create", "evidence", "meaning"))


def _row(field: Field) -> dict[str, str]:
    marks = [name for name in ("read_only", "detail_only") if getattr(field, name)]
    if field.personal:
        marks.append(f"personal:{field.personal}")
    usual = field.wire.replace("_", " ")
    words = " ".join(field.name.words)
    return {
        "wire": field.wire,
        "words": words if words != usual else "",
        "type": type_text(field.type),
        "values": _json({str(value): meaning for value, meaning in field.type.values})
        if isinstance(field.type, EnumType)
        else "",
        "create": field.create,
        "sdk": field.sdk or "",
        "default": default_text(field.default),
        "example": "" if field.example is None else _json(field.example),
        "unit": field.unit,
        "marks": " ".join(marks),
        "evidence": evidence(field.evidence),
        "meaning": field.doc,
        "note": field.note,
    }


def _lines(table: Lines) -> Iterator[str]:
    words = " ".join(table.name.words)
    yield from tables.facts(
        {
            "table": table.wire,
            "words": words if words != table.wire.replace("_", " ") else "",
            "item": " ".join(table.item.words),
            "key": table.key or "",
            "evidence": evidence(table.evidence),
            "meaning": table.doc,
        }
    )
    yield ""
    yield from _fields(table.fields)


def _pdf(object: Object) -> list[str]:
    pdf = object.pdf
    if pdf is None:
        return []
    facts = {
        "default": pdf.default,
        "category": pdf.category,
        "status": pdf.status,
        "evidence": evidence(pdf.evidence),
        "note": pdf.note,
    }
    reports = tables.write(("report",), [{"report": report} for report in pdf.reports])
    return ["", "## PDF", "", *tables.facts(facts), "", *reports]


def evidence(known: Evidence) -> str:
    """`documented WB PM (a caveat)`: the evidence as specs write it."""
    text = " ".join((known.grade, *known.sources))
    return f"{text} ({known.note})" if known.note else text


def default_text(default: Default | None) -> str:
    """`=docdate`, `today`, or the value as JSON; empty when there is none."""
    if default is None:
        return ""
    return {"field": f"={default.value}", "today": "today"}.get(default.kind) or _json(default.value)


def _json(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)
