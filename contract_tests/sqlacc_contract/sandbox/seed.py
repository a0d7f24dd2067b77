"""The spec's demo data to stored records, by the same way that requests take."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from sqlacc_codegen.ir import Api

from . import save
from .desk import Desk
from .errors import ApiError
from .readings import Readings
from .store import Store

MOMENT = 1767225600.0  # 1 January 2026: when the demo records were made


class SeedError(ValueError):
    """A demo record that the sandbox itself would refuse."""


_snapshots: dict[tuple[int, bool], tuple[Api, sqlite3.Connection]] = {}  # the Api is held, so its id stays its own


def snapshot(api: Api, *, empty: bool) -> sqlite3.Connection:
    """A database with the demo records, or with none; made once for an Api."""
    held = _snapshots.get((id(api), empty))
    if held is None:
        store = Store(api)
        if not empty:
            plant(Desk(api, store, _readings(api), lambda: MOMENT))
        store.set_meta("seeded", api.version)
        held = _snapshots[id(api), empty] = (api, store.snapshot())
        store.close()
    return held[1]


def _readings(api: Api) -> Readings:
    """The defaults, but the demo's numbers count as given by the server, so that new ones follow on."""
    known = {reading.id for reading in api.readings}
    return Readings(api, {"typed_number": "advances"} if "typed_number" in known else None)


def plant(desk: Desk) -> None:
    """Create every demo record, in order. `=sales_order/SO-00001/dockey` stands for a value of a record made before."""
    made: dict[str, Mapping[str, Any]] = {}
    records: Mapping[str, Sequence[Any]] = desk.api.demo.get("objects") or {}
    for id, payloads in records.items():
        plan = desk.plans[id]
        for n, payload in enumerate(payloads):
            try:
                record = save.create(desk, plan, _resolved(payload, made))
            except ApiError as error:
                raise SeedError(f"demo {id}[{n}]: {error.message} {error.detail}".rstrip()) from None
            stored = desk.store.get(id, record.key) or {}
            made[f"{id}/{stored[plan.code or plan.key]}"] = stored


def _resolved(value: Any, made: Mapping[str, Mapping[str, Any]]) -> Any:
    if isinstance(value, dict):
        return {name: _resolved(inner, made) for name, inner in value.items()}
    if isinstance(value, list):
        return [_resolved(inner, made) for inner in value]
    if isinstance(value, str) and value.startswith("="):
        id, code, *steps = value[1:].split("/")
        found: Any = made.get(f"{id}/{code}")
        for step in steps:
            found = found[int(step) - 1] if isinstance(found, list) else (found or {}).get(step)
        if found is None:
            raise SeedError(f"demo data refer to {value}, which is not there")
        return found
    return value
