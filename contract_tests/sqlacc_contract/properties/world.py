"""A server -> the codes that its records have, read the way a user would, so that generated records can name them."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlacc_codegen.ir import Api, CodeType, Lines, Master, Object

from ..decode import Outcome
from ..judge import Settings
from ..play import Wrong, outcome
from ..tagged import bare
from .reference import Reference

MOST = 40  # records of each kind that are looked at
NONE = (None, "", "----")  # what stands in place of a code
NAMING = ("code", "description", "companyname")  # fields by which records of a kind always differ
CASE = "world"  # how its requests are marked
Row = Mapping[str, Any]
Ask = Callable[..., Outcome]  # operation, arguments by name


@dataclass(frozen=True)
class World:
    """Records by the id of their object or master; rows are tagged for objects, plain for masters."""

    rows: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)

    def codes(self, target: str) -> tuple[str, ...]:
        """Codes that a record may name."""
        return tuple(str(row["code"]) for row in self.rows.get(target, ()) if row.get("code") not in NONE)

    def row(self, target: str, code: str) -> Row:
        return next((row for row in self.rows.get(target, ()) if row.get("code") == code), {})

    def like(self, api: Api, target: str, code: str, taken: Container[Any] = ()) -> str:
        """The code, if the server has it or nothing is known of such; else that of its record most like the demo's."""
        codes = self.codes(target)
        if not codes or code in codes:
            return code
        free = [one for one in codes if one not in taken] or codes
        wanted = _of_demo(api, target, code)

        def alike(one: str) -> int:
            row = self.row(target, one)
            return sum(bare(row.get(wire)) == value for wire, value in wanted.items() if wire not in NAMING)

        return max(free, key=alike)

    def fitted(self, api: Api, o: Object, record: Row) -> dict[str, Any]:
        """A record of the specs with codes that this server has: another company has others than the demo."""
        return self._fitted(api, o, o, record)

    def _fitted(self, api: Api, o: Object, table: Object | Lines, row: Row) -> dict[str, Any]:
        made, item = dict(row), o.behaviour.get("item") or {}
        for wire, given in row.items():
            inner = next((one for one in table.lines if one.wire == wire), None)
            if inner is not None:
                made[wire] = [self._fitted(api, o, inner, one) for one in given or []]
                continue
            target = _target(table, wire)
            if not target or given in NONE:
                continue
            made[wire] = self.like(api, target, given, made.values())
            if made[wire] != given and wire == item.get("field"):  # its units are others, too
                for other in (item.get("uom") or {}).values():
                    made.pop(str(other), None)
        return made


def _target(table: Object | Lines, wire: str) -> str:
    """What a field names by code; empty when it names nothing."""
    return str(getattr(table.by_wire[wire].type, "target", ""))


def _of_demo(api: Api, target: str, code: str) -> Row:
    """The record of the demo that a code of an example means."""
    demo = api.demo or {}
    rows = [*demo.get("masters", {}).get(target, ()), *demo.get("objects", {}).get(target, ())]
    return next((row for row in rows if row.get("code") == code), {})


def look(api: Api, caller: Reference, settings: Settings) -> World:
    """What the server has of everything that a code may name. What it does not serve is left out."""
    caller.config(**settings.message())  # so that a client under test has no part in it

    def ask(op: str, **args: Any) -> Outcome:
        found = outcome(caller.ask({"cmd": "call", "case": CASE, "op": op, "args": args}).body)
        if found.side == "client":  # what the server refuses is its own affair
            raise Wrong(f"{op}: the server cannot be looked at: {found.kind}")
        return found

    rows: dict[str, tuple[Row, ...]] = {}
    for id in sorted(_targets(api)):
        found = _whole(ask, api.object(id), listed(api, ask, id)) if id in api.by_id else listed(api, ask, id)
        if found:
            rows[id] = tuple(found)
    return World(rows)


def glance(api: Api, ask: Ask, o: Object, record: Row) -> World:
    """What the server has of what one record names, where it lacks that."""
    rows = {}
    for target, code in sorted(set(_named(o, record))):
        if not any(bare(row.get("code")) == code for row in listed(api, ask, target, 1, code=code)):
            rows[target] = tuple(listed(api, ask, target))
    return World(rows)


def _named(table: Object | Lines, row: Row) -> Iterator[tuple[str, str]]:
    """Every target and code in a record."""
    for wire, given in row.items():
        inner = next((one for one in table.lines if one.wire == wire), None)
        if inner is not None:
            for one in given or []:
                yield from _named(inner, one)
        elif _target(table, wire) and given not in NONE:
            yield _target(table, wire), str(given)


def _targets(api: Api) -> set[str]:
    """Everything that some field names by code."""
    fields = (field for o in api.objects for field in o.every_field())
    return {field.type.target for field in fields if isinstance(field.type, CodeType)}


def listed(api: Api, ask: Ask, target: str, limit: int = MOST, **where: str) -> list[Row]:
    """Rows of a list, as far as they may be named in new documents."""
    if target in api.by_id:
        page = ask(f"{api.object(target).plural.snake()}.list", limit=limit, **({"where": where} if where else {}))
        rows = page.value["records"] if page.ok else []
    else:
        rows = _master(ask, next(m for m in api.masters if m.id == target), limit, where)
    return [row for row in rows if _open(api, row)]


def _whole(ask: Ask, o: Object, rows: list[Row]) -> list[Row]:
    """The records behind rows, where there is more to them."""
    if not o.lines or "get" not in o.by_operation:
        return rows
    whole = [ask(f"{o.plural.snake()}.get", key=bare(row[o.key])) for row in rows]
    return [read.value for read in whole if read.ok]


def _master(ask: Ask, master: Master, limit: int, where: Mapping[str, str]) -> list[Row]:
    if not master.path or "list" not in master.operations:
        return []
    answer = ask("client.raw", method="GET", path=master.path, query={"offset": 0, "limit": limit, **where})
    value = answer.value.get("value") if answer.ok and isinstance(answer.value, dict) else None
    rows = value.get("data", value.get("items")) if isinstance(value, dict) else None
    return [row for row in rows if isinstance(row, dict) and "code" in row] if isinstance(rows, list) else []


def _open(api: Api, row: Row) -> bool:
    """Parties of some states get no new documents."""
    statuses = api.facts.get("defaults", {}).get("customer_status") or {}
    facts = statuses.get(row.get("status"))
    return not isinstance(facts, Mapping) or bool(facts.get("new_documents"))
