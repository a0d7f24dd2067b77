"""Cases of rows in an update: changed, added, removed, and rows of another record."""

from __future__ import annotations

from collections.abc import Iterator

from ..play import Play, Row
from .case import Case
from .subject import Subject


def lines(s: Subject) -> Iterator[Case]:
    o, grade = s.o, s.o.by_operation["update"].evidence.grade
    assert s.table is not None
    table, key, text = s.table.wire, str(s.table.key), s.row_text or ""

    def changed(play: Play) -> None:
        stored = s.stored(play)
        rows = s.rows(stored)
        change = {key: rows[0][key], text: "changed by sqlacc"}
        updated = play.value(s.op("update"), record=stored, changes={table: [change]})
        play.equal([row[key] for row in rows], [row[key] for row in s.rows(updated)], "row keys")
        play.equal("changed by sqlacc", s.rows(updated)[0][text], text)
        for before, after in zip(rows[1:], s.rows(updated)[1:], strict=True):
            play.equal(before[text], after[text], f"{text} of a row not touched")

    def added(play: Play) -> Row:
        stored = s.stored(play)
        more = [dict(row) for row in (s.full[table] if s.fixed_rows else s.full[table][:1])]
        for number, row in enumerate(more):
            row.pop(key, None)
            _rename(row, s, number)
        updated: Row = play.value(s.op("update"), record=stored, changes={table: more})
        kept = [row[key] for row in s.rows(stored)]
        play.equal(kept, [row[key] for row in s.rows(updated)[: len(kept)]], "row keys")
        play.equal(len(kept) + len(more), len(s.rows(updated)), "the number of rows")
        play.check(len({s.row_key(row) for row in s.rows(updated)}) == len(s.rows(updated)), "two rows have one key")
        return updated

    def removed(play: Play) -> None:
        updated = added(play)
        count = len(s.full[table]) if s.fixed_rows else 1
        kept, last = s.rows(updated)[:-count], s.rows(updated)[-count:]
        changes = {table: [{key: row[key], "$remove": True} for row in last]}
        result = play.call(s.op("update"), record=updated, changes=changes)
        if not result.ok:  # reading omitted_lines=kept: the client has to say so
            play.equal("line_not_removed", result.kind, "the error")
            kept += last
        read = play.value(s.op("get"), key=s.key(updated))
        play.equal([row[key] for row in kept], [row[key] for row in s.rows(read)], "row keys")

    def foreign(play: Play) -> None:
        """P23: a row key of another record is refused or taken for a new row, the other record stays."""
        other = s.stored(play, s.variant(1, s.full))
        stored = s.stored(play, s.variant(2, s.full))
        stolen = s.rows(other)[0]
        record = stored | {table: [*s.rows(stored)[1:], s.rows(stored)[0] | {key: stolen[key], text: "stolen"}]}
        play.call(s.op("update"), record=record, changes={})
        play.equal(other, play.value(s.op("get"), key=s.key(other)), "the other record")

    yield Case(o.id, "update", "line changed", changed, grade)
    yield Case(o.id, "update", "line added", lambda play: void(added(play)), grade)
    yield Case(o.id, "update", "line removed", removed, grade)
    yield Case(o.id, "update", "line of another record", foreign, grade)


def void(_: object) -> None:
    """A case returns nothing."""


def _rename(row: Row, s: Subject, number: int) -> None:
    """Rows that are named by a code of their own (a unit, a barcode) must not come twice."""
    assert s.table is not None
    for wire in ("uom", "branchname", "barcode"):
        if wire in row and s.table.wire != "sdsdocdetail":
            row[wire] = f"NEW{number}"
