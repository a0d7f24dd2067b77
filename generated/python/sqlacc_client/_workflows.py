"""Tasks over several calls: what is outstanding on an order becomes an invoice; invoices are settled by a payment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from . import _reading, _writing
from ._calls import Caller
from ._reading import Wire
from ._shape import load
from ._values import Unfit, read
from .errors import FieldProblem, UsageError, ValidationError
from .options import CallOptions

Facts = Mapping[str, Any]


class Stored(NamedTuple):
    """The answer's record, if there is one, and the body that was sent."""

    answer: Wire | None
    sent: Wire


def transfer(
    caller: Caller,
    facts: Facts,
    order: Any,
    lines: Iterable[Mapping[str, Any]] | None,
    header: Mapping[str, Any] | None,
    options: CallOptions | None,
) -> Stored:
    """Read the source document, create the target document from what is outstanding on it."""
    source, target = load(facts["source"]), load(facts["target"])
    stored = _reading.get(caller, source, _key(order, source.path_key), options)
    if stored.get(facts.get("void", "")) is True:
        raise ValidationError([FieldProblem(facts["void"], f"the {source.id} is void")])
    if stored.get(facts.get("transferable", "")) is False:
        raise ValidationError([FieldProblem(facts["transferable"], f"the {source.id} must not be transferred")])
    body: dict[str, Any] = _copied(stored, facts["copy_header"])
    body[facts["table"]] = _transferred(stored, facts, lines)
    body.update(header or {})
    if "docdate" in target.fields:
        body.setdefault("docdate", today(caller))
    return Stored(*_writing.create(caller, target, body, options))


def _transferred(stored: Wire, facts: Facts, wanted: Iterable[Mapping[str, Any]] | None) -> list[dict[str, Any]]:
    key, quantity = facts["row_key"], facts["quantity"]
    rows = {row.get(key): row for row in stored.get(facts["table"]) or []}
    if wanted is None:
        whole = [row for row in rows.values() if row.get(facts.get("transferable", "")) is not False]
        found = [_linked(row, None, stored, facts, "") for row in whole if _outstanding(row, facts) > 0]
        if not found:
            raise ValidationError([FieldProblem(facts["table"], "nothing is outstanding")])
        return found
    found = []
    for index, line in enumerate(wanted):
        given = line if isinstance(line, Mapping) else line.to_wire()
        at = f"lines[{index}]"
        row = rows.get(given.get(key))
        if row is None:
            raise ValidationError([FieldProblem(f"{at}.{key}", f"the document has no row {given.get(key)}")])
        found.append(_linked(row, given.get(quantity), stored, facts, f"{at}.{quantity}"))
    if not found:
        raise ValidationError([FieldProblem("lines", "nothing to transfer")])
    return found


def _linked(row: Wire, quantity: Any, stored: Wire, facts: Facts, path: str) -> dict[str, Any]:
    """A row of the target: copied values, the quantity, and the link to the row that it comes from."""
    left, ordered = _outstanding(row, facts), _number(row.get(facts["quantity"]))
    amount = left if quantity is None else _amount(quantity, path)
    if amount <= 0 or amount > left:
        raise ValidationError([FieldProblem(path or facts["table"], f"{amount} of {left} outstanding")])
    whole = amount == ordered
    left_out = () if whole else facts.get("drop_when_partial", ())
    copied = {wire: value for wire, value in _copied(row, facts["copy_line"]).items() if wire not in left_out}
    given = quantity if quantity is not None else row[facts["quantity"]] if whole else amount
    link = facts["link"]
    return copied | {
        facts["quantity"]: given,
        link["type"]: facts["doctype"],
        link["document"]: stored[facts["document_key"]],
        link["line"]: row[facts["row_key"]],
    }


def settle(
    caller: Caller,
    facts: Facts,
    invoices: Sequence[Any],
    paymentmethod: str,
    amount: Any,
    header: Mapping[str, Any] | None,
    options: CallOptions | None,
) -> Stored:
    """Read the documents, create a payment that is knocked off against them in their order."""
    if not invoices:
        raise UsageError("nothing to settle")
    document, payment = load(facts["document"]), load(facts["payment"])
    stored = [_reading.get(caller, document, _key(one, document.path_key), options) for one in invoices]
    first, party = stored[0], facts["party"]
    if any(one.get(party) != first.get(party) for one in stored):
        raise ValidationError([FieldProblem(party, "the documents belong to different parties")])
    totals = [_number(one.get(facts["total"])) for one in stored]
    left = sum(totals, Decimal(0)) if amount is None else _amount(amount, "amount")
    if left != round(left, 2):
        raise ValidationError([FieldProblem("amount", f"{left} has more than 2 decimals")])
    body: dict[str, Any] = _copied(first, facts.get("copy_header", ()))
    body |= {party: first.get(party), facts["method"]: paymentmethod}
    body |= _copied(first, [facts[name] for name in ("currency", "rate") if facts.get(name)])
    body[facts["total"]] = _cents(left)
    rows, names = [], facts["row"]
    for one, total in zip(stored, totals, strict=True):
        applied = min(total, left)
        left -= applied
        if applied > 0:
            row = {
                names["type"]: facts["doctype"],
                names["number"]: one[facts["number"]],
                names["amount"]: _cents(applied),
                names["flag"]: True,
            }
            rows.append(row)
    body[facts["table"]] = rows
    body.update(header or {})
    if "docdate" in payment.fields:
        body.setdefault("docdate", today(caller))
    return Stored(*_writing.create(caller, payment, body, options))


def _key(document: Any, name: str) -> Any:
    """The key of a document given as a key, a record or a mapping."""
    if isinstance(document, (str, int)):
        return document
    value = document.get(name) if isinstance(document, Mapping) else document.to_wire().get(name)
    if value in (None, ""):
        raise UsageError(f"the document has no {name}; read it first")
    return value


def _copied(record: Wire, wires: Iterable[str]) -> dict[str, Any]:
    return {wire: record[wire] for wire in wires if record.get(wire) not in (None, "")}


def _outstanding(row: Wire, facts: Facts) -> Decimal:
    return _number(row.get(facts["quantity"])) - _number(row.get(facts["consumed"]))


def _number(value: Any) -> Decimal:
    try:
        return _exact(value)
    except Unfit as unfit:
        raise ValidationError(f"the document holds {value!r} for an amount, which {unfit}") from None


def _exact(value: Any) -> Decimal:
    found = read("decimal", value)
    return found if isinstance(found, Decimal) else Decimal(0)


def _amount(value: Any, path: str) -> Decimal:
    if isinstance(value, float):
        raise ValidationError([FieldProblem(path, "a float cannot hold an exact amount; give a Decimal or text")])
    try:
        return _exact(value)
    except Unfit as unfit:
        raise ValidationError([FieldProblem(path, str(unfit))]) from None


def _cents(amount: Decimal) -> str:
    return f"{amount:.2f}"


def today(caller: Caller) -> date:
    """The date on the wall, by the client's clock."""
    return caller.clock().astimezone().date()
