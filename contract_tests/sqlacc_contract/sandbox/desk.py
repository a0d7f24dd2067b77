"""What every request is handled with: the records, the compiled objects, the readings and the words for errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Any

from sqlacc_codegen.ir import Api

from . import arithmetic, links
from .errors import Words
from .masters import Masters
from .plan import Plan, plans
from .readings import Readings
from .store import Key, Store, column

MALAYSIA = timezone(timedelta(hours=8))  # the company's calendar


class Desk:
    """Shared by all operations. `now`: seconds since 1970 UTC."""

    def __init__(self, api: Api, store: Store, readings: Readings, now: Callable[[], float]) -> None:
        self.api = api
        self.store = store
        self.masters = Masters(api)
        self.statuses: Mapping[Any, Mapping[str, Any]] = api.facts.get("defaults", {}).get("customer_status") or {}
        self.now = now
        self._keys: dict[tuple[str, str], Key] = {}  # by code; only hints, looked at again each time
        self.readings = readings
        self.words = Words(api, readings)
        self.plans = plans(api, readings)
        self.sources = links.sources(self.plans)
        self.settled = links.settled(self.plans)
        self.shows = {"stock": links.stocked(self.plans), "owe": links.owing(self.plans)}
        self.ties = arithmetic.TIES[readings.value("rounding_tie", "half_up")]
        self.omitted = readings.value("omitted_lines", "kept")
        self.amounts = readings.value("amounts", "checked")

    def today(self) -> date:
        return datetime.fromtimestamp(self.now(), MALAYSIA).date()

    def plan(self, id: str) -> Plan | None:
        return self.plans.get(id)

    def key_of(self, target: str, code: str) -> Key | None:
        """The key of an object's record with this code."""
        plan = self.plans[target]
        if plan.code is None:
            return None
        if plan.code == plan.key:
            return code if self.store.get(target, code) else None
        known = self._keys.get((target, code))
        if known is not None and (self.store.get(target, known) or {}).get(plan.code) == code:
            return known
        found = self.store.keys(target, f"{column(plan.code)} = ?", (code,), 1)
        if found:
            self._keys[target, code] = found[0]
        return found[0] if found else None

    def lookup(self, target: str, code: Any) -> Mapping[str, Any] | None:
        """The record that a code names, of an object or of a master."""
        if not isinstance(code, str):
            return None
        if target not in self.plans:
            return self.masters.get(target, code)
        plan = self.plans[target]
        key: Key | None = code if plan.code == plan.key else self.key_of(target, code)
        record = None if key is None else self.store.get(target, key)
        return record if record is not None else self.masters.get(target, code)

    def exists(self, target: str, code: Any) -> bool:
        if target not in self.plans and not self.masters.known(target):
            return True
        return self.lookup(target, code) is not None
