"""An object -> what its behaviour says about records: what rules govern, what the server works out, what it refuses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlacc_codegen.ir import Api, Field, Lines, Object

from ..cases.subject import BARCODE, Subject
from ..play import Row, payload
from .values import MISSING, breaking

GOVERNED = ("numbering", "amounts", "total", "journal", "knock_off", "transfer_from", "stock", "item", "lookups")
# header fields by which the product changes what may be done with a record
STATES = ("status", "bounceddate", "isactive", "stockcontrol", "itemtype", "serialnumber", "transferable", "d_amount")
SHARED = ("landingcost1", "landingcost2")  # a header's, which the server spreads over lines that have none
WITH_COSTS = "localtotalwithcost"
HIDDEN = ("geolat", "geolong", "geocoordinate")  # which of them an answer has is a reading


@dataclass(frozen=True)
class Facts:
    """What is known of one object's records before any server is looked at."""

    api: Api
    subject: Subject

    @property
    def o(self) -> Object:
        return self.subject.o

    @cached_property
    def governed(self) -> frozenset[str]:
        """Wire names on which some rule of the product hangs: they are set with care or not at all."""
        found = {*self.o.identity, self.o.key, *HIDDEN}
        for name in GOVERNED:
            found |= set(_strings(self.o.behaviour.get(name)))
        found |= {str(self.o.behaviour.get("void"))}
        party = self.o.behaviour.get("party") or {}
        found |= {str(party.get("field")), "currencycode", "currencyrate"}
        for rule in self.o.rules:
            found |= set(_strings(rule.args))
        for flow in self.api.workflows:
            found |= {
                *_strings(flow.args.get("link")),
                *_strings([flow.args.get("transferable"), flow.args.get("void")]),
            }
        return frozenset(found)

    def is_free(self, column: Field, table: Object | Lines) -> bool:
        """Whether the client owns the field and no rule governs it."""
        if column.read_only or column.wire in self.governed or column.wire == self.o.counter:
            return False
        unfree = STATES if table is self.o else SHARED
        return column.wire not in unfree and not _is_key(column, table)

    @cached_property
    def patterns(self) -> Mapping[str, Sequence[Row]]:
        """Rows of the examples by table, without what the server works out and without links to other documents."""
        dropped = self.worked_out
        found: dict[str, list[Row]] = {}
        for example in self.subject.creates:
            if example.purpose == "full" and example.regime == "gst":
                continue
            record = payload(self.o, example.payload)
            for table in self.o.lines:
                rows = record.get(table.wire) or []
                if rows and table.wire not in found:
                    found[table.wire] = []
                if table.wire == self.main or not found.get(table.wire):
                    found.setdefault(table.wire, []).extend(
                        {wire: value for wire, value in row.items() if wire not in dropped} for row in rows
                    )
        return found

    @cached_property
    def main(self) -> str:
        """The table whose rows add up, move stock or settle."""
        for name in ("amounts", "journal", "knock_off", "stock"):
            facts = self.o.behaviour.get(name)
            if facts:
                return str(facts["table"])
        return ""

    @cached_property
    def worked_out(self) -> frozenset[str]:
        """Wire names whose values are the server's, and links to other documents."""
        amounts, total = self.o.behaviour.get("amounts") or {}, self.o.behaviour.get("total") or {}
        sums = ("amount", "taxamt", "local_amount", "local_tax", "with_tax", "taxable", "base_quantity", "taxrate")
        found = {str(amounts.get(name)) for name in sums if amounts.get("price") or name not in ("amount",)}
        found |= {str(total.get("local")), "seq", "dtlkey", "suomqty"}
        if amounts and self.o.by_wire[total["field"]].create != "required":
            found.add(str(total["field"]))
        for flow in self.api.workflows:
            found |= set(_strings(flow.args.get("link")))
        return frozenset(found)

    @cached_property
    def sums(self) -> frozenset[str]:
        """Wire names that the server may work out anew when a figure of any row changes."""
        total = self.o.behaviour.get("total") or {}
        return frozenset({*SHARED, WITH_COSTS, *(str(total.get(name)) for name in ("field", "local"))})

    def is_given(self, table: Lines) -> bool:
        """Whether records have rows in this table."""
        settles = table.wire == (self.o.behaviour.get("knock_off") or {}).get("table")
        return bool(self.patterns.get(table.wire)) and not settles

    @cached_property
    def filled(self) -> frozenset[str]:
        """Wire names that the server fills in where a client sends nothing or an empty text, or works out anew."""
        facts, found = self.o.behaviour, set(self.o.behaviour.get("defaults") or {})
        for copied in (
            facts.get("party"),
            (facts.get("party") or {}).get("branch"),
            facts.get("item"),
            *(facts.get("lookups") or ()),
        ):
            found |= set((copied or {}).get("copy") or {})
        found |= {field.wire for field in self.o.every_field() if field.default is not None}
        return frozenset(found)

    @cached_property
    def keyed(self) -> Lines | None:
        """A table whose rows can be changed one by one: the main one, where it has keys."""
        tables = [table for table in self.o.lines if table.key and self.is_given(table)]
        return next((table for table in tables if table.wire == self.main), tables[0] if tables else None)

    @cached_property
    def breakable(self) -> list[list[tuple[str, str, Any]]]:
        """By kind of type: table (empty for the header), field, value that it cannot take; codes of nothing beside."""
        found: dict[str, list[tuple[str, str, Any]]] = {}
        places: list[tuple[str, Object | Lines]] = [("", self.o)]
        places += [(table.wire, table) for table in self.o.lines if table.wire == self.main and self.is_given(table)]
        for wire, table in places:
            for column in table.fields:
                if not (column.read_only or _is_key(column, table) or column.wire in (self.o.key, self.o.counter)):
                    for value in breaking(column):
                        names_nothing = isinstance(value, str) and MISSING.startswith(value)
                        kind = "missing" if names_nothing else column.type.kind
                        found.setdefault(kind, []).append((wire, column.wire, value))
        return [some for _, some in sorted(found.items()) if some]


def _is_key(field: Field, table: Object | Lines) -> bool:
    return field.wire in (table.key, "dockey", "lastmodified", "seq", BARCODE)


def _strings(value: Any) -> list[str]:
    """Every text in a piece of facts, names of its parts left out."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for inner in value.values() for text in _strings(inner)]
    return [text for inner in value for text in _strings(inner)] if isinstance(value, (list, tuple)) else []
