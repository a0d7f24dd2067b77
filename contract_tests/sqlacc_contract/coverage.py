"""Calls of cases -> which operations, fields and constraints of the spec were reached, and which of them were proved.

Reached: called, sent or read, or in a position to be broken. Proved: a case that passed would have failed if the client
got it wrong. That takes two witnesses and a value that tells something: nothing is learned of a field that is null.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlacc_codegen.ir import Api, CodeType, DecimalType, EnumType, Field, Lines, Object, TextType

from .conversation import operations
from .tagged import bare
from .tap import Exchange

Way = Literal["sent", "read"]
KINDS = ("operations", "fields", "constraints")
EMPTY: tuple[Any, ...] = (None, "", "----", "0", 0)


@dataclass
class Shown:
    """What cases have shown, in names; it travels between processes."""

    called: set[str] = field(default_factory=set)  # operations
    answered: set[str] = field(default_factory=set)  # operations that gave a value in a case that passed
    reached: set[str] = field(default_factory=set)  # fields with their way: `sent agent.code`
    proved: set[str] = field(default_factory=set)  # the same, in cases that passed
    broken: set[str] = field(default_factory=set)  # constraints whose breaking was told in a case that passed

    def add(self, other: Shown) -> None:
        """Takes in what others have shown."""
        self.called |= other.called
        self.answered |= other.answered
        self.reached |= other.reached
        self.proved |= other.proved
        self.broken |= other.broken


@dataclass
class Table:
    """The fields of an object or of its rows, and which of them still have something to show."""

    name: str  # sales_invoice.sdsdocdetail
    of: Object | Lines
    below: dict[str, Table]
    todo: dict[Way, set[str]] = field(init=False)

    def __post_init__(self) -> None:
        wires = {one.wire for one in self.of.fields}
        self.todo = {"sent": set(wires), "read": set(wires)}

    def open(self, way: Way) -> bool:
        """Whether anything here or below has something to show."""
        return bool(self.todo[way]) or any(table.open(way) for table in self.below.values())

    def all(self) -> Iterator[Table]:
        yield self
        for table in self.below.values():
            yield from table.all()


class Ledger:
    """What the cases of one client have shown so far. Only what still has something to show is looked at; what the
    case under way has shown is put aside, and comes back when the case proves nothing."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.shown = Shown()
        self._tables = {o.id: _table(o.id, o) for o in api.objects}
        self._by_plural = {o.plural.snake(): o for o in api.objects}
        self._values: list[tuple[Table, Way, str]] = []  # of the case under way, as the next two
        self._answered: set[str] = set()
        self._broken: set[str] = set()

    def note(self, op: str, args: Mapping[str, Any], seen: Iterable[Exchange], body: Mapping[str, Any]) -> None:
        """One call of the case under way."""
        self.shown.called.add(op)
        plural, _, kind = op.partition(".")
        o = self._by_plural.get(plural)
        for exchange in seen:
            self._sent(exchange)
        if "value" in body:
            self._answered.add(op)
            if o:
                table = self._tables[o.id]
                for row in _records(body["value"]) if table.open("read") else ():
                    self._walk(table, row, "read")
        elif o:
            self._broken.update(_told_broken(o, kind, args, body))

    def close(self, proves: bool) -> None:
        """The end of a case: `proves` when it passed and both witnesses were there."""
        if proves:
            self.shown.answered |= self._answered
            self.shown.broken |= self._broken
            self.shown.proved |= {f"{way} {table.name}.{wire}" for table, way, wire in self._values}
        else:
            for table, way, wire in self._values:
                table.todo[way].add(wire)
        self._values.clear()
        self._answered.clear()
        self._broken.clear()

    def joined(self, other: Ledger | None) -> Ledger:
        """This ledger, with what another worker's cases have shown."""
        if other:
            self.shown.add(other.shown)
        return self

    # --- what a call shows ----------------------------------------------------------------------------------------

    def _sent(self, exchange: Exchange) -> None:
        if not exchange.body or exchange.method not in ("POST", "PUT"):
            return
        path = exchange.target.partition("?")[0]
        o = next((o for o in self.api.objects if path == o.path or path.startswith(f"{o.path}/")), None)
        if o is None or not self._tables[o.id].open("sent"):
            return
        try:
            body = json.loads(exchange.body)
        except (ValueError, RecursionError):
            return
        if isinstance(body, dict):
            self._walk(self._tables[o.id], body, "sent")

    def _walk(self, table: Table, row: Mapping[str, Any], way: Way) -> None:
        for wire in table.todo[way] & row.keys():
            self.shown.reached.add(f"{way} {table.name}.{wire}")
            if _telling(row[wire]):
                table.todo[way].discard(wire)
                self._values.append((table, way, wire))
        for wire, below in table.below.items():
            for inner in row.get(wire) or ():
                if isinstance(inner, dict):
                    self._walk(below, inner, way)

    # --- what it comes to -----------------------------------------------------------------------------------------

    def line(self, language: str) -> dict[str, Any]:
        """The line of the log."""
        found = {"operations": self._operations(), "fields": self._fields(), "constraints": self._constraints()}
        return {"type": "coverage", "language": language} | {kind: _summed(found[kind]) for kind in KINDS}

    def _operations(self) -> Iterator[tuple[str, str, bool, bool]]:
        for op in operations(self.api):
            plural = op.partition(".")[0]
            o = self._by_plural.get(plural)
            yield (o.id if o else plural), op, op in self.shown.called, op in self.shown.answered

    def _fields(self) -> Iterator[tuple[str, str, bool, bool]]:
        """A field that is both sent and read has to be proved both ways."""
        for o in self.api.objects:
            written = bool({"create", "update"} & set(o.by_operation))
            for table in self._tables[o.id].all():
                for one in table.of.fields:
                    name = f"{table.name}.{one.wire}"
                    ways = ["sent", "read"] if written and not one.read_only else ["read"]
                    reached = [way for way in ways if f"{way} {name}" in self.shown.reached]
                    left = [way for way in ways if f"{way} {name}" not in self.shown.proved]
                    told = f" ({left[0]})" if 0 < len(left) < len(ways) else ""
                    yield o.id, name + told, bool(reached), not left

    def _constraints(self) -> Iterator[tuple[str, str, bool, bool]]:
        for o in self.api.objects:
            made, changed = (f"{o.plural.snake()}.{kind}" in self.shown.called for kind in ("create", "update"))
            for table in self._tables[o.id].all():
                for one in table.of.fields:
                    field = f"{table.name}.{one.wire}"
                    for name in constraints(one):
                        yield o.id, *self._constraint(f"{field}: {name}", f"sent {field}" in self.shown.reached)
            for rule in o.rules:
                yield o.id, *self._constraint(f"{o.id}: {rule.message}", made)
            if "create" in o.by_operation:
                yield o.id, *self._constraint(f"{o.id}: {TAKEN}", made)
            if o.counter and "update" in o.by_operation:
                yield o.id, *self._constraint(f"{o.id}: {STALE}", changed)

    def _constraint(self, name: str, reached: bool) -> tuple[str, bool, bool]:
        proved = name in self.shown.broken
        return name, reached or proved, proved


