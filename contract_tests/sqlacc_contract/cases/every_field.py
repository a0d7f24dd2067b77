"""Cases that show each field once with a value that tells something, whatever the sandbox fills in by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlacc_codegen.ir import Field, Lines, Object

from ..faults import answer
from ..play import Play
from ..tagged import kind_of, tag
from ..tokens import plain, text
from .case import Case
from .subject import Subject

SAMPLES = {
    "text": "Zoë & Co",
    "decimal": "12.10",
    "integer": 7,
    "flag": True,
    "date": "2026-02-28",
    "moment": "2026-02-28T08:30:15.250Z",
    "epoch": 1772267415,
    "blob": "QUJD",
}


def every_field(s: Subject) -> Iterator[Case]:
    """The answers are made up, so both witnesses look at every column of every table."""
    o = s.o
    whole = _row(o, lambda _: True)
    told = answer(200, text(plain(whole)).encode())

    def read(play: Play) -> None:
        play.fault(told)
        play.equal(tag(o, plain(whole)), play.value(s.op("get"), key=whole[o.key]), "a record with every field")

    def sent(play: Play) -> None:
        play.configure(validate=False)
        play.fault(told)
        play.value(s.op("create"), record=tag(o, plain(_row(o, lambda field: not field.read_only))))

    if "get" in o.by_operation:
        yield Case(o.id, "get", "every field", read, o.by_operation["get"].evidence.grade)
    if "create" in o.by_operation:
        yield Case(o.id, "create", "every field", sent, o.by_operation["create"].evidence.grade)


def _row(table: Object | Lines, wanted: Callable[[Field], bool]) -> dict[str, Any]:
    made = {field.wire: _sample(field) for field in table.fields if wanted(field)}
    return made | {below.wire: [_row(below, wanted)] for below in table.lines}


def _sample(field: Field) -> Any:
    sample = SAMPLES[kind_of(field)]
    size = getattr(field.type, "size", None)
    return sample[:size] if isinstance(sample, str) and size else sample
