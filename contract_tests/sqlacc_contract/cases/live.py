"""Cases fit for a real server: the ones that read; and, when asked for, writes that are tagged and cleaned up."""

from __future__ import annotations

from collections.abc import Iterator
from secrets import token_hex

from sqlacc_codegen.ir import Api, CodeType

from ..play import Play, Row, Skipped
from ..tagged import bare
from .case import Case
from .subject import Subject

TAG = "sqlacc-verify"


def live_cases(api: Api, everything: Iterator[Case], write: bool) -> Iterator[Case]:
    """Reads of the ordinary cases; writes go round once per object."""
    for case in everything:
        if case.live == "read" and not case.reading:
            yield case
    if write:
        for o in api.objects:
            subject = Subject(o)
            if subject.creates and subject.can("create") and subject.can("delete"):
                yield Case(o.id, "create", "live round", _round(api, subject), "documented", "write")


def _round(api: Api, s: Subject):  # type: ignore[no-untyped-def]
    def play_round(play: Play) -> None:
        record = _fitted(play, api, s)
        made = play.value(s.op("create"), record=record)
        try:
            stored = play.value(s.op("get"), key=s.key(made))
            if s.text_field and s.can("update"):
                changed = play.value(s.op("update"), record=stored, changes={s.text_field: TAG})
                play.equal(TAG, changed[s.text_field], s.text_field)
        finally:
            play.value(s.op("delete"), key=s.key(made))
        play.error(s.op("get"), "not_found", key=s.key(made))

    return play_round


def _fitted(play: Play, api: Api, s: Subject) -> Row:
    """The minimum example with codes that this database has, a number of its own, and a tag."""
    record = s.minimum | {s.identity: f"ZZ-{token_hex(3)}"}
    if s.text_field:
        record[s.text_field] = TAG
    for wire in record:
        field = s.o.by_wire.get(wire)
        if field and isinstance(field.type, CodeType) and field.type.target in api.by_id and wire != s.identity:
            record[wire] = _some_code(play, Subject(api.object(field.type.target)))
    for table in s.o.lines:
        for row in record.get(table.wire) or []:
            for wire, field in table.by_wire.items():
                if wire in row and isinstance(field.type, CodeType) and field.type.target in api.by_id:
                    row[wire] = _some_code(play, Subject(api.object(field.type.target)))
    return record


def _some_code(play: Play, s: Subject) -> object:
    rows = play.value(s.op("list"), limit=1)["records"]
    if not rows:
        raise Skipped(f"the database has no {s.o.title}")
    return bare(rows[0][s.identity])
