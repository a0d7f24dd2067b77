"""Object -> shape: the neutral facts a runtime needs about one kind of record, the same JSON for every language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .ir import CodeType, DecimalType, EnumType, Field, Json, Lines, Object, TextType, Workflow


def shape(thing: Object | Workflow) -> dict[str, Json]:
    """The facts of an object, or of a workflow."""
    return _workflow(thing) if isinstance(thing, Workflow) else _object(thing)


def _object(object: Object) -> dict[str, Json]:
    return {
        "id": object.id,
        "path": object.path,
        "key": object.key,
        "key_type": "integer" if object.by_wire[object.key].type.kind == "integer" else "text",
        "counter": object.counter,
        "number": _number(object),
        "identity": list(object.identity),
        "indexed": list(object.indexed),
        "pdf": object.pdf.default if object.pdf else None,
        "fields": _fields(object.fields),
        "lines": _lines(object.lines),
        "rules": [{"kind": rule.kind, **rule.args, "message": rule.message} for rule in object.rules],
    }


def _workflow(workflow: Workflow) -> dict[str, Json]:
    return {
        "id": workflow.id,
        "kind": workflow.kind,
        "objects": list(workflow.objects),
        "args": _plain(workflow.args),
    }


def _number(object: Object) -> str | None:
    """The field that the server fills with the next number when a create leaves it out."""
    numbering = object.behaviour.get("numbering")
    if numbering:
        return str(numbering["field"])
    return "docno" if object.kind == "document" and "docno" in object.by_wire else None


def _fields(fields: Iterable[Field]) -> dict[str, Json]:
    return {field.wire: field_code(field) for field in fields}


def _lines(tables: Iterable[Lines]) -> dict[str, Json]:
    return {t.wire: {"key": t.key, "fields": _fields(t.fields), "lines": _lines(t.lines)} for t in tables}


def field_code(field: Field) -> str:
    """`text(20)!`: kind, largest size or scale, `!` required on create, `-` read-only."""
    type = field.type
    kind: str = type.kind
    limit: int | None = None
    if isinstance(type, TextType):
        limit = type.largest
    elif isinstance(type, CodeType):
        kind, limit = "text", type.size
    elif isinstance(type, EnumType):
        kind, limit = type.base, type.size
    elif isinstance(type, DecimalType):
        limit = type.scale
    size = "" if limit is None else f"({limit})"
    return f"{kind}{size}{'!' if field.create == 'required' else ''}{'-' if field.read_only else ''}"


def _plain(value: Any) -> Json:
    """A copy in plain dicts and lists, which every `literal` understands."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value
