"""Cases of readings: the same round under every way the real server may behave."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from sqlacc_codegen.ir import Api

from ..play import Play
from ..tagged import bare
from .case import Case
from .flows import flows
from .subject import Subject
from .telling import MEETS

OPERATION = "readings"


def reading_cases(api: Api, subjects: list[Subject], hard: list[Subject], ordinary: Sequence[Case]) -> Iterator[Case]:
    """A round of every object; and for each value that is not the default the same again, every workflow, and the case
    that meets the reading where no round does."""
    rounds = [
        Case(s.o.id, OPERATION, "round", _round(s), s.o.evidence.grade, slow=s not in hard)
        for s in subjects
        if s.creates
    ]
    yield from rounds
    whole = [case for case in flows(api) if case.name in ("whole", "part")]
    for reading in api.readings:
        meets = [case for case in ordinary if case.name == MEETS.get(reading.id)][:1]
        for choice in reading.choices:
            if choice.value != reading.default:
                for case in (*rounds, *whole, *meets):
                    yield replace(
                        case,
                        operation=OPERATION,
                        grade=choice.evidence.grade,
                        reading=((reading.id, choice.value),),
                        twin=case.id,
                    )


def _round(s: Subject) -> Callable[[Play], None]:
    """Create, read, find, list, change, remove a row, delete. What a refusal is, the witnesses decide together."""

    def play_round(play: Play) -> None:
        made = play.call(s.op("create"), record=s.full)
        if not made.ok or made.value is None:
            play.check(made.ok or made.side == "api", f"create ended with {made.kind}: {made.message}")
            play.call(s.op("list"))
            return
        record = play.value(s.op("get"), key=s.key(made.value))
        play.value(s.op("list"), limit=3)
        play.value(s.op("iterate"), page_limit=3, max=7)
        found = play.value(s.op("find"), where={name: record[name] for name in s.o.identity})
        play.equal(bare(s.key(record)), bare(s.key(found)), "the key of the record found")
        play.value(s.op("find"), where={s.identity: "NO/SUCH"})
        play.error(s.op("create"), "duplicate", record=s.full | {n: record[n] for n in s.o.identity})
        play.error(s.op("get"), "not_found", key=s.missing_key)
        if s.text_field:
            changed = play.value(s.op("update"), record=record, changes={s.text_field: "in a round"})
            play.equal("in a round", changed[s.text_field], s.text_field)
            stale = play.call(s.op("update"), record=record, changes={s.text_field: "stale"})
            play.check(stale.ok or stale.kind == "stale", f"a stale update ended with {stale.kind}: {stale.message}")
        _remove_added_row(play, s)
        if s.can("pdf"):
            play.value(s.op("pdf"), key=s.key(record))
        play.value(s.op("delete"), key=s.key(record))
        play.error(s.op("get"), "not_found", key=s.key(record))

    return play_round


def _remove_added_row(play: Play, s: Subject) -> None:
    if not (s.table and s.row_text) or s.fixed_rows:
        return
    table, key = s.table.wire, str(s.table.key)
    record = play.value(s.op("create"), record=s.variant(3, s.full))
    last = s.rows(record)[-1]
    play.call(s.op("update"), record=record, changes={table: [{key: last[key], "$remove": True}]})
