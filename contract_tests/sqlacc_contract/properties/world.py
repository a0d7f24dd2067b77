"""A server -> the codes that its records have, read the way a user would, so that generated records can name them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlacc_codegen.ir import Api, CodeType, Master, Object

from ..decode import Outcome
from ..judge import Settings
from ..play import Wrong, outcome
from ..tagged import bare
from .reference import Reference

MOST = 40  # records of each kind that are looked at
NONE = ("", "----")
CASE = "world"  # how its requests are marked
Row = Mapping[str, Any]


@dataclass(frozen=True)
class World:
    """Records by the id of their object or master; rows are tagged for objects, plain for masters."""

    rows: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)

    def codes(self, target: str) -> tuple[str, ...]:
        """Codes that a record may name."""
        return tuple(str(row["code"]) for row in self.rows.get(target, ()) if row.get("code") not in (None, *NONE))

    def row(self, target: str, code: str) -> Row:
        return next((row for row in self.rows.get(target, ()) if row.get("code") == code), {})


def look(api: Api, caller: Reference, settings: Settings) -> World:
    """What the server has of everything that a code may name. What it does not serve is left out."""
    caller.config(**settings.message())  # so that a client under test has no part in it
    targets = sorted(_targets(api))
    rows: dict[str, tuple[Row, ...]] = {}
    for id in targets:
        if id in api.by_id:
            found = _records(api, caller, api.object(id))
        else:
            found = [row for row in _master(caller, next(m for m in api.masters if m.id == id)) if _open(api, row)]
        if found:
            rows[id] = tuple(found)
    return World(rows)


def _targets(api: Api) -> set[str]:
    """Everything that some field names by code."""
    headers = [field for o in api.objects for field in o.fields]
    rows = [field for o in api.objects for _, table in o.all_tables() for field in table.fields]
    return {field.type.target for field in (*headers, *rows) if isinstance(field.type, CodeType)}


def _records(api: Api, caller: Reference, o: Object) -> list[Row]:
    """Whole records, as far as they may be named in new documents."""
    plural = o.plural.snake()
    page = _ask(caller, f"{plural}.list", limit=MOST)
    if not page.ok:
        return []
    rows = [row for row in page.value["records"] if _open(api, row)]
    if not o.lines or "get" not in o.by_operation:
        return rows
    whole = [_ask(caller, f"{plural}.get", key=bare(row[o.key])) for row in rows]
    return [read.value for read in whole if read.ok]


def _master(caller: Reference, master: Master) -> list[Row]:
    if not master.path or "list" not in master.operations:
        return []
    answer = _ask(caller, "client.raw", method="GET", path=master.path, query={"offset": 0, "limit": MOST})
    value = answer.value.get("value") if answer.ok and isinstance(answer.value, dict) else None
    rows = value.get("data", value.get("items")) if isinstance(value, dict) else None
    return [row for row in rows if isinstance(row, dict) and "code" in row] if isinstance(rows, list) else []


def _open(api: Api, row: Row) -> bool:
    """Parties of some states get no new documents."""
    statuses = api.facts.get("defaults", {}).get("customer_status") or {}
    facts = statuses.get(row.get("status"))
    return not isinstance(facts, Mapping) or bool(facts.get("new_documents"))


def _ask(caller: Reference, op: str, **args: Any) -> Outcome:
    """Raises `Wrong` when there is no server to look at; what it refuses is its own affair."""
    found = outcome(caller.ask({"cmd": "call", "case": CASE, "op": op, "args": args}).body)
    if found.side == "client":
        raise Wrong(f"{op}: the server cannot be looked at: {found.kind}")
    return found
