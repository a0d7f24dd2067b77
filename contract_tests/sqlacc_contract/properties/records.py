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
from .dice import Dice
from .draws import (
    AMOUNTS,
    COUNTS,
    CREDITS,
    DISCOUNTS,
    PRICES,
    QUANTITIES,
    ROWS,
    SUFFIXES,
    TOTALS,
    Free,
    overlay,
    tie,
)
from .facts import SHARED, Facts
from .values import decimal, fitting
from .world import NONE, World

Row = dict[str, Tagged]
Given = Any  # JSON: what an example works with


@dataclass(frozen=True)
class Maker:
    """Strategies for one object. Everything they give is JSON, so that it can be kept and played again."""

    api: Api
    subject: Subject
    world: World
    _free: dict[int, Free] = field(default_factory=dict)

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
        return Free(found, sorted(found))

    # --- records --------------------------------------------------------------------------------------------------

    def records(self, abroad: bool = False) -> SearchStrategy[Given]:
        """Records that fit. The identity is a suffix; whoever sends the record makes it unique. `abroad`: also of
        parties with another currency, of which sums over several documents say nothing."""
        return Maker._drawn(self, abroad)

    @st.composite
    @staticmethod
    def _drawn(draw: DrawFn, maker: Maker, abroad: bool) -> Given:
        return maker._record(Dice(draw), abroad)

    def _record(self, dice: Dice, abroad: bool) -> Row:
        record: Row = {w: v for w, v in self._minimum.items() if w not in self.o.tables}
        overlay(dice, record, self.free(self.o))
        record[self.subject.identity] = dice.draw(SUFFIXES)
        party = self.o.behaviour.get("party")
        if party and dice(2):
            known = self.world.codes(party["object"])
            codes = [code for code in known if abroad or self._is_home(party["object"], code)]
            if codes:
                record[party["field"]] = dice.one_of(codes)
        for table in self.o.lines:
            rows = self._rows(dice, table)
            if rows is not None:
                record[table.wire] = rows
        for wire in SHARED:
            if wire in self.o.by_wire and dice(2):
                record[wire] = TOTALS(dice)
        if "amounts" not in self.o.behaviour and "total" in self.o.behaviour:
            record[self.o.behaviour["total"]["field"]] = TOTALS(dice)
        return record

    @cached_property
    def _minimum(self) -> Row:
        return {w: v for w, v in self.minimum(self.subject).items() if w not in self.facts.worked_out}

    def minimum(self, subject: Subject) -> Row:
        """The smallest example of an object, with codes that this server has."""
        return self.world.fitted(self.api, subject.o, subject.minimum)

    @cached_property
    def patterns(self) -> Mapping[str, Sequence[Row]]:
        """Rows of the examples by table, with codes that this server has."""
        return self.world.fitted(self.api, self.o, self.facts.patterns)

    def _is_home(self, object: str, code: str) -> bool:
        return self.world.row(object, code).get("currencycode") in NONE

    def _rows(self, dice: Dice, table: Lines) -> list[Row] | None:
        """Each row has dice of its own, so that a failing example can lose one and keep the others."""
        if not self.facts.is_given(table):
            return None
        patterns = self.patterns[table.wire]
        if table.wire != self.facts.main:
            if not self._minimum.get(table.wire) and dice(2):
                return None
            return [self._row(Dice(dice.draw), table, row) for row in patterns[: 1 + dice(len(patterns))]]
        if "journal" in self.o.behaviour:
            return self._journal(dice, table, patterns[0])
        every = [Dice(dice.draw) for _ in range(dice.draw(COUNTS))]
        return [self._row(own, table, self._line(own, dict(own.one_of(patterns)))) for own in every]

    def _row(self, dice: Dice, table: Lines, pattern: Row) -> Row:
        row = overlay(dice, dict(pattern), self.free(table))
        for inner in table.lines:
            row.pop(inner.wire, None)
            if dice(4) == 3:
                row[inner.wire] = self._inner(dice, inner)
        return row

    def _inner(self, dice: Dice, table: Lines) -> list[Row]:
        """Rows below a row."""
        fields = self.free(table).fields
        needed = {wire: values for wire, values in fields.items() if table.by_wire[wire].create == "required"}
        return [{wire: values(dice) for wire, values in (needed or fields).items()} for _ in range(dice(ROWS))]

    def _line(self, dice: Dice, row: Row) -> Row:
        """Quantity, price, discount, tax of a line; half of the time the amount falls between two cents."""
        facts = self.o.behaviour.get("amounts") or {}
        quantity, price, amount = (str(facts.get(name) or "") for name in ("quantity", "price", "amount"))
        if not (quantity and price):
            if amount:
                row[amount] = AMOUNTS(dice)
        elif dice(2):
            row[quantity], row[price] = ({"$dec": text} for text in tie(dice))
        else:
            row[quantity], row[price] = QUANTITIES(dice), PRICES(dice)
        discount = facts.get("discount")
        if discount:
            row.pop(discount, None)
            if dice(3) == 2 and float(bare(row[price])) * float(bare(row[quantity])) > 1:
                row[str(discount)] = dice.one_of(DISCOUNTS)
        self._tax(dice, row, facts)
        self._item(dice, row)
        return row

    def _tax(self, dice: Dice, row: Row, facts: Mapping[str, str]) -> None:
        tax, inclusive = facts.get("tax"), facts.get("inclusive")
        if tax:
            row[tax] = dice.one_of(("", *self.world.codes("tax")))
        if inclusive:
            row[inclusive] = dice(2) == 1 if facts.get("price") else False

    def _item(self, dice: Dice, row: Row) -> None:
        facts = self.o.behaviour.get("item")
        if not facts or facts["field"] not in row:
            return
        codes = self.world.codes(facts["object"])
        if dice(2) and codes:
            row[facts["field"]] = dice.one_of(codes)
            unit = facts.get("uom") or {}
            left_out = {unit.get("field"), unit.get("rate")}
            if dice(2):  # what the item brings along
                amounts = self.o.behaviour.get("amounts") or {}
                left_out |= {*facts.get("copy", ()), (facts.get("account") or {}).get("field")}
                left_out |= {amounts.get("tax") if "tax" in facts else None}
                if "price" in unit:
                    left_out |= {unit["price"], amounts.get("discount")}
            for wire in left_out:
                row.pop(str(wire), None)
            units = self.world.row(facts["object"], row[facts["field"]]).get(unit.get("table", "")) or []
            if units and dice(2):
                row[unit["field"]] = dice.one_of(units)[unit["field"]]

    def _journal(self, dice: Dice, table: Lines, pattern: Row) -> list[Row]:
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
                    made[wire] = dice.one_of(codes)
            return overlay(dice, made, free)

        credits = dice.draw(CREDITS)
        debits = [sum(credits)] if dice(2) else credits
        return [row("debit", cents) for cents in debits] + [row("credit", cents) for cents in credits]

    # --- changes --------------------------------------------------------------------------------------------------

    def changes(self, figures: bool = False) -> SearchStrategy[Given]:
        """Header fields to set, and fields of the n-th row; where `figures` may change, amounts have to follow."""
        return Maker._changed(self, figures)

    @st.composite
    @staticmethod
    def _changed(draw: DrawFn, maker: Maker, figures: bool) -> Given:
        dice, table = Dice(draw), maker.facts.keyed
        header, rows = overlay(dice, {}, maker.free(maker.o)), list[Given]()
        if table is not None:
            free = maker.free(table)
            for _ in range(dice(3)):
                rows.append({"row": dice(ROWS), "set": overlay(dice, {}, free)})
                if figures and dice(2):
                    rows[-1]["figures"] = maker._figures(dice, table)
        return {"header": header, "rows": rows}

    def _figures(self, dice: Dice, table: Lines) -> Row:
        """Another quantity at another price, without a discount."""
        facts = self.o.behaviour.get("amounts") or {}
        quantity, price = facts.get("quantity"), facts.get("price")
        if table.wire != facts.get("table") or not (quantity and price):
            return {}
        set = {quantity: QUANTITIES(dice), price: PRICES(dice)}
        return set | ({facts["discount"]: ""} if "discount" in facts else {})


def unique(subject: Subject, record: Row, label: str) -> Row:
    """A record under an identity of its own, with barcodes of its own. A document may be numbered by the server."""
    suffix, size = str(record[subject.identity]), subject.size(subject.identity)
    made = record | {subject.identity: f"{label}{suffix}"[:size].rstrip()}
    for table in subject.o.lines:
        if BARCODE in table.by_wire and made.get(table.wire):
            made[table.wire] = [row | {BARCODE: f"{label}-{n}"} for n, row in enumerate(made[table.wire])]
    return made
