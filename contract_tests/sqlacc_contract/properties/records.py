"""An object and a world -> strategies of records that fit every documented rule, of changes, of broken values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from sqlacc_codegen.ir import Api, Lines, Object

from ..cases.subject import BARCODE, Subject
from ..tagged import Tagged, bare
from .draws import (
    AMOUNTS,
    COIN,
    COUNTS,
    CREDITS,
    DISCOUNTS,
    ONE_IN_FOUR,
    ONE_IN_THREE,
    PRICES,
    QUANTITIES,
    ROW,
    SUFFIXES,
    TIES,
    TOTALS,
    UP_TO_TWO,
    Free,
    overlay,
)
from .facts import Facts
from .values import decimal, fitting
from .world import World

Row = dict[str, Tagged]
Given = Any  # JSON: what an example works with

OVERLAY = 4  # fields set beside those that a record needs


@dataclass(frozen=True)
class Maker:
    """Strategies for one object. Everything they give is JSON, so that it can be kept and played again."""

    api: Api
    subject: Subject
    world: World
    _free: dict[int, Free] = field(default_factory=dict)
    _kept: dict[Any, SearchStrategy[Any]] = field(default_factory=dict)

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        """Hypothesis writes strategies out, and would write the whole Api with them."""
        printer.text(f"Maker({self.o.id})")

    @property
    def o(self) -> Object:
        return self.subject.o

    @cached_property
    def facts(self) -> Facts:
        return Facts(self.api, self.subject)

    # --- what may be set freely -----------------------------------------------------------------------------------

    def free(self, table: Object | Lines) -> Free:
        """Fields of a table that the client owns and no rule governs, with values that fit."""
        known = self._free.get(id(table))
        if known is None:
            known = self._free[id(table)] = self._found_free(table)
        return known

    def _found_free(self, table: Object | Lines) -> Free:
        found = {}
        for column in table.fields:
            if self.facts.is_free(column, table):
                values = fitting(column, self.world.codes(getattr(column.type, "target", "")))
                if values is not None:
                    found[column.wire] = values
        names = st.lists(st.sampled_from(sorted(found)), max_size=OVERLAY, unique=True) if found else None
        return Free(found, names)

    # --- records --------------------------------------------------------------------------------------------------

    def records(self) -> SearchStrategy[Given]:
        """Records that fit. The identity is a suffix; whoever sends the record makes it unique."""
        return self._records()

    @st.composite
    @staticmethod
    def _drawn(draw: DrawFn, maker: Maker) -> Given:
        minimum = {w: v for w, v in maker.subject.minimum.items() if w not in maker.facts.worked_out}
        record: Row = {w: v for w, v in minimum.items() if w not in maker.o.tables}
        overlay(draw, record, maker.free(maker.o))
        record[maker.subject.identity] = draw(SUFFIXES)
        party = maker.o.behaviour.get("party")
        if party and draw(COIN):
            codes = [code for code in maker.world.codes(party["object"]) if maker._is_home(party["object"], code)]
            if codes:
                record[party["field"]] = draw(maker.one_of(codes))
        for table in maker.o.lines:
            rows = maker._rows(draw, table, minimum.get(table.wire) or [])
            if rows is not None:
                record[table.wire] = rows
        if "amounts" not in maker.o.behaviour and "total" in maker.o.behaviour:
            record[maker.o.behaviour["total"]["field"]] = draw(TOTALS)
        return record

    def _records(self) -> SearchStrategy[Given]:
        return Maker._drawn(self)

    def _is_home(self, object: str, code: str) -> bool:
        return self.world.row(object, code).get("currencycode") in (None, "", "----")

    def _rows(self, draw: DrawFn, table: Lines, minimum: list[Row]) -> list[Row] | None:
        if not self.facts.is_given(table):
            return None
        patterns = self.facts.patterns[table.wire]
        if table.wire != self.facts.main:
            if not minimum and draw(COIN):
                return None
            chosen = [dict(row) for row in patterns[: draw(self.one_of(range(1, len(patterns) + 1)))]]
        elif "journal" in self.o.behaviour:
            return self._journal(draw, table, patterns[0])
        else:
            count = draw(COUNTS)
            chosen = [self._line(draw, dict(patterns[draw(self.one_of(range(len(patterns))))])) for _ in range(count)]
        free = self.free(table)
        for row in chosen:
            overlay(draw, row, free)
            for inner in table.lines:
                if inner.wire in row:
                    del row[inner.wire]
                if draw(ONE_IN_FOUR) == 3:
                    row[inner.wire] = draw(self._inner(inner))
        return chosen

    def one_of(self, values: Sequence[Any]) -> SearchStrategy[Any]:
        at = tuple(values)
        if at not in self._kept:
            self._kept[at] = st.sampled_from(at)
        return self._kept[at]

    def _inner(self, table: Lines) -> SearchStrategy[list[Row]]:
        """Rows below a row."""
        if table.wire not in self._kept:
            self._kept[table.wire] = st.lists(st.fixed_dictionaries(self._required(table)), max_size=3)
        return self._kept[table.wire]

    def _required(self, table: Lines) -> dict[str, SearchStrategy[Tagged]]:
        free = self.free(table)
        needed = {wire: v for wire, v in free.fields.items() if table.by_wire[wire].create == "required"}
        return needed or dict(free.fields)

    def _line(self, draw: DrawFn, row: Row) -> Row:
        """Quantity, price, discount, tax of a line; half of the time the amount falls between two cents."""
        facts = self.o.behaviour.get("amounts") or {}
        quantity, price, amount = (str(facts.get(name) or "") for name in ("quantity", "price", "amount"))
        if not (quantity and price):
            if amount:
                row[amount] = draw(AMOUNTS)
        elif draw(COIN):
            row[quantity], row[price] = ({"$dec": text} for text in draw(TIES))
        else:
            row[quantity] = draw(QUANTITIES)
            row[price] = draw(PRICES)
        discount = facts.get("discount")
        if discount:
            row.pop(discount, None)
            if draw(ONE_IN_THREE) == 2 and float(bare(row[price])) * float(bare(row[quantity])) > 1:
                row[str(discount)] = draw(DISCOUNTS)
        self._tax(draw, row, facts)
        self._item(draw, row)
        return row

    def _tax(self, draw: DrawFn, row: Row, facts: Mapping[str, str]) -> None:
        tax, inclusive = facts.get("tax"), facts.get("inclusive")
        if tax:
            codes: list[Tagged] = ["", *self.world.codes("tax")]
            row[tax] = draw(self.one_of(codes))
        if inclusive:
            row[inclusive] = draw(COIN) if facts.get("price") else False

    def _item(self, draw: DrawFn, row: Row) -> None:
        facts = self.o.behaviour.get("item")
        if not facts or facts["field"] not in row:
            return
        codes = self.world.codes(facts["object"])
        if draw(COIN) and codes:
            row[facts["field"]] = draw(self.one_of(codes))
            for wire in (facts.get("uom") or {}).get("field"), (facts.get("uom") or {}).get("rate"):
                row.pop(str(wire), None)

    def _journal(self, draw: DrawFn, table: Lines, pattern: Row) -> list[Row]:
        """Pairs of rows, or one debit against several credits; both sides come to the same."""
        facts = self.o.behaviour["journal"]
        governed = {facts[name] for name in facts if name not in ("table",)}
        base = {wire: value for wire, value in pattern.items() if wire not in governed}
        free = self.free(table)
        accounts = [f.wire for f in table.fields if f.wire in base and f.type.kind == "code"]

        def row(side: str, cents: int) -> Row:
            made = base | {facts[side]: {"$dec": decimal(cents, 2)}}
            for wire in accounts:
                codes = self.world.codes(getattr(table.by_wire[wire].type, "target", ""))
                if codes:
                    made[wire] = draw(self.one_of(codes))
            return overlay(draw, made, free)

        credits = draw(CREDITS)
        debits = [sum(credits)] if draw(COIN) else credits
        return [row("debit", cents) for cents in debits] + [row("credit", cents) for cents in credits]

    # --- changes --------------------------------------------------------------------------------------------------

    @st.composite
    @staticmethod
    def _changed(draw: DrawFn, maker: Maker) -> Given:
        header: Row = {}
        overlay(draw, header, maker.free(maker.o))
        rows: list[Given] = []
        table = maker.facts.keyed
        if table is not None:
            free = maker.free(table)
            for _ in range(draw(UP_TO_TWO)):
                number = draw(ROW)
                rows.append({"row": number, "set": overlay(draw, {}, free)})
        return {"header": header, "rows": rows}

    def changes(self) -> SearchStrategy[Given]:
        """Header fields to set, and fields of the n-th row."""
        return Maker._changed(self)


def unique(subject: Subject, record: Row, label: str) -> Row:
    """A record under an identity of its own, with barcodes of its own. A document may be numbered by the server."""
    suffix, size = str(record[subject.identity]), subject.size(subject.identity)
    made = record | {subject.identity: f"{label}{suffix}"[:size].rstrip()}
    for table in subject.o.lines:
        if BARCODE in table.by_wire and made.get(table.wire):
            made[table.wire] = [row | {BARCODE: f"{label}-{n}"} for n, row in enumerate(made[table.wire])]
    return made
