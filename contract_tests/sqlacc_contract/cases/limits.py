"""Cases of what a client refuses before it sends: every required field left out, every size and scale gone beyond."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlacc_codegen.ir import Field, Lines, Object

from ..coverage import constraints
from ..play import Play, Row
from .case import Case
from .subject import Subject

Spoil = Callable[[Field], Any]
KEEP = object()


def limits(s: Subject) -> Iterator[Case]:
    """One call each: all five clients name every field that is wrong at once."""
    grade = s.o.by_operation["create"].evidence.grade
    for name, spoil in (("every required field", _left_out), ("every limit", _beyond)):
        record, named = _spoilt(s.o, s.minimum, spoil)
        if named:
            yield Case(s.o.id, "create", name, _refused(s, record, named), grade)
    for rule in s.o.rules:
        if rule.kind == "positive":
            wire = rule.args["field"]
            yield Case(s.o.id, "create", f"{wire} not above zero", _ruled(s, {wire: {"$dec": "0.00"}}, wire), grade)
        if rule.kind == "within":
            row: Row = {rule.args["amount"]: {"$dec": "9999.99"}}
            if "flag" in rule.args:
                row[rule.args["flag"]] = True
            first = (s.full.get(rule.args["table"]) or [{}])[0]
            too_much = {rule.args["table"]: [first | row], rule.args["total"]: {"$dec": "9999.98"}}
            yield Case(s.o.id, "create", "more than there is", _ruled(s, too_much, rule.args["table"]), grade)


def _refused(s: Subject, record: Row, named: list[str]) -> Callable[[Play], None]:
    def refused(play: Play) -> None:
        play.rejects(s.op("create"), record=record)
        told = play.said[-1][1]["client_error"].get("fields") or []
        missed = [path for path in named if path not in told]
        play.check(not missed, f"the validation error does not name {', '.join(missed[:5])}; it names {told[:5]}")

    return refused


def _ruled(s: Subject, changes: Row, wire: str) -> Callable[[Play], None]:
    return _refused(s, s.full | changes, [wire])


def _spoilt(table: Object | Lines, row: Row, spoil: Spoil, at: str = "") -> tuple[Row, list[str]]:
    """The row with every field spoilt that can be, one row in each table below, and the paths of what was spoilt."""
    made, named = dict(row), []
    for field in table.fields:
        value = spoil(field)
        if value is not KEEP:
            made[field.wire] = value
            named.append(f"{at}{field.wire}")
    for below in table.lines:
        rows = row.get(below.wire) or [{}]
        inner, paths = _spoilt(below, rows[0], spoil, f"{at}{below.wire}[0].")
        if paths:
            made[below.wire] = [inner]
            named += paths
    return made, named


def _left_out(field: Field) -> Any:
    return "" if "required" in constraints(field) else KEEP


def _beyond(field: Field) -> Any:
    for one in constraints(field):
        words = one.split()
        if words[0] == "at":
            return "x" * (int(words[-1]) + 1)
        if words[-1] == "decimals":
            return {"$dec": "1." + "1" * (int(words[0]) + 1)}
    return KEEP
