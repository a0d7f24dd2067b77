"""Rows of a payment to the documents they settle: what was open, what is settled, what is left of the payment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from . import arithmetic
from .amounts import number, put
from .arithmetic import ZERO
from .desk import Desk
from .errors import ApiError
from .plan import Plan
from .rows import Row
from .store import Effect, Key, column

Facts = Mapping[str, Any]


def cents(value: Decimal) -> int:
    return int(arithmetic.rounded(value).scaleb(2))


def apply(desk: Desk, plan: Plan, head: Row, key: Key) -> Iterator[Effect]:
    """Fill the rows of a payment and say what they settle."""
    facts: Facts | None = plan.behaviour.get("knock_off")
    if not facts:
        return
    left = number(head, plan.behaviour["total"]["field"])
    rate = number(head, plan.behaviour["total"].get("rate"), Decimal(1)) or Decimal(1)
    settled: dict[Key, Decimal] = {}
    for row in head.rows[facts["table"]]:
        amount = number(row, facts["amount"])
        if amount < 0:
            raise ApiError(400, f"{row.label}{facts['amount']} must not be below 0")
        id, target_key, target = _target(desk, facts, head, row)
        _copy(row, target)
        _set(row, "refdockey", target_key)
        counts = row.values.get(facts["flag"]) is not False
        before = _open(desk, plan, id, target_key, target, key) - settled.get(target_key, ZERO)
        taken = amount if counts else ZERO
        if taken > before:
            raise ApiError(
                400,
                f"knockoff amount ({arithmetic.text(taken)}) must not exceed "
                f"outstanding amount ({arithmetic.text(before)})",
                f"{row.label}{facts['amount']}",
            )
        settled[target_key] = settled.get(target_key, ZERO) + taken
        left -= _home(desk, row, target, before, taken, rate)
        if taken and live(plan, head):
            yield Effect("settle", id, target_key, amount=cents(taken))
    if left < 0:
        raise ApiError(400, f"The rows settle {arithmetic.text(-left)} more than the payment's amount")
    put(head, facts.get("unapplied"), left, desk.ties)


def live(plan: Plan, head: Row) -> bool:
    """A void or bounced payment settles nothing."""
    return not (plan.void and head.values.get(plan.void)) and not head.values.get("bounceddate")


def _target(desk: Desk, facts: Facts, head: Row, row: Row) -> tuple[str, Key, Mapping[str, Any]]:
    """The document that a row names by type and number, of the same party and not void."""
    doctype, docno = row.values.get("doctype"), row.values.get("docno")
    id = facts["targets"].get(doctype)
    if id is None:
        raise desk.words.reference(f"{row.label}doctype: a payment cannot settle {doctype}")
    plan = desk.plans[id]
    party = head.values.get(facts["party"])
    for key in desk.store.keys(id, f"{column('docno')} = ?", (docno,), 50):
        found = desk.store.get(id, key) or {}
        if found.get(plan.behaviour.get("party", {}).get("field"), party) == party:
            if plan.void and found.get(plan.void):
                raise ApiError(400, f"{row.label}docno {docno} is cancelled")
            return id, key, found
    raise desk.words.reference(f"{row.label}docno: {party} has no {plan.title} {docno}")


def _open(desk: Desk, plan: Plan, id: str, key: Key, target: Mapping[str, Any], own: Key) -> Decimal:
    """What is open on a document before this payment."""
    total = Decimal(target[desk.plans[id].behaviour["total"]["field"]] or 0)
    mine = sum(
        effect.amount
        for effect in desk.store.effects(plan.id, own)
        if effect.kind == "settle" and effect.target == id and effect.code == key
    )
    return total - Decimal(desk.store.balance("settle", id, key) - mine).scaleb(-2)


def _copy(row: Row, target: Mapping[str, Any]) -> None:
    """Columns that a row shares with the document show the document's values."""
    for wire, kept in row.table.columns.items():
        if wire in target and wire not in {"dockey", "doctype"} and target[wire] is not None:
            if kept.server:
                row.values[wire] = target[wire]
            else:
                row.fill(wire, target[wire])


def _home(desk: Desk, row: Row, target: Mapping[str, Any], before: Decimal, taken: Decimal, rate: Decimal) -> Decimal:
    """Fill the row's amounts in home currency; what the row takes from the payment, in the payment's currency."""
    target_rate = Decimal(target.get("currencyrate") or 1)
    own = taken * rate if target_rate == rate or not row.given("actuallocalkoamt") else number(row, "actuallocalkoamt")
    at_target = taken * target_rate
    put(row, "originaloutstanding", before, desk.ties)
    put(row, "outstanding", before - taken, desk.ties)
    put(row, "localoutstanding", (before - taken) * target_rate, desk.ties)
    put(row, "localkoamt", at_target, desk.ties)
    put(row, "actuallocalkoamt", own, desk.ties)
    put(row, "gainloss", at_target - own, desk.ties)
    return own / rate


def _set(row: Row, wire: str, value: Any) -> None:
    if wire in row.table.columns:
        row.values[wire] = value
