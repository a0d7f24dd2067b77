"""An object -> what cases need to know of it: its examples as arguments, fields fit to change, rows fit to add."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlacc_codegen.ir import Example, Field, Lines, Object, TextType

from ..play import Play, Row, Skipped, payload
from ..tagged import Tagged, bare

BARCODE = "barcode"  # the one column of rows that is unique over all records


@dataclass(frozen=True)
class Subject:
    """An object under test."""

    o: Object

    @property
    def resource(self) -> str:
        return self.o.plural.snake()

    def op(self, name: str) -> str:
        return f"{self.resource}.{name}"

    def can(self, operation: str) -> bool:
        return operation in self.o.by_operation

    # --- records --------------------------------------------------------------------------------------------------

    @cached_property
    def creates(self) -> tuple[Example, ...]:
        return tuple(example for example in self.o.examples if example.purpose != "update")

    @cached_property
    def minimum(self) -> Row:
        example = next((e for e in self.creates if e.purpose == "minimum"), self.creates[0])
        return payload(self.o, example.payload)

    @cached_property
    def full(self) -> Row:
        example = next((e for e in self.creates if e.purpose == "full"), self.creates[-1])
        return payload(self.o, example.payload)

    def variant(self, number: int, record: Row | None = None) -> Row:
        """The minimum, or another record, with an identity of its own and barcodes of its own."""
        made = (record or self.minimum) | {self.identity: self.label(number)}
        for table in self.o.lines:
            if BARCODE in table.by_wire and made.get(table.wire):
                rows = enumerate(made[table.wire])
                made[table.wire] = [row | {BARCODE: f"{self.label(number)}-{n}"} for n, row in rows]
        return made

    @property
    def identity(self) -> str:
        return self.o.identity[0]

    def label(self, number: int) -> str:
        return f"Z-{number:05d}"

    def key(self, record: Row) -> Tagged:
        return record[self.o.key]

    @property
    def missing_key(self) -> Tagged:
        return 987654321 if self.o.by_wire[self.o.key].type.kind == "integer" else "NO/SUCH *1"

    # --- fields ---------------------------------------------------------------------------------------------------

    @cached_property
    def text_field(self) -> str | None:
        """A header text that the user owns, for changes."""
        free = [field for field in self.o.fields if self._is_free(field) and field.wire not in self.o.indexed]
        prefer = ("description", "companyname", "remark1", "docref1")
        named = [wire for wire in prefer if any(field.wire == wire for field in free)]
        return named[0] if named else (free[0].wire if free else None)

    @cached_property
    def unindexed_field(self) -> str | None:
        """A header text that lists show and the detail form does not take, to find by."""
        free = [f for f in self.o.fields if self._is_free(f) and not f.detail_only and f.wire not in self.o.indexed]
        named = [wire for wire in ("docref1", "description", "remark1") if any(f.wire == wire for f in free)]
        return named[0] if named else (free[0].wire if free else None)

    def size(self, wire: str) -> int:
        type = self.o.by_wire[wire].type
        return getattr(type, "size", None) or 40

    @staticmethod
    def _is_free(field: Field) -> bool:
        type = field.type
        return isinstance(type, TextType) and not field.read_only and (type.size is None or type.size >= 20)

    # --- rows -----------------------------------------------------------------------------------------------------

    @cached_property
    def table(self) -> Lines | None:
        """The keyed table whose rows the full example has."""
        return next((t for t in self.o.lines if t.key and self.full.get(t.wire)), None)

    @cached_property
    def row_text(self) -> str | None:
        """A text of a row that the user owns."""
        if not self.table:
            return None
        free = [field.wire for field in self.table.fields if self._is_free(field)]
        return next(
            (wire for wire in ("description2", "description", "remark1") if wire in free), free[0] if free else None
        )

    @property
    def fixed_rows(self) -> bool:
        """Rows have to add up, so they can only be added and removed all together."""
        return any(rule.kind == "balanced" for rule in self.o.rules)

    def rows(self, record: Row) -> list[Row]:
        return list(record.get(self.table.wire) or []) if self.table else []

    def row_key(self, row: Row) -> Any:
        assert self.table is not None
        return bare(row[str(self.table.key)])

    # --- what cases begin with ------------------------------------------------------------------------------------

    def stored(self, play: Play, record: Row | None = None) -> Row:
        """A record made for this case, read back as it is stored."""
        made: Row = play.value(self.op("create"), record=self.full if record is None else record)
        whole: Row = play.value(self.op("get"), key=self.key(made))
        return whole

    def first(self, play: Play) -> Row:
        """A record as a list shows it. Where there is none, one is made, but never on a server of others."""
        records = play.value(self.op("list"), limit=1)["records"]
        if not records and play.tap is not None and self.creates and self.can("create"):
            self.stored(play)
            records = play.value(self.op("list"), limit=1)["records"]
        if not records:
            raise Skipped(f"no {self.o.title} exists")
        return dict(records[0])
