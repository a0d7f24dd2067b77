"""Fields and tables -> JSON Schema: the one place that says how a value of the API looks as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Literal

from ..ir import (
    BlobType,
    CodeType,
    DateType,
    DecimalType,
    EnumType,
    EpochType,
    Evidence,
    Field,
    FlagType,
    IntegerType,
    Json,
    Lines,
    MomentType,
    Object,
    TextType,
    Type,
)
from ..names import Name
from ..show import type_text

Purpose = Literal["record", "update", "create"]
PURPOSES: tuple[Purpose, ...] = ("record", "update", "create")

_DIGITS = r"(0|[1-9]\d*)"


def field_schema(field: Field, purpose: Purpose) -> dict[str, Json]:
    """One column. Answers may hold null anywhere; requests may too, unless the field is required."""
    schema = _value(field.type, purpose)
    if field.doc:
        schema["description"] = field.doc
    if field.read_only:
        schema["readOnly"] = True
    if field.default and field.default.kind == "value" and purpose != "record":
        schema["default"] = field.default.value
    if field.example is not None:
        schema["examples"] = [field.example]
    schema |= extensions(field)
    return schema | _record_extensions(field) if purpose == "record" else schema


def _record_extensions(field: Field) -> dict[str, Json]:
    """What needs saying once, where the field is described and not where it is checked."""
    found: dict[str, Json] = {}
    if field.name != Name.parse(field.wire):
        found["x-sqlacc-words"] = " ".join(field.name.words)
    if isinstance(field.type, EpochType) or (isinstance(field.type, TextType) and field.type.longer):
        found["x-sqlacc-type"] = type_text(field.type)  # more than the other keywords tell
    if field.create == "optional":  # what must be there is in `required`; of the rest it is not known
        found["x-sqlacc-create"] = field.create
    if field.detail_only:
        found["x-sqlacc-detail-only"] = True
    return found


def object_extensions(object: Object) -> dict[str, Json]:
    """What JSON Schema has no word for in a kind of record."""
    found: dict[str, Json] = {
        "x-sqlacc-object": object.id,
        "x-sqlacc-plural": object.plural.snake(),
        "x-sqlacc-evidence": evidence(object.evidence),
        "x-sqlacc-key": object.key,
        "x-sqlacc-identity": list(object.identity),
    }
    if object.counter:
        found["x-sqlacc-counter"] = object.counter
    if object.rules:
        found["x-sqlacc-rules"] = [{"kind": rule.kind, "message": rule.message, **rule.args} for rule in object.rules]
    if object.notes:
        found["x-sqlacc-notes"] = list(object.notes)
    return found


def extensions(field: Field) -> dict[str, Json]:
    """What JSON Schema has no word for, as documented extensions."""
    found: dict[str, Json] = {"x-sqlacc-evidence": evidence(field.evidence)}
    if isinstance(field.type, DecimalType) and field.type.scale is not None:
        found["x-sqlacc-scale"] = field.type.scale
    if isinstance(field.type, CodeType):
        found["x-sqlacc-code-of"] = field.type.target
    if field.unit:
        found["x-sqlacc-unit"] = field.unit
    if field.personal:
        found["x-sqlacc-personal"] = field.personal
    if field.default and field.default.kind != "value":
        found["x-sqlacc-default"] = f"={field.default.value}" if field.default.kind == "field" else "today"
    if field.note:
        found["x-sqlacc-note"] = field.note
    return found


def evidence(known: Evidence) -> str:
    """`documented: WB, PM (caveat)`."""
    text: str = known.grade
    if known.sources:
        text += ": " + ", ".join(known.sources)
    return f"{text} ({known.note})" if known.note else text


Naming = Callable[[Purpose, tuple[str, ...]], str]  # purpose and path of the table ("" for the header) -> name


def definitions(object: Object, name: Naming, reference: str) -> Iterator[tuple[str, dict[str, Json]]]:
    """The named schemas of an object and its tables for every purpose; `reference` goes before a name in `$ref`."""
    for purpose in PURPOSES:

        def define(holder: Object | Lines, path: tuple[str, ...], purpose: Purpose = purpose) -> dict[str, Json]:
            row = {table.wire: {"$ref": reference + name(purpose, (*path, table.wire))} for table in holder.lines}
            if purpose == "create":
                return _create(holder, {"$ref": reference + name("update", path)}, row)
            return _columns(holder, purpose, row)

        yield name(purpose, ()), define(object, ())
        for path, table in object.all_tables():
            yield name(purpose, path), define(table, path)


def _columns(holder: Object | Lines, purpose: Purpose, rows: Mapping[str, Json]) -> dict[str, Json]:
    """All columns: closed but for user fields in requests, open in answers."""
    properties = {field.wire: field_schema(field, purpose) for field in holder.fields}
    if purpose != "record":  # the server gives out keys and counters, and a request sends them back
        for wire in (holder.key, holder.counter if isinstance(holder, Object) else None):
            properties.get(wire or "", {}).pop("readOnly", None)
    for table in holder.lines:
        properties[table.wire] = {"type": ["array", "null"], "items": rows[table.wire], "description": table.doc}
        properties[table.wire] |= {"x-sqlacc-row-key": table.key} if table.key else {}
        properties[table.wire] |= {"x-sqlacc-evidence": evidence(table.evidence)}
        if purpose == "record":
            properties[table.wire]["x-sqlacc-item"] = " ".join(table.item.words)
            if table.name != Name.parse(table.wire):
                properties[table.wire]["x-sqlacc-words"] = " ".join(table.name.words)
    schema: dict[str, Json] = {"type": "object", "properties": properties}
    if purpose == "record":
        return schema
    user_fields = {"^udf_": {"description": "A user-defined field of this company."}}
    return schema | {"patternProperties": user_fields, "additionalProperties": False}


def _create(holder: Object | Lines, update: Json, rows: Mapping[str, Json]) -> dict[str, Json]:
    """What an update may hold, with what a create must: required fields are there and not null."""
    properties: dict[str, Json] = {}
    for field in holder.fields:
        if field.create == "required":
            types = [name for name in _value(field.type, "create").get("type", ()) if name != "null"]
            properties[field.wire] = {"type": types[0]} if types else {}
    required = list(properties)
    for table in holder.lines:
        properties[table.wire] = {"items": rows[table.wire]}
    for rule in holder.rules if isinstance(holder, Object) else ():
        if rule.kind == "some_lines":
            properties[rule.args["table"]] |= {"type": "array", "minItems": 1}
            required.append(rule.args["table"])
    schema: dict[str, Json] = {"allOf": [update], "properties": properties}
    return schema | ({"required": required} if required else {})


def _value(type: Type, purpose: Purpose) -> dict[str, Json]:
    """The JSON of one value. Sizes bind requests only: a server may hold more than its documents say."""
    match type:
        case TextType():
            return _text(type.largest, purpose)
        case CodeType(_, size):
            return _text(size, purpose)
        case EnumType(base, values, size):  # open: the known values are listed, others are values too
            schema = _INTEGER if base == "integer" else _text(size, purpose)
            return schema | {"x-sqlacc-values": {str(value): meaning for value, meaning in values}}
        case IntegerType() | EpochType():
            return dict(_INTEGER)
        case FlagType():
            return {"type": ["boolean", "null"]}
        case DecimalType(scale):
            return _decimal(scale, purpose)
        case DateType():
            return {"type": ["string", "null"], "format": "date"}
        case MomentType():
            return {"type": ["string", "null"], "format": "date-time"}
        case BlobType():  # answers hold null, JSON or base64 text
            return {} if purpose == "record" else {"type": ["string", "null"]}


_INTEGER: dict[str, Json] = {"type": ["integer", "null"], "format": "int64"}


def _text(size: int | None, purpose: Purpose) -> dict[str, Json]:
    schema: dict[str, Json] = {"type": ["string", "null"]}
    return schema if size is None or purpose == "record" else schema | {"maxLength": size}


def _decimal(scale: int | None, purpose: Purpose) -> dict[str, Json]:
    """Requests carry text of at most `scale` digits; answers carry text, or a number under another reading."""
    if purpose == "record":
        return {"type": ["string", "number", "null"], "pattern": rf"^-?{_DIGITS}(\.\d+)?$"}
    digits = r"\d+" if scale is None else rf"\d{{1,{scale}}}"
    fraction = "" if scale == 0 else rf"(\.{digits})?"
    return {"type": ["string", "null"], "pattern": rf"^-?{_DIGITS}{fraction}$"}