TAKEN, STALE = "a number is given once", "a stale record is not written"


def constraints(one: Field) -> Iterator[str]:
    """What a client checks of a field before it sends: `required`, `at most 40`, `4 decimals`."""
    if one.read_only:
        return
    if one.create == "required":
        yield "required"
    size = one.type.largest if isinstance(one.type, TextType) else None
    if isinstance(one.type, (CodeType, EnumType)):
        size = one.type.size
    if size is not None:
        yield f"at most {size}"
    if isinstance(one.type, DecimalType) and one.type.scale is not None:
        yield f"{one.type.scale} decimals"


def _table(name: str, of: Object | Lines) -> Table:
    return Table(name, of, {lines.wire: _table(f"{name}.{lines.wire}", lines) for lines in of.lines})


def _records(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, dict):
        found = value.get("records", [value.get("record", value)])
        yield from (row for row in found if isinstance(row, dict))


def _telling(value: Any) -> bool:
    if isinstance(value, bool):
        return True
    value = bare(value)
    return not isinstance(value, (dict, list)) and value not in EMPTY


def _told_broken(o: Object, kind: str, args: Mapping[str, Any], body: Mapping[str, Any]) -> Iterator[str]:
    """The constraints that a refusal is about: what is named in it, and broken in what was asked for."""
    refused = body.get("api_error", {}).get("kind")
    if (kind, refused) == ("create", "duplicate"):
        yield f"{o.id}: {TAKEN}"
    if (kind, refused) == ("update", "stale"):
        yield f"{o.id}: {STALE}"
    error = body.get("client_error", {})
    if kind not in ("create", "update") or error.get("kind") != "validation":
        return
    for rule in o.rules:
        if rule.message in str(error.get("message")):
            yield f"{o.id}: {rule.message}"
    record = args.get("record" if kind == "create" else "changes") or {}
    for path in error.get("fields") or ():
        yield from _broken_at(o, record, re.sub(r"\[([0-9]+)\]", r".\1", str(path)).split("."))


def _broken_at(o: Object, record: Any, path: Sequence[str]) -> Iterator[str]:
    table: Object | Lines = o
    name, value = o.id, record
    for step in path:
        if step.isdigit():
            value = value[int(step)] if isinstance(value, list) and int(step) < len(value) else None
            continue
        value = value.get(step) if isinstance(value, dict) else None
        below = next((lines for lines in table.lines if lines.wire == step), None)
        if below:
            table, name = below, f"{name}.{step}"
        elif step in table.by_wire:
            for one in constraints(table.by_wire[step]):
                if _breaks(one, bare(value)):
                    yield f"{name}.{step}: {one}"
            return
        else:
            return


def _breaks(constraint: str, value: Any) -> bool:
    if constraint == "required":
        return value in (None, "")
    number = int(re.sub("[^0-9]", "", constraint))
    if constraint.startswith("at most"):
        return isinstance(value, str) and len(value) > number
    return isinstance(value, str) and len(value.partition(".")[2]) > number


def _summed(units: Iterable[tuple[str, str, bool, bool]]) -> dict[str, Any]:
    """Totals by subject as [all, reached, proved], and the names of what is left."""
    subjects: dict[str, list[int]] = {}
    unreached, unproved = [], []
    for subject, name, reached, proved in units:
        numbers = subjects.setdefault(subject, [0, 0, 0])
        for place, counts in enumerate((True, reached, proved)):
            numbers[place] += counts
        if not reached:
            unreached.append(name)
        elif not proved:
            unproved.append(name)
    return {"subjects": subjects, "unreached": unreached, "unproved": unproved}
