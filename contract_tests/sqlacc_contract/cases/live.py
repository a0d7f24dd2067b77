"""Cases fit for a real server: the ones that read; and, when asked for, writes that are tagged and cleaned up."""

from __future__ import annotations

from collections.abc import Iterator
from secrets import token_hex

from sqlacc_codegen.ir import Api

from ..play import Play
from ..properties import world
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
        record = world.glance(api, play.call, s.o, s.minimum).fitted(api, s.o, s.minimum)
        record[s.identity] = f"ZZ-{token_hex(3)}"
        if s.text_field:
            record[s.text_field] = TAG
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
