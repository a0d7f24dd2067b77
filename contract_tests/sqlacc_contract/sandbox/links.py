"""The objects' behaviours to who builds on whom: sources of transfers, documents that payments settle, sums."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from .plan import Plan

Facts = Mapping[str, Any]


class Source(NamedTuple):
    """Where an object's lines, as sources of transfers, have their quantities."""

    table: str
    quantity: str
    rate: str | None
    consumed: str | None


def sources(plans: Mapping[str, Plan]) -> dict[str, Source]:
    """Objects whose lines other objects may continue."""
    found: dict[str, Source] = {}
    for plan in plans.values():
        facts: Facts = plan.behaviour.get("transfer_from") or {}
        for id in facts.get("sources", {}).values():
            rate = plans[id].behaviour.get("amounts", {}).get("rate")
            found[id] = Source(facts["table"], facts["quantity"], rate, facts.get("consumed"))
    return found


def settled(plans: Mapping[str, Plan]) -> set[str]:
    """Objects that payments settle."""
    return {id for plan in plans.values() for id in plan.behaviour.get("knock_off", {}).get("targets", {}).values()}


def stocked(plans: Mapping[str, Plan]) -> set[str]:
    """Objects of which documents move stock."""
    return {plan.behaviour["item"]["object"] for plan in plans.values() if "stock" in plan.behaviour}


def owing(plans: Mapping[str, Plan]) -> set[str]:
    """Objects whose records owe what settled documents come to."""
    return {plans[id].behaviour["party"]["object"] for id in settled(plans) if "party" in plans[id].behaviour}
