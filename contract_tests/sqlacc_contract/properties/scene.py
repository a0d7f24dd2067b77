"""One example under way: a play on a server as new, the object it is about, and under which property it fails."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from sqlacc_codegen.ir import Field, Object

from ..cases.subject import Subject
from ..play import Play, Skipped, Wrong, echo_differences, valued
from ..server_check import ANY
from ..tagged import Tagged, bare
from ..tokens import Difference
from .filled import filled_differences
from .following import all_differences
from .records import Maker, Row, unique
from .statements import BY_ID

# Readings under which a field is not answered as it was sent.
RESTYLED = {
    "line_seq": {"seq"},
    "home_currency": {"currencycode"},
    "styleid_type": {"styleid"},
    "isbase_type": {"isbase"},
}
REFUSED = "api|reference|not_found|duplicate|server|stale"


@dataclass
class Scene:
    """What a suite works with."""

    play: Play
    maker: Maker
    tag: str = "Z"  # first letters of every number made here

    @property
    def s(self) -> Subject:
        return self.maker.subject

    @property
    def o(self) -> Object:
        return self.maker.o

    @property
    def readings(self) -> Mapping[str, str]:
        return self.play.readings

    @property
    def restyled(self) -> set[str]:
        """Fields that are answered otherwise than they were sent; of a real server nobody knows which."""
        return {wire for reading, wires in RESTYLED.items() if {reading, ANY} & set(self.readings) for wire in wires}

    @contextmanager
    def held(self, *ids: str) -> Iterator[None]:
        """What goes wrong inside breaks the first of these properties, or the one that is named already."""
        try:
            yield
        except Wrong as wrong:
            raise named(wrong, ids[0]) from None

    # --- calls ----------------------------------------------------------------------------------------------------

    def labelled(self, record: Row, number: int = 1) -> Row:
        return unique(self.s, record, f"{self.tag}{number}")

    def value(self, operation: str, **args: Tagged) -> Any:
        return self.play.value(self.s.op(operation), **args)

    def error(self, operation: str, kind: str, **args: Tagged) -> Any:
        return self.play.error(self.s.op(operation), kind, **args)

    def created(self, record: Row, number: int = 1) -> Row:
        """A record of this object made."""
        with self.held("P2"):
            return self.made(self.s, self.labelled(record, number))

    def made(self, subject: Subject, record: Row) -> Row:
        """A record made. What takes goods may be refused by a real server: whether there are any, nobody knows."""
        op, takes = subject.op("create"), (subject.o.behaviour.get("stock") or {}).get("effect") in ("out", "move")
        result = self.play.call(op, record=record)
        if takes and ANY in self.readings and result.side == "api":
            raise Skipped(f"{op} was refused: {result.message}; there may be too little in stock")
        made = valued(op, result)
        self.play.check(isinstance(made, dict), "a create answered no record")
        return dict(made)

    def read(self, key: Tagged) -> Row:
        found: Row = self.value("get", key=key)
        return found

    def keys(self, **args: Tagged) -> list[Any]:
        """Keys of all records, in the order of the list."""
        return [bare(self.s.key(row)) for row in self.value("iterate", **args)["records"]]

    @contextmanager
    def cleaned_up(self) -> Iterator[None]:
        """On a server of others what was made goes again, also when something went wrong; what stays there is told."""
        try:
            yield
        except Wrong as wrong:
            wrong.message += "".join(f"; {one}" for one in self._take_away())
            raise
        except Exception:
            self._take_away()
            raise
        left = self._take_away()
        if left:
            raise Wrong("; ".join(left))

    def _take_away(self) -> list[str]:
        """The last record first: what refers to others goes before them. What is left."""
        left, subjects = [], {Subject(o).op("create"): Subject(o) for o in self.play.api.objects}
        for op, answer in [*reversed(self.play.said)]:
            subject, record = subjects.get(op), answer.get("value")
            if subject is not None and isinstance(record, dict) and subject.o.key in record:
                try:
                    gone = self.play.call(subject.op("delete"), key=subject.key(record))
                    told = "" if gone.ok or gone.kind == "not_found" else gone.message
                except Wrong as wrong:  # the others go all the same
                    told = wrong.message
                if told:
                    left.append(f"left on the server: {subject.o.id} {bare(record.get(subject.identity))}: {told}")
        return left

    # --- checks ---------------------------------------------------------------------------------------------------

    def echoed(self, sent: Row, stored: Row, property: str = "P3") -> None:
        """Everything sent is stored; a text and a date are properties of their own."""
        total = (self.o.behaviour.get("total") or {}).get("field") if "amounts" in self.o.behaviour else None
        for one in echo_differences(self.o, sent, stored):
            wire = one.path.split(".")[-1]
            filled = one.expected in ('""', "null") and wire in self.maker.facts.filled
            if not (filled or wire in self.restyled or one.path == total):
                raise named(Wrong(f"stored record: {one}", [one]), self._about(one.path) or property)

    def _about(self, path: str) -> str:
        field = self._field(path)
        return {"text": "P20", "blob": "P20", "date": "P21"}.get(field.type.kind, "") if field else ""

    def _field(self, path: str) -> Field | None:
        table: Any = self.o
        *above, last = path.split(".")
        for part in above:
            name = part.partition("[")[0]
            table = table.tables[name] if isinstance(table, Object) else next(t for t in table.lines if t.wire == name)
        found: Field | None = table.by_wire.get(last)
        return found

    def adds_up(self, record: Row, o: Object | None = None) -> None:
        """The record's own numbers agree with each other. `o`: when it is a record of another object."""
        for property, one in all_differences(o or self.o, record, self.readings):
            raise named(Wrong(str(one), [one]), property)

    def filled(self, sent: Row, stored: Row) -> None:
        """What was left out came from where the specs say."""
        facts = self.maker.facts
        others = (
            self.restyled | facts.sums | facts.worked_out - {(self.o.behaviour.get("amounts") or {}).get("taxrate")}
        )
        for one in filled_differences(self.o, self.maker.world, sent, stored):
            if one.path.split(".")[-1] not in others:
                raise named(Wrong(f"filled in: {one}", [one]), "P30")

    def same(self, property: str, expected: Any, received: Any, what: str) -> None:
        with self.held(property):
            self.play.equal(expected, received, what)

    def check(self, property: str, holds: object, message: str) -> None:
        with self.held(property):
            self.play.check(holds, message)


def named(wrong: Wrong, property: str) -> Wrong:
    """The same with the property in front; an answer that does not fit the spec breaks P1 wherever it comes up."""
    if wrong.message.split(" ", 1)[0] in BY_ID:
        return wrong
    if any(one.path.startswith("server:") for one in wrong.differences):
        property = "P1"
    made = Wrong(f"{property} ({BY_ID[property].text}): {wrong.message}", wrong.differences, wrong.verdict)
    made.differences = [_shortened(one) for one in wrong.differences]
    return made


def _shortened(one: Difference) -> Difference:
    return replace(one, expected=one.expected[:500], received=one.received[:500])
