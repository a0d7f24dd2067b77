"""Cases of workflows: an order into invoices, whole and in parts; invoices settled by a payment."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from sqlacc_codegen.ir import Api, Workflow

from ..play import Play, Row
from ..tagged import Tagged, bare
from .case import Case
from .subject import Subject

HEADER: Row = {"docdate": {"$date": "2026-03-05"}}


def flows(api: Api) -> Iterator[Case]:
    for flow in api.workflows:
        if flow.kind == "transfer":
            yield from _transfers(api, flow)
        elif flow.kind == "settle":
            yield from _settlements(api, flow)


def _transfers(api: Api, flow: Workflow) -> Iterator[Case]:
    facts, grade, op = flow.args, flow.evidence.grade, f"workflows.{flow.id}"
    source, target = Subject(api.object(facts["source"])), Subject(api.object(facts["target"]))
    table, quantity = facts["table"], facts["quantity"]

    def whole(play: Play) -> None:
        order = source.stored(play)
        invoice = play.value(op, order=source.key(order), header=HEADER)
        for row, made in zip(order[table], invoice[table], strict=True):
            play.equal(_number(row, quantity), _number(made, quantity), quantity)
            play.equal(row[facts["row_key"]], made[facts["link"]["line"]], facts["link"]["line"])
            play.equal(facts["doctype"], made[facts["link"]["type"]], facts["link"]["type"])
        play.equal(invoice, play.value(target.op("get"), key=target.key(invoice)), "the invoice read back")

    def nothing_left(play: Play) -> None:
        order = source.stored(play)
        play.value(op, order=source.key(order), header=HEADER)
        read = play.value(source.op("get"), key=source.key(order))
        untold = play.reading("order_offset") == "untouched"  # only the server knows what was taken, and refuses more
        play.equal(
            ["0" if untold else _number(row, quantity) for row in order[table]],
            [_number(r, facts["consumed"]) for r in read[table]],
            "consumed",
        )
        play.error(op, "api" if untold else "validation", order=source.key(order), header=HEADER)

    def cancelled(play: Play) -> None:
        """What a cancelled invoice took is outstanding again."""
        order = source.stored(play)
        invoice = play.value(op, order=source.key(order), header=HEADER)
        play.value(target.op("update"), record=invoice, changes={target.o.behaviour["void"]: True})
        again = play.call(op, order=source.key(order), header=HEADER)
        play.equal(play.reading("cancelled_transfer") != "keeps", again.ok, "success of another invoice")

    def partial(play: Play) -> None:
        order = source.stored(play)
        row = order[table][0]
        part = (_decimal(row[quantity]) / 2).quantize(Decimal("0.01"))
        line = {facts["row_key"]: row[facts["row_key"]], quantity: {"$dec": str(part)}}
        first = play.value(op, order=source.key(order), lines=[line], header=HEADER)
        play.equal(1, len(first[table]), "rows of the invoice")
        play.equal(part.normalize(), _decimal(first[table][0][quantity]).normalize(), quantity)
        rest = play.value(op, order=source.key(order), header=HEADER)
        play.equal(len(order[table]), len(rest[table]), "rows of the second invoice")
        left = (_decimal(row[quantity]) - part).normalize()
        play.equal(left, _decimal(rest[table][0][quantity]).normalize(), "what was left")

    def too_much(play: Play) -> None:
        order = source.stored(play)
        row = order[table][0]
        line = {facts["row_key"]: row[facts["row_key"]], quantity: {"$dec": str(_decimal(row[quantity]) + 1)}}
        play.error(op, "validation", order=source.key(order), lines=[line], header=HEADER)
        play.equal(0, sum(1 for x in play.seen if x.method == "POST" and x.target == target.o.path), "invoices sent")

    def missing(play: Play) -> None:
        play.error(op, "not_found", order=source.missing_key, header=HEADER)

    yield Case(flow.id, "workflow", "whole", whole, grade)
    yield Case(flow.id, "workflow", "nothing left", nothing_left, grade)
    if target.o.behaviour.get("void"):
        yield Case(flow.id, "workflow", "cancelled", cancelled, "inferred")
    yield Case(flow.id, "workflow", "partial", partial, grade, assumes=("order_offset",))
    yield Case(flow.id, "workflow", "more than is left", too_much, grade)
    yield Case(flow.id, "workflow", "missing order", missing, grade)


def _settlements(api: Api, flow: Workflow) -> Iterator[Case]:
    facts, grade, op = flow.args, flow.evidence.grade, f"workflows.{flow.id}"
    document, payment = Subject(api.object(facts["document"])), Subject(api.object(facts["payment"]))
    method = payment.minimum[facts["method"]]
    amount = facts["row"]["amount"]

    def whole(play: Play) -> None:
        invoice = document.stored(play)
        paid = play.value(op, invoice=document.key(invoice), paymentmethod=method, header=HEADER)
        play.equal(_decimal(invoice[facts["total"]]), _decimal(paid[facts["total"]]), facts["total"])
        row = _row(paid, facts, invoice)
        play.equal(_decimal(invoice[facts["total"]]), _decimal(row[amount]), amount)

    def part(play: Play) -> None:
        invoice = document.stored(play)
        half = (_decimal(invoice[facts["total"]]) / 2).quantize(Decimal("0.01"))
        given = {"$dec": str(half)}
        paid = play.value(op, invoice=document.key(invoice), amount=given, paymentmethod=method, header=HEADER)
        play.equal(half, _decimal(_row(paid, facts, invoice)[amount]), amount)

    def two(play: Play) -> None:
        invoices = [document.stored(play, document.variant(n, document.full)) for n in (1, 2)]
        keys = [document.key(invoice) for invoice in invoices]
        paid = play.value(op, invoices=keys, paymentmethod=method, header=HEADER)
        total = sum((_decimal(invoice[facts["total"]]) for invoice in invoices), Decimal(0))
        play.equal(total, _decimal(paid[facts["total"]]), facts["total"])
        for invoice in invoices:
            play.equal(_decimal(invoice[facts["total"]]), _decimal(_row(paid, facts, invoice)[amount]), amount)

    def overpaid(play: Play) -> None:
        invoice = document.stored(play)
        more = _decimal(invoice[facts["total"]]) + 10
        paid = play.value(
            op, invoice=document.key(invoice), amount={"$dec": f"{more:.2f}"}, paymentmethod=method, header=HEADER
        )
        if facts.get("unapplied"):
            play.equal(Decimal(10), _decimal(paid[facts["unapplied"]]), facts["unapplied"])

    yield Case(flow.id, "workflow", "whole", whole, grade)
    yield Case(flow.id, "workflow", "part", part, grade)
    yield Case(flow.id, "workflow", "two invoices", two, grade)
    yield Case(flow.id, "workflow", "overpaid", overpaid, grade)


def _row(paid: Row, facts: Any, invoice: Row) -> Row:
    number = facts["row"]["number"]
    return next(dict(row) for row in paid[facts["table"]] if row[number] == invoice[facts["number"]])


def _decimal(value: Tagged) -> Decimal:
    return Decimal(str(bare(value)))


def _number(row: Row, wire: str) -> str:
    return str(_decimal(row.get(wire) or "0").normalize())
