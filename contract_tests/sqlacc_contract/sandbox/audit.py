"""A store to the list of everything in it that does not agree: torn records, wrong sums, balances without a reason."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from . import transfer
from .desk import Desk
from .plan import Plan

Record = Mapping[str, Any]
_TAKING = ("transfer", "settle")  # effects that take something from a document


def findings(desk: Desk) -> list[str]:
    """Empty when all is well."""
    return [
        *_integrity(desk),
        *_balances(desk),
        *(finding for plan in desk.plans.values() for finding in _records(desk, plan)),
    ]


def _integrity(desk: Desk) -> Iterator[str]:
    found = [row[0] for row in desk.store.db.execute("PRAGMA integrity_check")]
    if found != ["ok"]:
        yield f"SQLite: {found}"


def _balances(desk: Desk) -> Iterator[str]:
    sums: dict[tuple[Any, ...], int] = defaultdict(int)
    for *at, amount in desk.store.db.execute("SELECT kind, target, code, row, place, amount FROM effect"):
        sums[tuple(at)] += amount
    for *at, amount in desk.store.db.execute("SELECT kind, target, code, row, place, amount FROM balance"):
        if sums.pop(tuple(at), 0) != amount:
            yield f"balance {at} is {amount}"
    yield from (f"no balance for {at}: {amount}" for at, amount in sums.items() if amount)
    for object, key in desk.store.db.execute("SELECT DISTINCT object, key FROM effect"):
        if desk.store.text(object, key) is None:
            yield f"effects of {object} {key}, which is not there"
    for kind, target, code, taken in desk.store.db.execute(
        "SELECT kind, target, code, MAX(ABS(amount)) FROM effect WHERE target != '' GROUP BY kind, target, code"
    ):
        record = desk.store.get(target, code) if kind in _TAKING else desk.lookup(target, code)
        if record is None:
            yield f"{kind} of {target} {code}, which is not there"
        elif kind in _TAKING and taken and record.get(desk.plans[target].void or ""):
            yield f"{kind} of {target} {code}, which is void"


def _records(desk: Desk, plan: Plan) -> Iterator[str]:
    seen: set[Any] = set()
    row_keys: set[Any] = set()
    for record in desk.store.page(plan.id, "", (), 0, 1_000_000_000):
        label = f"{plan.id} {record.key}"
        values: Record = json.loads(record.text)
        if values[plan.key] != record.key or (plan.counter and values[plan.counter] != record.version):
            yield f"{label}: key or counter differs from its row"
        identity = tuple(values[wire] for wire in plan.unique)
        if identity in seen:
            yield f"{label}: {identity} is there twice"
        seen.add(identity)
        for wire, table in plan.table.tables.items():
            for row in values[wire]:
                if table.key:
                    if (wire, row[table.key]) in row_keys:
                        yield f"{label}: row {row[table.key]} of {wire} is there twice"
                    row_keys.add((wire, row[table.key]))
        yield from (f"{label}: {finding}" for finding in _amounts(desk, plan, values))
        yield from (f"{label}: {finding}" for finding in _sums(desk, plan, values))


def _amounts(desk: Desk, plan: Plan, values: Record) -> Iterator[str]:
    facts, total = plan.behaviour.get("amounts"), plan.behaviour.get("total")
    if facts and total and desk.amounts != "stored":
        lines = sum(
            Decimal(row[facts["amount"]]) + Decimal(row.get(facts.get("taxamt", "")) or 0)
            for row in values[facts["table"]]
        )
        if lines != Decimal(values[total["field"]]):
            yield f"total {values[total['field']]}, lines {lines}"
    journal = plan.behaviour.get("journal")
    if journal:
        sides = [Decimal(0), Decimal(0)]
        for row in values[journal["table"]]:
            extra = 0 if row.get(journal.get("inclusive", "")) else Decimal(row.get(journal.get("local_tax", "")) or 0)
            for n, side in enumerate(("local_debit", "local_credit")):
                amount = Decimal(row[journal[side]])
                sides[n] += amount + (extra if amount else 0)
        if sides[0] != sides[1]:
            yield f"debits {sides[0]}, credits {sides[1]}"


def _sums(desk: Desk, plan: Plan, values: Record) -> Iterator[str]:
    code = values[plan.code or plan.key]
    for kind, wire, scale in (("stock", "balsqty", 4), ("owe", "outstanding", 2)):
        if plan.id in desk.shows[kind] and wire in values:
            balance = Decimal(desk.store.total(kind, plan.id, code)).scaleb(-scale)
            if Decimal(values[wire]) != balance:
                yield f"{wire} {values[wire]}, balance {balance}"
    total = plan.behaviour.get("total")
    if total and plan.id in desk.settled:
        settled = Decimal(desk.store.balance("settle", plan.id, values[plan.key])).scaleb(-2)
        if not 0 <= settled <= max(Decimal(values[total["field"]]), Decimal(0)):
            yield f"settled {settled} of {values[total['field']]}"
    source = desk.sources.get(plan.id)
    if source:
        row_key = plan.table.tables[source.table].key or ""
        for row in values[source.table]:
            taken = desk.store.balance("transfer", plan.id, values[plan.key], row[row_key])
            if not 0 <= taken <= max(transfer.line_quantity(source, row), 0):
                yield f"row {row[row_key]}: {taken} ten-thousandths taken of {row[source.quantity]}"
