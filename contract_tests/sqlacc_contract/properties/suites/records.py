"""Suites of single records: created, updated, refused, deleted."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from sqlacc_codegen.ir import Api

from ...cases.subject import Subject
from ...play import Row
from ...server_check import ANY
from ...tagged import bare
from ...wire import COUNTER
from ..dice import Dice
from ..facts import SHARED
from ..records import Given, Maker, unique
from ..scene import REFUSED, Scene
from ..sums import value
from .suite import Suite, with_operations

STOCK = {"negative_stock": ("refused",)}  # whether there is enough is no question of a single record


def created(scene: Scene, given: Given) -> None:
    sent = scene.labelled(given["record"])
    made = scene.created(given["record"])
    scene.echoed(sent, made)
    scene.filled(sent, made)
    with scene.held("P4"):
        read = scene.read(scene.s.key(made))
        scene.play.equal(made, read, "the record read back")
    scene.adds_up(read)


def updated(scene: Scene, given: Given) -> None:
    s, o, maker = scene.s, scene.o, scene.maker
    with scene.held("P4"):
        stored = scene.read(s.key(scene.created(given["record"])))
    figures = not {"amounts", ANY} & set(scene.readings)
    changes = resolved(maker, stored, given["changes"], figures)
    with scene.held("P6"):
        answer: Row = scene.value("update", record=stored, changes=changes)
    stays(scene, stored, changes, answer)
    table = maker.facts.keyed
    scene.echoed({w: v for w, v in changes.items() if table is None or w != table.wire}, answer, "P7")
    if table is not None:
        key = str(table.key)
        kept, now = [row[key] for row in stored[table.wire]], [row[key] for row in answer[table.wire]]
        scene.same("P7", kept, now, "row keys")
        for change in changes.get(table.wire, []):
            at = kept.index(change[key])
            scene.echoed({table.wire: [{}] * at + [change]}, answer, "P7")
    rises(scene, stored, answer)
    with scene.held("P9"):
        read = scene.read(s.key(stored))
        scene.play.equal(answer, read, "the record read back")
    scene.adds_up(read)
    with scene.held("P6"):
        again: Row = scene.value("update", record=read, changes=resolved(maker, read, given["again"]))
    stays(scene, read, resolved(maker, read, given["again"]), again)
    rises(scene, read, again)
    if o.counter:
        with scene.held("P10"):
            scene.error("update", "stale", record=stored, changes=changes)
            scene.play.equal(again, scene.read(s.key(stored)), "the record after a stale update")


def rises(scene: Scene, before: Row, after: Row) -> None:
    counter = scene.o.counter
    if counter:
        was, now = (bare(record.get(counter)) or 0 for record in (before, after))
        scene.check("P8", now == was + 1, f"the counter went from {was} to {now}")


def stays(scene: Scene, before: Row, changes: Row, after: Row) -> None:
    """P7: what was not changed is as it was, in the header and in each row; sums move with the figures."""
    o, facts = scene.o, scene.maker.facts
    key = str(facts.keyed.key) if facts.keyed else ""
    changed = {bare(row[key]): row for row in changes.get(facts.keyed.wire, ())} if facts.keyed else {}
    inputs = {(o.behaviour.get("amounts") or {}).get(name) for name in ("quantity", "price")}
    moves = {COUNTER, "lastmodified", "changed"}
    if set(SHARED) & set(changes) or any(inputs & set(row) for row in changed.values()):
        moves |= facts.worked_out | facts.sums

    def same(was: Row, now: Row, besides: Row, where: str) -> None:
        kept = {w: v for w, v in was.items() if w not in moves and w not in besides and w not in o.tables}
        kept = {w: v for w, v in kept.items() if w not in facts.filled or v not in (None, "", "----")}
        scene.same("P7", kept, {wire: now.get(wire) for wire in kept}, f"{where} beside what was changed")

    same(before, after, changes, "the header")
    for table in o.lines:
        rows, now = before.get(table.wire) or [], after.get(table.wire) or []
        scene.same("P7", len(rows), len(now), f"the number of rows of {table.wire}")
        own = changed if facts.keyed and table.wire == facts.keyed.wire else {}
        for at, row in enumerate(rows):
            same(row, now[at], own.get(bare(row.get(key)), {}), f"{table.wire}[{at}]")


def resolved(maker: Maker, stored: Row, changes: Given, figures: bool = False) -> Row:
    """Changes of the n-th row as changes of the row with that key."""
    made: Row = dict(changes["header"])
    table = maker.facts.keyed
    rows = stored.get(table.wire) if table else None
    if table and rows and changes["rows"]:
        key, by_key = str(table.key), dict[int, Row]()
        for change in changes["rows"]:
            at = change["row"] % len(rows)
            more = change.get("figures", {}) if figures else {}
            by_key[at] = {**by_key.get(at, {}), **change["set"], **more, key: rows[at][key]}
        made[table.wire] = list(by_key.values())
    return made


def refused(scene: Scene, given: Given) -> None:
    """One thing wrong; everything else fits."""
    s, made = scene.s, None
    if given["by"] == "update":
        with scene.held("P4"):
            made = scene.read(s.key(scene.created(given["record"], 1)))
    before = scene.keys()
    record = made if made is not None else scene.labelled(given["record"], 2)
    broken, where = _broken(scene.maker, record, given)
    scene.play.configure(validate=False)
    with scene.held("P11"):
        if made is None:
            scene.error("create", REFUSED, record=broken)
        else:
            scene.error("update", REFUSED, record=broken, changes={})
            scene.play.equal(made, scene.read(s.key(made)), f"the record after an update with a wrong {where}")
    with scene.held("P22"):
        scene.play.equal(before, scene.keys(), f"the keys of all records after a refused {given['by']}")


def _broken(maker: Maker, record: Row, given: Given) -> tuple[Row, str]:
    kinds = maker.facts.breakable
    some = kinds[given["kind"] % len(kinds)]
    table, wire, broken = some[given["broken"] % len(some)]
    if not table:
        return record | {wire: broken}, wire
    rows = [dict(row) for row in record[table]]
    rows[given["row"] % len(rows)][wire] = broken
    return record | {table: rows}, f"{table}.{wire}"


def twice(scene: Scene, given: Given) -> None:
    """A number that is taken."""
    s, o = scene.s, scene.o
    made = scene.created(given["record"])
    before = scene.keys()
    with scene.held("P22"):
        same = scene.labelled(given["record"]) | {name: made[name] for name in o.identity}
        scene.error("create", "duplicate", record=same)
        scene.play.equal(before, scene.keys(), "the keys of all records after a refused create")
        scene.play.equal(made, scene.read(s.key(made)), "the record whose number was taken")


def unbalanced(scene: Scene, given: Given) -> None:
    """A journal balances, and with one side higher it is refused."""
    scene.adds_up(scene.created(given["record"], 2))
    facts = scene.o.behaviour["journal"]
    record = scene.labelled(given["record"])
    rows = [dict(row) for row in record[facts["table"]]]
    row = rows[given["row"] % len(rows)]
    side = facts["debit"] if facts["debit"] in row else facts["credit"]
    row[side] = {"$dec": str(value(row[side]) + Decimal(given["more"]) / 100)}
    before = scene.keys()
    scene.play.configure(validate=False)
    with scene.held("P27"):
        scene.error("create", REFUSED, record=record | {facts["table"]: rows})
    with scene.held("P22"):
        scene.play.equal(before, scene.keys(), "the keys of all records after a refused create")


def deleted(scene: Scene, given: Given) -> None:
    s = scene.s
    made, other = scene.created(given["record"], 1), scene.created(given["record"], 2)
    before = scene.keys()
    with scene.held("P13"):
        scene.play.equal(None, scene.value("delete", key=s.key(made)), "the value of a delete")
    with scene.held("P14"):
        scene.error("get", "not_found", key=s.key(made))
        scene.error("delete", "not_found", key=s.key(made))
        left = [key for key in before if key != bare(s.key(made))]
        scene.play.equal(left, scene.keys(), "the keys of all records after a delete")
        scene.play.equal(other, scene.read(s.key(other)), "another record after a delete")


def kept(scene: Scene, given: Given) -> None:
    """What a document names cannot be deleted. It is one of its own: a server of others might do it."""
    party, play = scene.o.behaviour["party"], scene.play
    target = Subject(play.api.object(party["object"]))
    with scene.held("P2"):
        owner = scene.made(target, unique(target, scene.maker.minimum(target), f"{scene.tag}K"))
    made = scene.created(given["record"] | {party["field"]: owner[target.identity]})
    with scene.held("P13"):
        owner = play.value(target.op("get"), key=target.key(owner))
        play.error(target.op("delete"), REFUSED, key=target.key(owner))
        play.equal(owner, play.value(target.op("get"), key=target.key(owner)), "the record that is referred to")
        play.equal(made, scene.read(scene.s.key(made)), "the record that refers")


def turned_away(scene: Scene, given: Given) -> None:
    """A party of a status that forbids new documents, and of one that allows them."""
    party, play = scene.o.behaviour["party"], scene.play
    owner = Subject(play.api.object(party["object"]))
    for number, (status, facts) in enumerate(sorted(statuses(play.api).items())):
        record = unique(owner, scene.maker.minimum(owner), f"{scene.tag}{number}")
        with scene.held("P2"):
            made = scene.made(owner, record | {"status": status})
        document = scene.labelled(given["record"] | {party["field"]: owner.key(made)}, number)
        with scene.held("P33"):
            if facts["new_documents"]:
                scene.made(scene.s, document)
            else:
                before = scene.keys()
                play.error(scene.s.op("create"), REFUSED, record=document)
                play.equal(before, scene.keys(), f"the keys of all records after a refusal of the status {status}")


def statuses(api: Api) -> Mapping[str, Any]:
    found = api.facts.get("defaults", {}).get("customer_status") or {}
    return {name: facts for name, facts in found.items() if isinstance(facts, Mapping)}


def foreign(scene: Scene, given: Given) -> None:
    """A row key of another record in an update."""
    table = scene.maker.facts.keyed
    assert table is not None
    s, key = scene.s, str(table.key)
    record = {table.wire: scene.maker.patterns[table.wire], **given["record"]}
    other = scene.read(s.key(scene.created(record, 1)))
    mine = scene.read(s.key(scene.created(record, 2)))
    rows = mine[table.wire]
    at = given["row"] % len(rows)
    stolen = rows[at] | given["set"] | {key: other[table.wire][at][key]}
    with scene.held("P23"):
        scene.play.call(s.op("update"), record=mine | {table.wire: [*rows[:at], stolen, *rows[at + 1 :]]}, changes={})
        scene.play.equal(other, scene.read(s.key(other)), "the record whose row key was used")


# --- values -------------------------------------------------------------------------------------------------------


def _record(maker: Maker) -> SearchStrategy[Given]:
    return st.fixed_dictionaries({"record": maker.records()})


def _anywhere(maker: Maker) -> SearchStrategy[Given]:
    return st.fixed_dictionaries({"record": maker.records(abroad=True)})


def _changed(maker: Maker) -> SearchStrategy[Given]:
    return st.fixed_dictionaries(
        {"record": maker.records(), "changes": maker.changes(figures=True), "again": maker.changes()}
    )


@st.composite
def _one_broken(draw: DrawFn, maker: Maker) -> Given:
    dice = Dice(draw)
    return {
        "by": dice.one_of(("create", "update")),
        "kind": dice(len(maker.facts.breakable)),
        "broken": dice(1000),
        "row": dice(4),
        "record": draw(maker.records()),
    }


def _stolen(maker: Maker) -> SearchStrategy[Given]:
    return st.fixed_dictionaries({"record": maker.records(), "row": st.integers(0, 3), "set": _texts(maker)})


@st.composite
def _texts(draw: DrawFn, maker: Maker) -> Row:
    table, dice = maker.facts.keyed, Dice(draw)
    free = maker.free(table).fields if table else {}
    return {wire: free[wire](dice) for wire in sorted(free) if wire.startswith(("description", "remark"))}


def _unbalanced(maker: Maker) -> SearchStrategy[Given]:
    more = {"row": st.integers(0, 5), "more": st.integers(1, 10**6)}
    return st.fixed_dictionaries({"record": maker.records(), **more})


def _journals(api: Any) -> Any:
    return (s for s in with_operations("create", "list")(api) if "journal" in s.o.behaviour)


def _with_party(api: Any) -> Any:
    for subject in with_operations("create", "get")(api):
        party = subject.o.behaviour.get("party")
        if party and party["object"] in api.by_id and "delete" in api.object(party["object"]).by_operation:
            yield subject


def _of_new_parties(api: Api) -> Any:
    """Parties that can be made, and that have a status."""
    for subject in _with_party(api):
        owner = Subject(api.object(subject.o.behaviour["party"]["object"]))
        able = owner.can("create") and "status" in owner.o.by_wire and subject.can("list")
        if able and statuses(api) and "knock_off" not in subject.o.behaviour:
            yield subject


def _with_keyed_rows(api: Any) -> Any:
    for subject in with_operations("create", "get", "update")(api):
        if subject.table is not None and "knock_off" not in subject.o.behaviour:
            yield subject


RECORDS = (
    Suite(
        "created",
        "A record that fits is created and read back.",
        ("P2", "P3", "P4", "P18", "P19", "P20", "P21", "P27", "P30"),
        with_operations("create", "get"),
        _anywhere,
        created,
        live="write",
        avoids=STOCK,
    ),
    Suite(
        "updated",
        "A record is changed twice, then once more by somebody who has read it before.",
        ("P6", "P7", "P8", "P9", "P10"),
        with_operations("create", "get", "update"),
        _changed,
        updated,
        live="write",
        avoids=STOCK,
    ),
    Suite(
        "refused",
        "One value of a record has a wrong type, is too long, or names nothing.",
        ("P11", "P22"),
        with_operations("create", "get", "list", "update"),
        _one_broken,
        refused,
        live="write",
        avoids=STOCK,
    ),
    Suite(
        "twice",
        "A number that is taken is used again.",
        ("P22",),
        with_operations("create", "get", "list"),
        _record,
        twice,
        live="write",
        avoids=STOCK,
        share=0.5,
    ),
    Suite(
        "unbalanced",
        "A journal is taken as long as no side is higher than the other.",
        ("P27", "P22"),
        _journals,
        _unbalanced,
        unbalanced,
        live="write",
    ),
    Suite(
        "deleted",
        "A record that nothing refers to is deleted.",
        ("P13", "P14"),
        with_operations("create", "get", "list", "delete"),
        _record,
        deleted,
        live="write",
        avoids=STOCK,
        share=0.5,
    ),
    Suite(
        "kept",
        "A record that a document names is not deleted.",
        ("P13",),
        _with_party,
        _record,
        kept,
        live="write",
        avoids=STOCK,
        share=0.5,
    ),
    Suite(
        "turned away",
        "Documents of new parties, one of each status.",
        ("P33",),
        _of_new_parties,
        _record,
        turned_away,
        live="write",
        avoids=STOCK,
        share=0.1,
    ),
    Suite(
        "foreign row",
        "An update carries the key of another record's row.",
        ("P23",),
        _with_keyed_rows,
        _stolen,
        foreign,
        live="write",
        avoids=STOCK,
        share=0.5,
    ),
)
