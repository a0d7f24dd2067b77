"""Two Apis -> Changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from ..api_json import as_json
from ..ir import (
    Api,
    BlobType,
    CodeType,
    DecimalType,
    EnumType,
    EpochType,
    Field,
    IntegerType,
    Lines,
    Object,
    Rule,
    TextType,
    Type,
)
from ..show import type_text
from .change import Change, Weight, in_order

T = TypeVar("T")


def compare(old: Api, new: Api) -> tuple[Change, ...]:
    """Every difference that a user of a client, of the docs or of the sandbox could notice, heaviest first."""
    return in_order([*_service(old, new), *_objects(old, new), *_others(old, new)])


# --- the service ------------------------------------------------------------------------------------------------


def _service(old: Api, new: Api) -> Iterator[Change]:
    if old.base_url != new.base_url:
        yield _moved("service", "host-changed", "host", old.base_url, new.base_url, "breaking", "breaking")
    was, now = (" ".join(f"{scope.region}/{scope.service}" for scope in api.scopes[:1]) for api in (old, new))
    if was != now:
        yield _moved("service", "scope-changed", "default signing scope", was, now, "breaking", "breaking")
    if old.page_size != new.page_size:
        yield _moved("service", "page-size-changed", "page size", old.page_size, new.page_size, "risky", "safe")
    for id, before_reading, after_reading in _pairs(old.readings, new.readings, lambda r: r.id):
        where = f"readings.{id}"
        if not before_reading:
            yield _new(where, "reading-added", f"reading {id} is new")
        elif not after_reading:
            yield Change(where, "reading-removed", f"reading {id} is gone", "safe", "safe")
        elif before_reading.default != after_reading.default:
            was, now = before_reading.default, after_reading.default
            yield _moved(where, "reading-default-changed", "default of the reading", was, now, "risky", "risky")
    if as_json(old.errors) != as_json(new.errors):
        yield Change("service.errors", "errors-changed", "the known error forms changed", "risky", "risky")


def _others(old: Api, new: Api) -> Iterator[Change]:
    for id, before, after in _pairs(old.workflows, new.workflows, lambda w: w.id):
        where = f"workflows.{id}"
        if not before:
            yield _new(where, "workflow-added", f"workflow {id} is new")
        elif not after:
            yield Change(where, "workflow-removed", f"workflow {id} is gone", "breaking", "breaking")
        elif as_json(before) != as_json(after):
            args = before.args != after.args
            weight: Weight = "risky" if args else "safe"
            yield Change(where, "workflow-changed", f"workflow {id} changed", weight, weight)


# --- objects ----------------------------------------------------------------------------------------------------


def _objects(old: Api, new: Api) -> Iterator[Change]:
    for id, before, after in _pairs(old.objects, new.objects, lambda o: o.id):
        if not before:
            yield _new(id, "object-added", f"object {id} is new")
        elif not after:
            yield Change(id, "object-removed", f"object {id} is gone", "breaking", "breaking")
        else:
            yield from _object(before, after)


def _object(old: Object, new: Object) -> Iterator[Change]:
    id = old.id
    for name, weight in (("path", "breaking"), ("key", "breaking"), ("plural", "breaking"), ("counter", "breaking")):
        was, now = getattr(old, name), getattr(new, name)
        if was != now:
            yield _moved(id, f"{name}-changed", name, as_json(was), as_json(now), weight, weight)  # type: ignore[arg-type]
    if old.identity != new.identity:
        was, now = " + ".join(old.identity), " + ".join(new.identity)
        yield _moved(id, "identity-changed", "identifying fields", was, now, "risky", "risky")
    searched = "find" in old.by_operation and "find" in new.by_operation  # else the operation tells
    was_indexed, is_indexed = (set(o.indexed) if searched else set() for o in (old, new))
    for wire in sorted(was_indexed - is_indexed):
        yield Change(f"{id}.{wire}", "index-removed", f"{wire} can no longer be asked for in /*?", "breaking", "safe")
    for wire in sorted(is_indexed - was_indexed):
        yield _new(f"{id}.{wire}", "index-added", f"{wire} can be asked for in /*?")
    yield from _operations(old, new)
    yield from _table(id, old, new)
    yield from _rules(id, old.rules, new.rules)
    yield from _pdf(old, new)
    if old.behaviour != new.behaviour:
        yield Change(
            id, "behaviour-changed", "the rules by which the server fills in and checks changed", "risky", "risky"
        )
    if (old.doc, old.title, old.notes) != (new.doc, new.title, new.notes):
        yield Change(id, "doc-changed", "description changed", "safe", "safe")
    if as_json(old.examples) != as_json(new.examples):
        yield Change(id, "examples-changed", "examples changed", "safe", "safe")


_READING_OPERATIONS = ("list", "find", "get", "pdf")


def _operations(old: Object, new: Object) -> Iterator[Change]:
    for kind, before, after in _pairs(old.operations, new.operations, lambda o: o.kind):
        where = f"{old.id}.{kind}()"
        if not before:
            yield _new(where, "operation-added", f"operation {kind} is new")
        elif not after:
            reads: Weight = "breaking" if kind in _READING_OPERATIONS else "safe"
            writes: Weight = "safe" if kind in _READING_OPERATIONS else "breaking"
            yield Change(where, "operation-removed", f"operation {kind} is gone", reads, writes)
        elif (before.method, before.path) != (after.method, after.path) and old.path == new.path:
            was, now = f"{before.method} {before.path}", f"{after.method} {after.path}"
            yield _moved(where, "operation-moved", "request", was, now, "breaking", "breaking")


def _rules(where: str, old: tuple[Rule, ...], new: tuple[Rule, ...]) -> Iterator[Change]:
    def id(rule: Rule) -> str:
        return f"{rule.kind} {as_json(rule.args)}"

    for key, before, after in _pairs(old, new, id):
        if not before and after:
            yield Change(where, "rule-added", f"a new rule: {after.message}", "safe", "breaking", fact=key)
        elif not after and before:
            yield Change(where, "rule-removed", f"a rule is gone: {before.message}", "safe", "safe", fact=key)


def _pdf(old: Object, new: Object) -> Iterator[Change]:
    where = f"{old.id}.pdf"
    if not old.pdf or not new.pdf:
        return  # told by the operation
    if old.pdf.default != new.pdf.default:
        yield _moved(where, "report-default-changed", "report", old.pdf.default, new.pdf.default, "risky", "safe")
    for report in sorted(set(old.pdf.reports) - set(new.pdf.reports)):
        yield Change(where, "report-removed", f'report "{report}" is gone', "risky", "safe", fact=report)
    for report in sorted(set(new.pdf.reports) - set(old.pdf.reports)):
        yield _new(where, "report-added", f'report "{report}" is new', fact=report)


# --- tables and fields ------------------------------------------------------------------------------------------


def _table(where: str, old: Object | Lines, new: Object | Lines) -> Iterator[Change]:
    for wire, before, after in _pairs(old.fields, new.fields, lambda f: f.wire):
        place = f"{where}.{wire}"
        if not before and after:
            must = after.create == "required"
            text = f"field {wire} is new" + (" and required on create" if must else "")
            yield Change(place, "field-added", text, "safe", "breaking" if must else "safe", addition=True)
        elif not after:
            yield Change(place, "field-removed", f"field {wire} is gone", "breaking", "risky")
        elif before:
            yield from _field(place, before, after)
    for wire, table, other in _pairs(old.lines, new.lines, lambda t: t.wire):
        place = f"{where}.{wire}"
        if not table:
            yield _new(place, "table-added", f"line table {wire} is new")
        elif not other:
            yield Change(place, "table-removed", f"line table {wire} is gone", "breaking", "breaking")
        else:
            if table.key != other.key:
                yield _moved(place, "row-key-changed", "row key", table.key, other.key, "risky", "breaking")
            was, now = (f"{lines.name} of {lines.item}" for lines in (table, other))
            if was != now:
                yield _moved(place, "name-changed", "words of the name", was, now, "breaking", "breaking")
            if table.doc != other.doc:
                yield Change(place, "doc-changed", "description changed", "safe", "safe")
            yield from _table(place, table, other)


def _field(where: str, old: Field, new: Field) -> Iterator[Change]:
    yield from _type(where, old.type, new.type)
    if old.create != new.create:
        writers: Weight = {"required": "breaking", "unknown": "risky", "optional": "safe"}[new.create]  # type: ignore[assignment]
        yield _moved(where, "presence-changed", "on create", old.create, new.create, "safe", writers)
    if old.read_only != new.read_only:
        text = "set by the server only" if new.read_only else "may be set by clients"
        yield Change(where, "read-only-changed", text, "safe", "breaking" if new.read_only else "safe", new.read_only)
    if old.detail_only != new.detail_only:
        text = "no longer in list rows" if new.detail_only else "in list rows too"
        yield Change(
            where, "detail-only-changed", text, "breaking" if new.detail_only else "safe", "safe", new.detail_only
        )
    if old.default != new.default:
        yield _moved(where, "default-changed", "default", as_json(old.default), as_json(new.default), "safe", "risky")
    if old.name != new.name:
        yield _moved(where, "name-changed", "words of the name", str(old.name), str(new.name), "breaking", "breaking")
    if old.unit != new.unit:
        yield _moved(where, "unit-changed", "unit", old.unit, new.unit, "risky", "risky")
    if old.personal != new.personal:
        yield _moved(where, "personal-changed", "personal data", old.personal, new.personal, "safe", "safe")
    if old.evidence.grade != new.evidence.grade:
        yield _moved(where, "evidence-changed", "evidence", old.evidence.grade, new.evidence.grade, "safe", "safe")
    if (old.doc, old.note) != (new.doc, new.note):
        yield Change(where, "doc-changed", "description changed", "safe", "safe")


def _type(where: str, old: Type, new: Type) -> Iterator[Change]:
    if _family(old) != _family(new):
        was, now = type_text(old), type_text(new)
        yield _moved(where, "type-changed", "type", was, now, "breaking", "breaking")
        return
    before, after = _limit(old), _limit(new)
    what = "digits after the point" if isinstance(new, DecimalType) else "largest size"
    if before != after:
        narrower = after is not None and (before is None or after < before)
        code = "narrowed" if narrower else "widened"
        weights: tuple[Weight, Weight] = ("safe", "breaking") if narrower else ("risky", "safe")
        yield _moved(where, code, what, before, after, *weights)
    if isinstance(old, CodeType) and isinstance(new, CodeType) and old.target != new.target:
        yield _moved(where, "target-changed", "code of", old.target, new.target, "risky", "risky")
    if isinstance(old, EnumType) and isinstance(new, EnumType):
        was_values, now_values = dict(old.values), dict(new.values)
        for value in sorted(set(was_values) - set(now_values), key=str):
            yield Change(where, "value-removed", f"value {value!r} is gone", "safe", "risky", fact=value)
        for value in sorted(set(now_values) - set(was_values), key=str):
            yield Change(where, "value-added", f"value {value!r} is new", "risky", "safe", fact=value, addition=True)


def _family(type: Type) -> str:
    """Types that look alike on the wire and in code: text, code and an open text enumeration are all text."""
    if isinstance(type, EnumType):
        return type.base
    if isinstance(type, (TextType, CodeType, BlobType)):
        return "text"
    return "integer" if isinstance(type, (IntegerType, EpochType)) else type.kind


def _limit(type: Type) -> int | None:
    if isinstance(type, TextType):
        return type.largest
    if isinstance(type, (CodeType, EnumType)):
        return type.size
    return type.scale if isinstance(type, DecimalType) else None


# --- helpers ----------------------------------------------------------------------------------------------------


def _pairs(old: Iterable[T], new: Iterable[T], key: Callable[[T], str]) -> Iterator[tuple[str, T | None, T | None]]:
    before: Mapping[str, T] = {key(item): item for item in old}
    after: Mapping[str, T] = {key(item): item for item in new}
    for name in sorted(before.keys() | after.keys()):
        yield name, before.get(name), after.get(name)


def _new(where: str, code: str, message: str, fact: Any = None) -> Change:
    return Change(where, code, message, "safe", "safe", fact=fact, addition=True)


def _moved(where: str, code: str, what: str, old: Any, new: Any, readers: Weight, writers: Weight) -> Change:
    return Change(where, code, f"{what}: from {_show(old)} to {_show(new)}", readers, writers, fact=[old, new])


def _show(value: Any) -> str:
    return "none" if value in (None, "") else str(value)
