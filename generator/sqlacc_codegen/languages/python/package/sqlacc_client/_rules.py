"""Conditions on a record as a whole: rows, balance, amounts within a total; evaluated on its JSON form."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ._shape import Shape
from .errors import FieldProblem


def check_rules(shape: Shape, body: Mapping[str, Any], *, create: bool) -> list[FieldProblem]:
    """Conditions on the record as a whole."""
    found = []
    for rule in shape.rules:
        kind = rule["kind"]
        if kind == "some_lines":
            rows = body.get(rule["table"])
            holds = bool(rows) if create else rows != []
        else:
            holds = _RULES[kind](rule, body) if kind in _RULES else True
        if not holds:
            path = rule.get("field") or rule.get("table") or ""
            found.append(FieldProblem(str(path), str(rule["message"])))
    return found


def _balanced(rule: Mapping[str, Any], body: Mapping[str, Any]) -> bool:
    rows = body.get(rule["table"]) or ()
    unless = rule.get("unless")
    if unless and any(row.get(unless) for row in rows):
        return True
    debit, credit = (sum((_first(row, rule[side]) for row in rows), Decimal(0)) for side in ("debit", "credit"))
    return abs(debit - credit) <= (_number(rule.get("tolerance")) or Decimal(0))


def _within(rule: Mapping[str, Any], body: Mapping[str, Any]) -> bool:
    total = _number(body.get(rule["total"]))
    if total is None:
        return True
    counted = [row for row in body.get(rule["table"]) or () if row.get(rule.get("flag", "")) is not False]
    return sum((_number(row.get(rule["amount"])) or Decimal(0) for row in counted), Decimal(0)) <= total


def _positive(rule: Mapping[str, Any], body: Mapping[str, Any]) -> bool:
    value = _number(body.get(rule["field"]))
    return value is None or value > 0


_RULES = {"balanced": _balanced, "within": _within, "positive": _positive}


def _first(row: Mapping[str, Any], names: Any) -> Decimal:
    for name in [names] if isinstance(names, str) else names:
        value = _number(row.get(name))
        if value is not None:
            return value
    return Decimal(0)


def _number(value: Any) -> Decimal | None:
    try:
        return None if value in (None, "") else Decimal(str(value))
    except ArithmeticError:
        return None
