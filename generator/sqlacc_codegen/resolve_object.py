"""objects/<id>.yaml -> Object: what the kind of record gives, and what the object states itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args

from .hints import did_you_mean, quoted
from .ir import Evidence, Example, Object, Operation, OperationKind, Pdf, Rule
from .names import Name
from .resolve_fields import Fields, evidence
from .source import Document
from .spec import Spec

Purpose = Literal["minimum", "full", "update"]

_OPERATIONS: Mapping[str, tuple[Literal["GET", "POST", "PUT", "DELETE"], str, str]] = {
    "list": ("GET", "", "Records, {page_size} a page at most, without their rows."),
    "find": ("GET", "/*", "Whole records that match the given fields ({indexed})."),
    "get": ("GET", "/{{{key}}}", "One whole record by its {key}."),
    "create": ("POST", "", "Store a new record; the answer is the record as stored."),
    "update": ("PUT", "/{{{key}}}", "Replace a record by what was read, with the changes{counter}."),
    "delete": ("DELETE", "/{{{key}}}", "Delete a record that nothing refers to."),
    "pdf": (
        "GET",
        "/{{{key}}}",
        "The record printed by a report, as PDF; the report stands in the Content-Type header.",
    ),
}


def resolve_object(spec: Spec, fields: Fields, id: str, document: Document, api: Mapping[str, Any]) -> Object | None:
    """The object of one file; None when a fault makes it unusable (it is among the spec's problems then)."""
    data = document.data
    if data["object"] != id:
        message = f"object is {quoted(data['object'])}, but the file is named {id}.yaml"
        spec.add(document, ("object",), "wrong-id", message, f"write object: {id}")
    kind = api["kinds"][data["kind"]]
    own = evidence(data["evidence"])
    columns = fields.table(document, (), data, own)
    by_wire = {field.wire: field for field in columns}

    def known(name: str, wire: str, *, stated: bool) -> bool:
        """Whether a field that the object or its kind names exists."""
        if wire in by_wire:
            return True
        whose = "" if stated else f" (from kinds.{data['kind']} in api.yaml)"
        message = f"{name} is {quoted(wire)}{whose}, which is none of the object's fields"
        hint = did_you_mean(wire, by_wire) if stated else f"add the field, or state {name}: here"
        spec.add(document, (name,), "unknown-field", message, hint)
        return False

    key = data.get("key", kind["key"])
    if not known("key", key, stated="key" in data):
        return None
    counter = data.get("counter", kind["counter"])
    counter = None if counter == "none" or not known("counter", counter, stated="counter" in data) else counter
    identity = [w for w in data.get("identity", kind["identity"]) if known("identity", w, stated="identity" in data)]
    indexed = [wire for wire in data.get("indexed", kind["indexed"]) if wire in by_wire]
    words = {
        "page_size": api["page_size"],
        "key": key,
        "counter": f" and {counter} one higher" if counter else "",
        "indexed": ", ".join(indexed),
    }
    kinds: list[OperationKind] = data.get("operations", kind["operations"])
    return Object(
        id=id,
        name=Name.parse(id),
        plural=Name.parse(data["plural"]),
        title=data["title"],
        doc=data["doc"],
        path=data["path"],
        other_paths=tuple(data.get("other_paths", ())),
        kind=data["kind"],
        doctype=data.get("doctype", ""),
        key=key,
        counter=counter,
        identity=tuple(identity),
        indexed=tuple(indexed),
        fields=columns,
        lines=fields.lines(document, (), data),
        operations=tuple(_operation(kind, data["path"], words, own) for kind in kinds),
        rules=tuple(_rule(rule) for rule in data.get("rules", ())),
        pdf=_pdf(data.get("pdf")),
        examples=examples(spec, document, data["examples"], id),
        behaviour=data.get("behaviour", {}),
        notes=tuple(data.get("notes", ())),
        evidence=own,
    )


def _operation(kind: OperationKind, path: str, words: Mapping[str, Any], own: Evidence) -> Operation:
    method, suffix, doc = _OPERATIONS[kind]
    return Operation(kind, method, path + suffix.format(**words), doc.format(**words), own)


def _rule(data: Mapping[str, Any]) -> Rule:
    args = {key: value for key, value in data.items() if key not in ("kind", "message", "evidence")}
    return Rule(data["kind"], args, data["message"], evidence(data["evidence"]))


def _pdf(data: Mapping[str, Any] | None) -> Pdf | None:
    if data is None:
        return None
    return Pdf(
        reports=tuple(data["reports"]),
        default=data["default"],
        status=data["status"],
        evidence=evidence(data["evidence"]),
        category=data.get("category", ""),
        note=data.get("note", ""),
    )


def examples(spec: Spec, document: Document, data: Mapping[str, Any], object: str) -> tuple[Example, ...]:
    """The examples of an object, or of a workflow when `object` is empty."""
    result = []
    for id, example in data.items():
        purpose = example.get("purpose", id if id in get_args(Purpose) else "full")
        if object and "purpose" not in example and id not in get_args(Purpose):
            message = f'example "{id}": "purpose" is missing'
            hint = "write purpose: minimum, full or update"
            spec.add(document, ("examples", id), "missing-key", message, hint, key=True)
        result.append(
            Example(
                id=id,
                title=example["title"],
                purpose=purpose,
                payload=example["payload"],
                evidence=evidence(example["evidence"]),
                regime=example.get("regime"),
                object=object or example.get("object", ""),
            )
        )
    return tuple(result)
