"""Rules: examples, demo records, and the example and default of each field could really be sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from ..hints import did_you_mean, quoted
from ..ir import EnumType, Field, Json, Lines, Object, Rule
from ..resolve_fields import Path
from ..source import Document
from ..values import misfit
from .core import Context, Finding, all_fields, rule
from .demo import without_references

Purpose = Literal["create", "update"]

_CODES = {
    "wrong-type": ("example-type", "A value in an example has another type than its field."),
    "wrong-size": ("example-size", "A text in an example is longer than its field."),
    "wrong-scale": ("example-scale", "A decimal in an example has more digits after the point than its field."),
    "wrong-date": ("example-date", "A date in an example does not exist."),
    "unknown-value": ("example-enum", "A value in an example is none of the known ones."),
    "unknown-field": ("example-unknown-field", "An example holds a field that the object does not have."),
    "missing-field": ("example-missing-field", "An example of a create lacks a field that a create must carry."),
    "key": ("example-key", "An example carries a key or counter that the client or server looks after."),
    "rule": ("example-rule", "An example breaks a rule of its object."),
}

Told = Iterator[tuple[str, Finding]]  # key of _CODES, and what was found


def _register(key: str, code: str, doc: str) -> None:
    @rule(code, doc)
    def find(context: Context) -> Iterator[Finding]:
        if "examples" not in context.cache:
            context.cache["examples"] = list(_everything(context))
        yield from (finding for kind, finding in context.cache["examples"] if kind == key)


for _key, (_code, _doc) in _CODES.items():
    _register(_key, _code, _doc)


def _everything(context: Context) -> Told:
    for object in context.api.objects:
        document = context.of(object)
        rows: Json = next((e.payload for e in object.examples if e.purpose == "full"), {})
        for example in object.examples:
            path: Path = ("examples", example.id, "payload")
            purpose: Purpose = "update" if example.purpose == "update" else "create"
            yield from _record(document, path, object, example.payload, purpose, rows)
    for workflow in context.api.workflows:
        for example in workflow.examples:
            payload_of = context.api.by_id.get(example.object)
            if payload_of:
                document, path = context.spec.workflows[workflow.id], ("examples", example.id, "payload")
                yield from _record(document, path, payload_of, example.payload, "create", {})
    if context.spec.demo and context.api.demo:
        for id, records in context.api.demo.get("objects", {}).items():
            for index, record in enumerate(records):
                if id in context.api.by_id:
                    here: Path = ("objects", id, index)
                    plain = without_references(record)
                    yield from _record(context.spec.demo, here, context.api.by_id[id], plain, "create", {})
    yield from _of_fields(context)


def _of_fields(context: Context) -> Told:
    for object, tables, field in all_fields(context.api):
        default = field.default.value if field.default and field.default.kind == "value" else None
        for name, value in (("example", field.example), ("default", default)):
            wrong = misfit(field.type, value)
            if not wrong or (value == "" and wrong.code == "wrong-type"):
                continue
            path = context.at(object, tables, field.wire)
            message = f'field "{field.wire}": the {name} {wrong.message}'
            yield wrong.code, Finding(context.of(object), path, message, wrong.hint)


def _record(
    document: Document, path: Path, object: Object, payload: Mapping[str, Json], purpose: Purpose, full: Json
) -> Told:
    found = list(_columns(document, path, object, payload, purpose))
    yield from found
    for wire in (object.counter, *(_server_key(object) if purpose == "create" else ())):
        if wire is not None and wire in payload:
            message = f'"{wire}" is filled in by {"the client" if wire == object.counter else "the server"}'
            yield "key", Finding(document, (*path, wire), message, "remove it", True)
    if purpose == "update":
        yield from _row_numbers(document, path, object, payload, full)
    elif not any(kind == "wrong-type" for kind, _ in found):
        for one in object.rules:
            if one.args.get("table") not in (None, *object.tables):
                continue  # told by the rule about tables of rules
            message = _BROKEN[one.kind](one, payload)
            if message:
                yield "rule", Finding(document, path, message, one.message)


def _server_key(object: Object) -> tuple[str, ...]:
    return (object.key,) if object.by_wire[object.key].type.kind == "integer" else ()


def _columns(document: Document, path: Path, holder: Object | Lines, row: Mapping[str, Json], purpose: Purpose) -> Told:
    tables = {table.wire: table for table in holder.lines}
    for wire, value in row.items():
        here: Path = (*path, wire)
        if wire in tables:
            yield from _rows(document, here, tables[wire], value, purpose)
        elif wire in holder.by_wire:
            wrong = _misfit(holder.by_wire[wire], value)
            if wrong:
                yield wrong[0], Finding(document, here, f'"{wire}": {wrong[1]}', wrong[2])
        elif not wire.startswith("udf_"):
            hint = did_you_mean(wire, [*holder.by_wire, *tables])
            yield "unknown-field", Finding(document, here, f"there is no field {quoted(wire)}", hint, True)
    if purpose == "create":
        for field in holder.fields:
            if field.create == "required" and field.wire not in row:
                message = f'"{field.wire}" is missing; a create must carry it'
                yield "missing-field", Finding(document, path, message, "", True)


def _misfit(field: Field, value: Json) -> tuple[str, str, str] | None:
    if value == "" and isinstance(field.type, EnumType):
        return None
    return misfit(field.type, value)


def _rows(document: Document, path: Path, table: Lines, value: Json, purpose: Purpose) -> Told:
    if not isinstance(value, list):
        message = f'"{table.wire}" is {quoted(value)}; a list of rows is expected'
        yield "wrong-type", Finding(document, path, message)
        return
    for index, row in enumerate(value):
        here: Path = (*path, index)
        if not isinstance(row, dict):
            yield "wrong-type", Finding(document, here, f"a row is {quoted(row)}; a mapping is expected")
            continue
        changed = purpose == "update" and table.key in row
        yield from _columns(document, here, table, row, "update" if changed else "create")
        if purpose == "create" and table.key in row:
            message = f'"{table.key}" is given by the server'
            yield "key", Finding(document, (*here, str(table.key)), message, "remove it", True)


def _row_numbers(
    document: Document, path: Path, object: Object, payload: Mapping[str, Json], full: Mapping[str, Json]
) -> Told:
    """In an update the key of a row stands for the n-th row of the full example."""
    for table in object.lines:
        rows = full.get(table.wire)
        count = len(rows) if isinstance(rows, list) else 0
        changes = payload.get(table.wire)
        for index, row in enumerate(changes if isinstance(changes, list) else ()):
            number = row.get(table.key) if isinstance(row, dict) else None
            if isinstance(number, int) and not 1 <= number <= count:
                message = f'"{table.key}" is {number}, but the full example has {count} such rows'
                yield "key", Finding(document, (*path, table.wire, index, str(table.key)), message)


# --- rules of an object, on one payload; each gives what is wrong, or nothing --------------------------------------


def _table(rule: Rule, payload: Mapping[str, Json]) -> list[Mapping[str, Json]]:
    rows = payload.get(rule.args["table"])
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _decimal(value: Json) -> Decimal:
    try:
        return Decimal(value) if isinstance(value, str) else Decimal(0)
    except InvalidOperation:
        return Decimal(0)


def _some_lines(rule: Rule, payload: Mapping[str, Json]) -> str:
    return "" if _table(rule, payload) else f'"{rule.args["table"]}" has no row'


def _balanced(rule: Rule, payload: Mapping[str, Json]) -> str:
    rows = _table(rule, payload)
    if any(row.get(str(rule.args.get("unless"))) for row in rows):
        return ""
    sums = []
    for side in ("debit", "credit"):
        names = rule.args[side]
        firsts = (next((row[name] for name in names if row.get(name) is not None), None) for row in rows)
        sums.append(sum(map(_decimal, firsts), Decimal(0)))
    if abs(sums[0] - sums[1]) <= _decimal(rule.args.get("tolerance", "0")):
        return ""
    return f"debit is {sums[0]} and credit {sums[1]}"


def _within(rule: Rule, payload: Mapping[str, Json]) -> str:
    total = payload.get(rule.args["total"])
    rows = [row for row in _table(rule, payload) if row.get(str(rule.args.get("flag"))) is not False]
    spent = sum((_decimal(row.get(rule.args["amount"])) for row in rows), Decimal(0))
    return (
        "" if total is None or spent <= _decimal(total) else f"{rule.args['amount']} adds up to {spent}, above {total}"
    )


def _positive(rule: Rule, payload: Mapping[str, Json]) -> str:
    value = payload.get(rule.args["field"])
    return "" if value is None or _decimal(value) > 0 else f'"{rule.args["field"]}" is not above zero'


_BROKEN: Mapping[str, Callable[[Rule, Mapping[str, Any]], str]] = {
    "some_lines": _some_lines,
    "balanced": _balanced,
    "within": _within,
    "positive": _positive,
}
