"""What other records build on a record, to refusals of changes and deletions that would pull it away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import knockoff, transfer
from .amounts import number
from .desk import Desk
from .errors import ApiError
from .plan import Plan
from .rows import Row
from .store import Key

_DOES = {"settle": "is settled by", "transfer": "is transferred to"}


def creation(desk: Desk, plan: Plan, head: Row) -> None:
    """Some parties get no new documents; they may still pay."""
    party: Mapping[str, Any] | None = plan.behaviour.get("party")
    if party is None or "knock_off" in plan.behaviour:
        return
    code = head.values.get(party["field"])
    status = (desk.lookup(party["object"], code) or {}).get("status")
    if desk.statuses.get(status, {}).get("new_documents") is False:
        raise ApiError(400, f"{party['field']} {code} has the status {status} and gets no new documents")


def change(desk: Desk, plan: Plan, head: Row, key: Key) -> None:
    """A document that others build on keeps what they build on."""
    void = bool(plan.void and head.values.get(plan.void))
    _settled(desk, plan, head, key, void)
    _transferred(desk, plan, head, key, void)
    _named(desk, plan, head, key)


def _named(desk: Desk, plan: Plan, head: Row, key: Key) -> None:
    """A code stays while other records name the record by it."""
    if plan.code is None or head.old is None or not head.differs(plan.code):
        return
    before = str(head.old.get(plan.code))
    if desk.store.user(plan.id, (before,), key):
        raise ApiError(400, f"{plan.code} {before} is used by other records and must stay")


def _settled(desk: Desk, plan: Plan, head: Row, key: Key, void: bool) -> None:
    settled = desk.store.balance("settle", plan.id, key)
    if not settled:
        return
    if void:
        raise ApiError(400, "The document is settled by a payment and cannot be cancelled")
    if head.differs(plan.behaviour.get("party", {}).get("field", "")):
        raise ApiError(400, "The document is settled by a payment and must stay with its party")
    if knockoff.cents(number(head, plan.behaviour["total"]["field"])) < settled:
        raise ApiError(400, "The document's total must not be below what payments have settled of it")


def _transferred(desk: Desk, plan: Plan, head: Row, key: Key, void: bool) -> None:
    source = desk.sources.get(plan.id)
    if source is None or head.old is None:
        return
    row_key = head.table.tables[source.table].key or ""
    now = {row.old[row_key]: row for row in head.rows[source.table] if row.old is not None}
    for line in head.old.get(source.table) or ():
        taken = desk.store.balance("transfer", plan.id, key, line[row_key])
        if taken:
            row = now.get(line[row_key])
            if void or row is None or transfer.line_quantity(source, row.values) < taken:
                raise ApiError(
                    400, f"Row {line[row_key]} is transferred to another document and must cover that quantity"
                )


def deletion(desk: Desk, plan: Plan, key: Key, record: Mapping[str, Any]) -> None:
    """A record goes only while nothing refers to it."""
    code = record.get(plan.code or plan.key)
    found = desk.store.user(plan.id, (key, code if isinstance(code, str) else key), key)
    if found is None:
        return
    id, user_key, kind = found
    user = desk.plans[id]
    other = (desk.store.get(id, user_key) or {}).get(user.code or user.key)
    does = _DOES.get(kind, "is used by")
    raise ApiError(400, f"{plan.title} {code} {does} {user.title} {other} and cannot be deleted")
