"""Api, Object, Workflow -> plain text that a person reads in a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from .ir import Api, CodeType, DecimalType, EnumType, Evidence, Field, Lines, Object, TextType, Type, Workflow


def show_api(api: Api) -> str:
    """The list of objects and workflows."""
    rows = [
        (object.id, object.title, object.path, f"{_count_fields(object)} fields", _evidence(object.evidence))
        for object in api.objects
    ]
    flows = [(flow.id, flow.title, flow.kind, ", ".join(flow.objects)) for flow in api.workflows]
    parts = [f"{api.title}, spec {api.version}", "", *_table(rows), "", "Workflows", "", *_table(flows)]
    return "\n".join(parts)


def show_object(object: Object) -> str:
    """Everything about one object."""
    facts = [
        ("path", object.path + "".join(f", or {path}" for path in object.other_paths)),
        ("key", object.key),
        ("counter", object.counter or "none"),
        ("identity", ", ".join(object.identity)),
        ("evidence", _evidence(object.evidence)),
    ]
    operations = [(op.kind, f"{op.method} {op.path}", op.doc) for op in object.operations]
    parts = [f"{object.title} ({object.id})", *_wrap(object.doc), "", *_table(facts), "", "Operations", ""]
    parts += _table(operations)
    parts += ["", "Fields", "", *_table([_field(field) for field in object.fields])]
    for path, table in object.all_tables():
        title = f"Lines: {'.'.join(path)}" + (f", by {table.key}" if table.key else "")
        parts += ["", title, *_wrap(table.doc), "", *_table([_field(field) for field in table.fields])]
    if object.pdf:
        parts += ["", f"PDF ({object.pdf.status})", "", f"  default: {object.pdf.default}"]
        parts += [f"  {report}" for report in object.pdf.reports if report != object.pdf.default]
    if object.rules:
        parts += ["", "Rules", "", *_table([(rule.kind, rule.message) for rule in object.rules])]
    parts += ["", "Examples", "", *_table([(example.id, example.title) for example in object.examples])]
    for note in object.notes:
        parts += ["", *_wrap(note)]
    return "\n".join(parts)


def show_workflow(flow: Workflow) -> str:
    """Everything about one workflow but its sample data."""
    steps = [f"  {number}. {step}" for number, step in enumerate(flow.steps, 1)]
    facts = [("kind", flow.kind), ("objects", ", ".join(flow.objects)), ("evidence", _evidence(flow.evidence))]
    return "\n".join([f"{flow.title} ({flow.id})", *_wrap(flow.doc), "", *_table(facts), "", "Steps", "", *steps])


def type_text(type: Type) -> str:
    """A type as the specs write it."""
    args: list[object] = []
    if isinstance(type, TextType):
        args = [type.size, type.longer]
    elif isinstance(type, DecimalType):
        args = [type.scale]
    elif isinstance(type, CodeType):
        args = [type.target, type.size]
    elif isinstance(type, EnumType):
        args = ["integer" if type.base == "integer" else type.size]
    given = [str(arg) for arg in args if arg is not None]
    return f"{type.kind}({', '.join(given)})" if given else type.kind


def _field(field: Field) -> tuple[str, ...]:
    marks = {"required": "!", "optional": "", "unknown": "?"}[field.create] + ("-" if field.read_only else "")
    unit = f" [{field.unit}]" if field.unit else ""
    return field.wire + marks, type_text(field.type), _evidence(field.evidence), field.doc + unit


def _evidence(evidence: Evidence) -> str:
    return " ".join((evidence.grade, *evidence.sources))


def _count_fields(object: Object) -> int:
    def count(tables: Sequence[Lines]) -> int:
        return sum(len(table.fields) + count(table.lines) for table in tables)

    return len(object.fields) + count(object.lines)


def _table(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Aligned columns; the last one runs free."""
    widths = [max((len(row[i]) for row in rows), default=0) for i in range(max(map(len, rows), default=1) - 1)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        yield "  " + "  ".join([*cells, row[-1]] if len(row) > len(widths) else cells).rstrip()


def _wrap(text: str) -> list[str]:
    return textwrap.wrap(text, 100)
