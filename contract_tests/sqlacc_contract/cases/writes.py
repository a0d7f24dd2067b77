"""Cases of writing: create, update, delete, and what has to be refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlacc_codegen.ir import Example

from ..play import Play, Row, payload
from ..tagged import bare
from ..wire import COUNTER
from .amounts import amounts
from .case import Case
from .limits import limits
from .subject import Subject

RESTYLED = {"line_seq": "seq", "home_currency": "currencycode"}  # readings under which a field is not answered as sent


def writes(subject: Subject) -> Iterator[Case]:
    s = subject
    if s.can("create") and s.creates:
        yield from _creates(s)
        if s.can("update"):
            yield from _updates(s)
        if s.can("delete"):
            yield from _deletes(s)


def _creates(s: Subject) -> Iterator[Case]:
    o, grade = s.o, s.o.by_operation["create"].evidence.grade
    computed = frozenset(field.wire for field in o.fields if field.read_only)

    def example(one: Example) -> Case:
        def play_example(play: Play) -> None:
            sent = payload(o, one.payload)
            made = play.value(s.op("create"), record=sent)
            restyled = {name for reading, name in RESTYLED.items() if reading in play.readings}
            play.echoed(o, sent, made, computed | restyled)
            read = play.value(s.op("get"), key=s.key(made))
            play.equal(made, read, "the record read back")

        return Case(o.id, "create", one.id, play_example, one.evidence.grade, "write")

    def duplicate(play: Play) -> None:
        made = play.value(s.op("create"), record=s.variant(1))
        before = _count(play, s)
        play.error(s.op("create"), "duplicate", record=s.variant(1) | {n: made[n] for n in o.identity if n in made})
        play.equal(before, _count(play, s), "the number of records after a refused create")

    def text(play: Play) -> None:
        field = s.text_field or ""
        value = ('中文 é "q" \\ / <b>&amp; ñ 😀 \u202e\t' * 3)[: s.size(field)].strip()
        made = play.value(s.op("create"), record=s.variant(1) | {field: value})
        play.equal(value, play.value(s.op("get"), key=s.key(made))[field], field)

    def user_field(play: Play) -> None:
        record = s.variant(1) | {"udf_harness": "kept", "udf_amount": {"$dec": "1.50"}}
        made = play.value(s.op("create"), record=record)
        play.equal("kept", made.get("udf_harness"), "udf_harness")
        play.equal({"$dec": "1.50"}, made.get("udf_amount"), "udf_amount")

    def placeholders(play: Play) -> None:
        record: Row = dict(s.minimum)
        if o.by_wire[o.key].type.kind == "integer":
            record[o.key] = 0
        number = o.behaviour.get("numbering", {}).get("field")
        if number and o.kind == "document":
            record[number] = ""
        for table in o.lines:
            if table.key and record.get(table.wire):
                record[table.wire] = [row | {table.key: -1} for row in record[table.wire]]
        made = play.value(s.op("create"), record=record)
        play.check(made.get(s.identity), f"the server gave no {s.identity}")

    def required(play: Play) -> None:
        wire = next(f.wire for f in o.fields if f.create == "required" and f.wire in s.minimum)
        result = play.rejects(s.op("create"), record={k: v for k, v in s.minimum.items() if k != wire})
        _names_field(play, wire, result)

    def too_long(play: Play) -> None:
        wire = s.text_field or ""
        result = play.rejects(s.op("create"), record=s.minimum | {wire: "x" * 5000})
        _names_field(play, wire, result)

    def refused(play: Play) -> None:
        before = _count(play, s)
        play.error(s.op("create"), "reference|not_found|api", record=s.variant(1) | {code: "NO-SUCH"})
        play.equal(before, _count(play, s), "the number of records after a refused create")

    code = next((w for w in s.minimum if w in o.by_wire and o.by_wire[w].type.kind == "code" and w != s.identity), None)

    def wrong_type(play: Play) -> None:
        """P11: a value of another type is refused, and nothing changes."""
        wire = next(f.wire for f in o.fields if f.type.kind == "decimal" and not f.read_only)
        play.configure(validate=False)
        before = _count(play, s)
        play.error(s.op("create"), "api|reference|server", record=s.variant(1) | {wire: "twelve"})
        play.equal(before, _count(play, s), "the number of records after a refused create")

    for one in s.creates:
        yield example(one)
    if any(f.type.kind == "decimal" and not f.read_only for f in o.fields):
        yield Case(o.id, "create", "wrong type", wrong_type, grade)
    yield from limits(s)
    yield from amounts(s)
    yield Case(o.id, "create", "taken number", duplicate, "observed")
    if s.text_field:
        yield Case(o.id, "create", "any text", text, grade)
        if s.size(s.text_field) < 5000 and _sized(s, s.text_field):
            yield Case(o.id, "create", "text too long", too_long, grade)
    yield Case(o.id, "create", "user fields", user_field, "observed")
    yield Case(o.id, "create", "placeholders", placeholders, "documented")
    if any(f.create == "required" and f.wire in s.minimum and f.wire != o.key for f in o.fields):
        yield Case(o.id, "create", "required field left out", required, grade)
    if code:
        yield Case(o.id, "create", "unknown code", refused, "observed")
    if any(rule.kind == "some_lines" for rule in o.rules):
        yield Case(o.id, "create", "no lines", _without_lines(s), grade)
    if any(rule.kind == "balanced" for rule in o.rules):
        yield Case(o.id, "create", "not balanced", _unbalanced(s), grade)


def _without_lines(s: Subject) -> Any:
    table = next(rule.args["table"] for rule in s.o.rules if rule.kind == "some_lines")

    def no_lines(play: Play) -> None:
        play.rejects(s.op("create"), record=s.minimum | {table: []})

    return no_lines


def _unbalanced(s: Subject) -> Any:
    rule = next(rule for rule in s.o.rules if rule.kind == "balanced")
    debits = rule.args["debit"] if isinstance(rule.args["debit"], list) else [rule.args["debit"]]

    def unbalanced(play: Play) -> None:
        rows = [dict(row) for row in s.minimum[rule.args["table"]]]
        for row in rows:
            for wire in debits:
                if wire in row and float(bare(row[wire])) > 0:
                    row[wire] = {"$dec": f"{float(bare(row[wire])) + 1:.2f}"}
        play.rejects(s.op("create"), record=s.minimum | {rule.args["table"]: rows})

    return unbalanced


def _updates(s: Subject) -> Iterator[Case]:
    o, grade = s.o, s.o.by_operation["update"].evidence.grade

    def example(one: Example) -> Case:
        def play_example(play: Play) -> None:
            stored = s.stored(play)
            changes = payload(o, one.payload)
            for table in o.lines:
                if table.key and table.wire in changes:
                    changes[table.wire] = [_rekeyed(row, table.key, stored[table.wire]) for row in changes[table.wire]]
            updated = play.value(s.op("update"), record=stored, changes=changes)
            for wire, value in changes.items():
                if not isinstance(value, list):
                    play.echoed(o, {wire: value}, updated)
            play.equal(updated, play.value(s.op("get"), key=s.key(stored)), "the record read back")

        return Case(o.id, "update", one.id, play_example, one.evidence.grade)

    def header(play: Play) -> None:
        stored, field = s.stored(play), s.text_field or ""
        updated = play.value(s.op("update"), record=stored, changes={field: "changed by sqlacc"})
        play.equal("changed by sqlacc", updated[field], field)
        read = play.value(s.op("get"), key=s.key(stored))
        play.equal(updated, read, "the record read back")
        volatile = {field, COUNTER, "lastmodified", "changed"}
        for name in [name for name in stored if name not in volatile]:
            play.equal(stored[name], read.get(name), f"{name} after changing {field}")
        if o.counter:
            counted = bare(stored.get(o.counter)) or 0, bare(read.get(o.counter))
            play.check(
                isinstance(counted[1], int) and counted[1] > counted[0], f"counter went {counted[0]} -> {counted[1]}"
            )
        again = play.value(s.op("update"), record=read, changes={field: "and again"})
        play.equal("and again", again[field], field)

    def user_fields(play: Play) -> None:
        """What the client does not know goes back as it came."""
        stored = s.stored(play, s.full | {"udf_harness": "kept", "udf_amount": {"$dec": "1.50"}, "udf_none": None})
        updated = play.value(s.op("update"), record=stored, changes={s.text_field or "": "changed"})
        for name in ("udf_harness", "udf_amount", "udf_none"):
            play.equal(stored.get(name), updated.get(name), name)

    def stale(play: Play) -> None:
        stored, field = s.stored(play), s.text_field or ""
        play.value(s.op("update"), record=stored, changes={field: "first"})
        play.error(s.op("update"), "stale", record=stored, changes={field: "second"})
        play.equal("first", play.value(s.op("get"), key=s.key(stored))[field], field)

    def with_retry(play: Play) -> None:
        stored, field = s.stored(play), s.text_field or ""
        updated = play.value(s.op("update_with_retry"), key=s.key(stored), changes={field: "retried"})
        play.equal("retried", updated[field], field)

    def gone(play: Play) -> None:
        stored, field = s.stored(play), s.text_field or ""
        record = stored | {o.key: s.missing_key}
        play.error(s.op("update"), "not_found", record=record, changes={field: "x"})

    for one in o.examples:
        if one.purpose == "update":
            yield example(one)
    if s.text_field:
        yield Case(o.id, "update", "header", header, grade, "write")
        yield Case(o.id, "update", "with retry", with_retry, grade)
        yield Case(o.id, "update", "user fields", user_fields, "observed")
        yield Case(o.id, "update", "missing record", gone, grade)
        if o.counter:
            yield Case(o.id, "update", "stale", stale, grade, assumes=("update_counter",))
    if s.table and s.row_text:
        from .lines import lines

        yield from lines(s)


def _deletes(s: Subject) -> Iterator[Case]:
    o, grade = s.o, s.o.by_operation["delete"].evidence.grade

    def and_gone(play: Play) -> None:
        stored = s.stored(play, s.variant(1))
        before = _count(play, s)
        play.equal(None, play.value(s.op("delete"), key=s.key(stored)), "the value of a delete")
        play.error(s.op("get"), "not_found", key=s.key(stored))
        play.equal(before - 1, _count(play, s), "the number of records after a delete")

    def missing(play: Play) -> None:
        play.error(s.op("delete"), "not_found", key=s.missing_key)

    yield Case(o.id, "delete", "and gone", and_gone, grade, "write")
    yield Case(o.id, "delete", "missing", missing, grade)


def _rekeyed(row: Row, key: str, stored: list[Row]) -> Row:
    """A row of an update example: its key n stands for the n-th stored row."""
    if key not in row:
        return row
    return row | {key: stored[int(bare(row[key])) - 1][key]}


def _names_field(play: Play, wire: str, result: Any) -> None:
    _, body = play.said[-1]
    fields = body.get("client_error", {}).get("fields") or []
    play.check(
        any(wire in field for field in fields), f"the validation error names {fields}, not {wire}: {result.message}"
    )


def _count(play: Play, s: Subject) -> int:
    return len(play.value(s.op("iterate"))["records"])


def _sized(s: Subject, wire: str) -> bool:
    return getattr(s.o.by_wire[wire].type, "size", None) is not None
