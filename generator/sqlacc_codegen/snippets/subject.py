"""An object -> what its samples speak about: a record and its key, one to create, a change, fields to print."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..ir import Api, BlobType, CodeType, Field, Json, Lines, Object
from ..names import Name

TELLING = ("docamt", "companyname", "description", "docdate")  # what people look for in a record
_SPECIAL = frozenset({"date", "decimal"})


@dataclass(frozen=True)
class Value:
    """A field and a value of it."""

    field: Field
    value: Json


@dataclass(frozen=True)
class Rows:
    """A line table and rows of it."""

    table: Lines
    rows: tuple[tuple[Value, ...], ...]


@dataclass(frozen=True)
class Subject:
    """The facts that templates of samples need beside the object itself."""

    object: Object
    identity: tuple[Value, ...]  # finds the record
    key: Json  # reads it
    planted: Json  # what has to be stored first, where the demo data have no such record; else None
    record: tuple[Value, ...]  # header of the record to create
    rows: tuple[Rows, ...]  # and its lines
    change: Value
    pattern: Value  # a filter with a wildcard that the record passes
    show: tuple[Field, ...]  # fields to print of a record
    spare: Json  # key of a record that nothing refers to
    spare_planted: Json  # what has to be stored first for it

    def planted_for(self, operation: str) -> Json:
        """What has to be stored before a sample of the operation runs, if anything."""
        return self.spare_planted if operation == "delete" else None if operation == "create" else self.planted

    @property
    def it(self) -> Name:
        """What one record is called in short: `invoice`."""
        return Name(self.object.name.words[-1:])

    @property
    def kinds(self) -> frozenset[str]:
        """Kinds of values in the record to create; a language may have to import something for them."""
        rows = [value for rows in self.rows for row in rows.rows for value in row]
        return frozenset(value.field.type.kind for value in (*self.record, *rows)) & _SPECIAL

    @property
    def change_kinds(self) -> frozenset[str]:
        return frozenset({self.change.field.type.kind}) & _SPECIAL

    @property
    def file(self) -> str:
        """Of its PDF."""
        return f"{self.object.name.kebab()}.pdf"

    @property
    def payload(self) -> Json:
        """The record to create as JSON."""
        tables = {rows.table.wire: [{v.field.wire: v.value for v in row} for row in rows.rows] for rows in self.rows}
        return {value.field.wire: value.value for value in self.record} | tables


def subject(api: Api, object: Object) -> Subject:
    """What the samples of an object are about."""
    payload: Json = next((e.payload for e in object.examples if e.purpose == "minimum"), {})
    demo = next(iter((api.demo.get("objects") or {}).get(object.id) or ()), None)
    known = demo if demo and all(wire in demo for wire in object.identity) else None
    planted = None if known else {**payload, **_named(object, payload)}
    identity = tuple(Value(object.by_wire[wire], (known or planted or {})[wire]) for wire in object.identity)
    last = _last_key(api)
    first_key = _first_key(api, object) if known else last + 1
    text_key = object.by_wire[object.key].type.kind != "integer"
    spare = {**payload, **_named(object, payload)}
    return Subject(
        object=object,
        identity=identity,
        key=identity[0].value if text_key else first_key,
        planted=planted,
        record=tuple(Value(object.by_wire[wire], value) for wire, value in payload.items() if wire in object.by_wire),
        rows=tuple(_rows(table, payload[table.wire]) for table in object.lines if payload.get(table.wire)),
        change=_change(object),
        pattern=Value(identity[0].field, _pattern(str(identity[0].value))),
        show=_show(object),
        spare=spare[object.identity[0]] if text_key else last + 1,
        spare_planted=spare,
    )


def _named(object: Object, payload: Json) -> dict[str, Json]:
    """The identity that a record is given so that samples can name it."""
    return {wire: payload.get(wire) or f"{object.doctype or 'X'}-SAMPLE" for wire in object.identity}


def _rows(table: Lines, rows: Any) -> Rows:
    return Rows(
        table,
        tuple(
            tuple(Value(table.by_wire[wire], value) for wire, value in row.items() if wire in table.by_wire)
            for row in rows
        ),
    )


def _last_key(api: Api) -> int:
    """A new sandbox numbers the demo records in their order, over all objects whose key is a number."""
    return sum(len(_demo(api, object)) for object in api.objects if _numbered(object))


def _first_key(api: Api, object: Object) -> int:
    key = 1
    for id, records in (api.demo.get("objects") or {}).items():
        if id == object.id:
            break
        if _numbered(api.object(id)):
            key += len(records)
    return key


def _demo(api: Api, object: Object) -> Any:
    return (api.demo.get("objects") or {}).get(object.id) or ()


def _numbered(object: Object) -> bool:
    return bool(object.by_wire[object.key].type.kind == "integer")


def _change(object: Object) -> Value:
    """What the update example changes first in the header, else a text."""
    example: Json = next((e.payload for e in object.examples if e.purpose == "update"), {})
    for wire, value in example.items():
        if wire in object.by_wire and not object.by_wire[wire].read_only:
            return Value(object.by_wire[wire], value)
    free = [f for f in object.fields if f.type.kind == "text" and not f.read_only and f.wire not in object.identity]
    return Value((free or list(object.fields))[0], "Changed")


def _pattern(text: str) -> str:
    head, dash, _ = text.partition("-")
    return f"{head}-*" if dash else f"{text[:1]}*"


def _show(object: Object) -> tuple[Field, ...]:
    """The number or code, and one field that tells people what it is; both stand in lists."""
    plain = [f for f in object.fields if not f.detail_only and not isinstance(f.type, (BlobType, CodeType))]
    given = {wire for example in object.examples if example.purpose == "minimum" for wire in example.payload}
    telling = [f for wire in TELLING for f in plain if f.wire == wire and (wire in given or wire == "docamt")]
    return (object.by_wire[object.identity[0]], *telling[:1])
