"""Rules: nothing is left out, and nothing is left over."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from ..hints import quoted
from ..ir import IntegerType, Json, TextType
from ..resolve_fields import Path
from .core import Context, Finding, all_fields, columns, rule


@rule("missing-example", "An object lacks a minimum, full or update example for an operation that it has.")
def examples(context: Context) -> Iterator[Finding]:
    for object in context.api.objects:
        purposes = {example.purpose for example in object.examples}
        wanted = {"minimum": "create", "full": "create", "update": "update"}
        for purpose, operation in wanted.items():
            if operation in object.by_operation and purpose not in purposes:
                message = f"there is no {purpose} example"
                yield Finding(context.of(object), ("examples",), message, f"add examples: {{{purpose}: ...}}", True)


@rule("required-without-example", "A create must carry a field, but neither it nor an example shows a value.")
def required(context: Context) -> Iterator[Finding]:
    for object in context.api.objects:
        payloads = [example.payload for example in object.examples if example.purpose != "update"]
        for tables, holder in columns(object):
            shown = {wire for row in _rows(payloads, tables) for wire in row}
            for field in holder.fields:
                if field.create == "required" and field.example is None and field.wire not in shown:
                    path = context.at(object, tables, field.wire)
                    message = f'field "{field.wire}" is required on create, but has no example'
                    yield Finding(context.of(object), path, message, "add example: ...", True)


def _rows(payloads: list[Json], tables: tuple[str, ...]) -> list[dict[str, Json]]:
    rows = [payload for payload in payloads if isinstance(payload, dict)]
    for table in tables:
        lists = [row.get(table) for row in rows]
        rows = [row for items in lists if isinstance(items, list) for row in items if isinstance(row, dict)]
    return rows


@rule("personal-mark", "A field is personal data in one table, but not marked so in another.")
def personal(context: Context) -> Iterator[Finding]:
    marked = {field.wire: field.personal for _, _, field in all_fields(context.api) if field.personal}
    for object, tables, field in all_fields(context.api):
        if field.wire in marked and not field.personal and isinstance(field.type, TextType):
            if field.wire in ("description", "code"):  # a person's name in one table, goods in another
                continue
            message = f'field "{field.wire}" is not marked as personal data, but is elsewhere'
            hint = f"add personal: {marked[field.wire]}"
            yield Finding(context.of(object), context.at(object, tables, field.wire), message, hint, True)


@rule("contradiction", "A field is read-only, yet a create must carry it.")
def contradictions(context: Context) -> Iterator[Finding]:
    for object, tables, field in all_fields(context.api):
        if field.read_only and field.create == "required":
            message = f'field "{field.wire}" is read-only, yet required on create'
            yield Finding(context.of(object), context.at(object, tables, field.wire), message, "", True)


@rule("key-type", "A key, counter or row key has a type that it cannot have.", blocking=True)
def keys(context: Context) -> Iterator[Finding]:
    for object in context.api.objects:
        key = object.by_wire[object.key]
        if key.type.kind not in ("integer", "text", "code"):
            message = f'the key "{key.wire}" is of type {key.type.kind}; it can be integer or text'
            yield Finding(context.of(object), context.at(object, (), key.wire), message)
        if object.counter and not isinstance(object.by_wire[object.counter].type, IntegerType):
            message = f'the counter "{object.counter}" is no integer'
            yield Finding(context.of(object), context.at(object, (), object.counter), message)
        for tables, table in object.all_tables():
            field = table.by_wire.get(table.key or "")
            if field and not isinstance(field.type, IntegerType):
                message = f'the row key "{table.key}" is no integer'
                yield Finding(context.of(object), context.at(object, tables, field.wire), message)


@rule("unused", "fields.yaml describes a field or group that no object uses.")
def unused(context: Context) -> Iterator[Finding]:
    if not context.spec.fields or set(context.spec.objects) != set(context.api.by_id):
        return
    used: set[str] = set()
    for document in context.spec.objects.values():
        used |= _names(document.data)
    data = context.spec.fields.data
    groups = data.get("groups", {})
    for group, members in groups.items():
        if group in used:
            used |= set(members)
        else:
            yield Finding(context.spec.fields, ("groups", group), f"no object uses the group {quoted(group)}", "", True)
    for wire in data.get("fields", {}):
        if wire not in used:
            yield Finding(context.spec.fields, ("fields", wire), f"no object uses the field {quoted(wire)}", "", True)


def _names(table: Json) -> set[str]:
    names = set(table.get("fields", ()))
    for inner in table.get("lines", {}).values():
        names |= _names(inner)
    return names


@rule(
    "hidden-character", "A text holds a control or direction mark that nobody sees, or a typographic look-alike space."
)
def hidden(context: Context) -> Iterator[Finding]:
    for _, document in context.spec.documents:
        stack: list[tuple[Path, Json]] = [((), document.data)]
        while stack:
            path, value = stack.pop()
            if isinstance(value, str):
                odd = (
                    next((c for c in value if _is_hidden(c)), "")
                    if not value.isascii() or not value.isprintable()
                    else ""
                )
                if odd:
                    name = unicodedata.name(odd, f"U+{ord(odd):04X}").lower()
                    yield Finding(document, path, f"a hidden character ({name})", "remove it")
            elif isinstance(value, dict):
                stack += [((*path, key), item) for key, item in value.items()]
            elif isinstance(value, list):
                stack += [((*path, index), item) for index, item in enumerate(value)]


def _is_hidden(character: str) -> bool:
    return character not in "\n\t" and unicodedata.category(character) in ("Cc", "Cf", "Co", "Cn", "Zl", "Zp")
