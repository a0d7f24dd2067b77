"""A task over several calls -> its conversation: a transfer of an order, the settlement of invoices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from sqlacc_codegen.ir import Workflow

from .conversation import Row, Steps, Talk
from .decode import client_error
from .tagged import Tagged, bare


def workflow_steps(talk: Talk, flow: Workflow, args: Mapping[str, Tagged]) -> Steps[Tagged]:
    kinds: dict[str, Callable[..., Steps[Tagged]]] = {"transfer": transfer, "settle": settle}
    return kinds[flow.kind](talk, flow.args, **args)


def transfer(
    talk: Talk,
    facts: Mapping[str, Any],
    order: Tagged,
    lines: list[Row] | None = None,
    header: Row | None = None,
) -> Steps[Tagged]:
    """One read of the source document, one create of the target document."""
    source, target = talk.api.object(facts["source"]), talk.api.object(facts["target"])
    stored = yield from talk.get(source, order)
    if stored.get(facts.get("void")) is True or stored.get(facts.get("transferable")) is False:
        raise client_error("validation")
    body = _copied(stored, facts["copy_header"])
    body[facts["table"]] = _transferred(stored, facts, lines)
    answer = yield from talk.create(target, body | (header or {}))
    return answer


def _transferred(stored: Row, facts: Mapping[str, Any], wanted: list[Row] | None) -> list[Row]:
    rows = {bare(row[facts["row_key"]]): row for row in stored.get(facts["table"]) or []}
    asked: list[tuple[Row, Tagged]] = []
    if wanted is None:
        asked = [(row, None) for row in rows.values() if _outstanding(row, facts) > 0 and _transferable(row, facts)]
    else:
        for line in wanted:
            row = rows.get(bare(line[facts["row_key"]]))
            if row is None:
                raise client_error("validation")
            asked.append((row, line.get(facts["quantity"])))
    if not asked:
        raise client_error("validation")
    return [_row(row, quantity, stored, facts) for row, quantity in asked]


def _row(row: Row, quantity: Tagged, stored: Row, facts: Mapping[str, Any]) -> Row:
    """A row of the target: copied values, the quantity, and the link to where it came from."""
    left = _outstanding(row, facts)
    amount = left if quantity is None else Decimal(bare(quantity))
    if amount > left or amount <= 0:
        raise client_error("validation")
    whole = amount == Decimal(bare(row[facts["quantity"]]))
    left_out = () if whole else facts.get("drop_when_partial", ())
    copied = {wire: value for wire, value in _copied(row, facts["copy_line"]).items() if wire not in left_out}
    digits = row[facts["quantity"]] if quantity is None and whole else {"$dec": f"{amount:f}"}
    link = facts["link"]
    return copied | {
        facts["quantity"]: digits if quantity is None else quantity,
        link["type"]: facts["doctype"],
        link["document"]: stored[facts["document_key"]],
        link["line"]: row[facts["row_key"]],
    }


def _outstanding(row: Row, facts: Mapping[str, Any]) -> Decimal:
    return Decimal(bare(row.get(facts["quantity"])) or 0) - Decimal(bare(row.get(facts["consumed"])) or 0)


def _transferable(row: Row, facts: Mapping[str, Any]) -> bool:
    return row.get(str(facts.get("transferable"))) is not False


def settle(
    talk: Talk,
    facts: Mapping[str, Any],
    paymentmethod: Tagged,
    invoice: Tagged = None,
    invoices: list[Tagged] | None = None,
    amount: Tagged = None,
    header: Row | None = None,
) -> Steps[Tagged]:
    """One read per document, one create of the payment."""
    document, payment = talk.api.object(facts["document"]), talk.api.object(facts["payment"])
    stored: list[Row] = []
    for key in invoices if invoices is not None else [invoice]:
        record = yield from talk.get(document, key)
        stored.append(record)
    totals = [Decimal(bare(record[facts["total"]])) for record in stored]
    left = sum(totals, Decimal(0)) if amount is None else Decimal(bare(amount))
    body = _copied(stored[0], facts.get("copy_header", ()))
    body |= {facts["party"]: stored[0][facts["party"]], facts["method"]: paymentmethod}
    body |= _copied(stored[0], [facts[name] for name in ("currency", "rate") if facts.get(name)])
    body[facts["total"]] = _money(left)
    rows, names = [], facts["row"]
    for record, total in zip(stored, totals, strict=True):
        applied = min(total, left)
        left -= applied
        if applied > 0:
            rows.append(
                {
                    names["type"]: facts["doctype"],
                    names["number"]: record[facts["number"]],
                    names["amount"]: _money(applied),
                    names["flag"]: True,
                }
            )
    body[facts["table"]] = rows
    answer = yield from talk.create(payment, body | (header or {}))
    return answer


def _copied(record: Row, wires: Any) -> Row:
    return {wire: record[wire] for wire in wires if record.get(wire) not in (None, "")}


def _money(amount: Decimal) -> Tagged:
    return {"$dec": f"{amount:.2f}"}
