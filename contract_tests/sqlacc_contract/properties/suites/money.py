"""Suites of what one document takes from another: payments from invoices, invoices from orders."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from sqlacc_codegen.ir import Api, Workflow

from ...cases.subject import Subject
from ...play import Row
from ...server_check import ANY
from ...tagged import Tagged
from ..records import Given, Maker
from ..scene import REFUSED, Scene
from ..sums import value
from .suite import Suite

CENT = Decimal("0.01")
QUANTITY = Decimal("0.0001")
OUTSTANDING = "outstanding"
STEPS = 4


def flow_of(api: Api, kind: str) -> Workflow | None:
    return next((flow for flow in api.workflows if flow.kind == kind), None)


# --- P28 ----------------------------------------------------------------------------------------------------------


def settled(scene: Scene, given: Given) -> None:
    """Payments in parts, some of them larger than what is left."""
    flow = flow_of(scene.play.api, "settle")
    assert flow is not None
    facts, play = flow.args, scene.play
    unpaid = owed(scene, given["record"][facts["party"]])
    invoice = scene.created(given["record"])
    total, taken, paid_in, payments = value(invoice[facts["total"]]), Decimal(0), Decimal(0), list[Row]()
    before = owed(scene, invoice[facts["party"]])
    if unpaid is not None and before is not None:
        scene.same("P28", str(unpaid + total), str(before), "what the party owes with the new document")
    payer = Subject(play.api.object(facts["payment"]))
    if total > CENT:
        with scene.held("P28"):
            play.configure(validate=False)
            less = payment_of(scene, facts, invoice, total, len(given["parts"]) + 1, spare=-CENT)
            play.error(payer.op("create"), REFUSED, record=less)
            play.configure(validate=True)
    for number, per_cent in enumerate(given["parts"]):
        amount = max((total * per_cent / 100).quantize(CENT), CENT)
        payment = payment_of(scene, facts, invoice, amount, number, spare=number)
        op = payer.op("create")
        with scene.held("P28"):
            if amount > total - taken:
                play.configure(validate=False)
                play.error(op, REFUSED, record=payment)
                play.configure(validate=True)
                continue
            paid = play.value(op, record=payment)
            taken, paid_in = taken + amount, paid_in + amount + number
            payments.append(paid)
            scene.adds_up(paid, payer.o)
            row = paid[facts["table"]][0]
            play.equal(str(amount), str(value(row[facts["row"]["amount"]])), facts["row"]["amount"])
            if OUTSTANDING in row:
                left = value(row[OUTSTANDING])
                play.check(left + taken == total, f"{taken} of {total} is settled, and {left} outstanding")
            now = owed(scene, invoice[facts["party"]])
            if before is not None and now is not None:
                play.equal(str(before - paid_in), str(now), "what the party owes")
    if payments:
        taken_back(scene, facts, invoice, payments, given["void"])
        with scene.held("P28"):
            if before is not None:
                play.equal(str(before), str(owed(scene, invoice[facts["party"]])), "what the party owes again")
            play.value(payer.op("create"), record=payment_of(scene, facts, invoice, total, len(given["parts"])))


def taken_back(scene: Scene, facts: Mapping[str, Any], invoice: Row, payments: list[Row], void: bool) -> None:
    """A settled document stays; its payments go, or are void, and are open again."""
    play, s, payer = scene.play, scene.s, Subject(scene.play.api.object(facts["payment"]))
    with scene.held("P13"):
        if s.can("delete"):
            play.error(s.op("delete"), REFUSED, key=s.key(invoice))
        cancel = s.o.behaviour.get("void")
        if cancel and s.can("update"):
            play.error(s.op("update"), REFUSED, record=scene.read(s.key(invoice)), changes={cancel: True})
        for paid in payments:
            if void and payer.o.behaviour.get("void") and payer.can("update"):
                record = play.value(payer.op("get"), key=payer.key(paid))
                play.value(payer.op("update"), record=record, changes={payer.o.behaviour["void"]: True})
            elif payer.can("delete"):
                play.value(payer.op("delete"), key=payer.key(paid))


def payment_of(
    scene: Scene, facts: Mapping[str, Any], invoice: Row, amount: Decimal, number: int, spare: Decimal | int = 0
) -> Row:
    """`spare`: what is paid beside what is settled."""
    subject = Subject(scene.play.api.object(facts["payment"]))
    names, money = facts["row"], {"$dec": f"{amount:.2f}"}
    row = {
        names["type"]: facts["doctype"],
        names["number"]: invoice[facts["number"]],
        names["amount"]: money,
        names["flag"]: True,
    }
    return scene.maker.minimum(subject) | {
        subject.identity: f"{scene.tag}P{number}",
        facts["party"]: invoice[facts["party"]],
        facts["total"]: {"$dec": f"{amount + spare:.2f}"},
        facts["table"]: [row],
    }


def owed(scene: Scene, code: Tagged) -> Decimal | None:
    """What the server says that a party owes, where it says so."""
    flow = flow_of(scene.play.api, "settle")
    assert flow is not None
    party = scene.play.api.object(flow.args["document"]).behaviour["party"]
    target = scene.play.api.by_id.get(party["object"])
    if target is None or OUTSTANDING not in target.by_wire:
        return None
    record = scene.play.value(f"{target.plural.snake()}.get", key=code)
    return value(record[OUTSTANDING]) if record.get(OUTSTANDING) is not None else None


# --- P29 ----------------------------------------------------------------------------------------------------------


def transferred(scene: Scene, given: Given) -> None:
    """Parts of an order's lines carried over, some of them more than is left."""
    flow = flow_of(scene.play.api, "transfer")
    assert flow is not None
    facts, play, s = flow.args, scene.play, scene.s
    order = scene.read(s.key(scene.created(given["record"])))
    rows = order[facts["table"]]
    taken, made_of = [Decimal(0)] * len(rows), list[tuple[Row, int, Decimal]]()
    target = Subject(play.api.object(facts["target"]))
    for number, step in enumerate(given["steps"]):
        at = step["row"] % len(rows)
        whole = value(rows[at][facts["quantity"]])
        quantity = max((whole * step["per_cent"] / 100).quantize(QUANTITY), QUANTITY)
        fits = taken[at] + quantity <= whole
        invoice = invoice_of(scene, facts, order, rows[at], quantity, f"{scene.tag}T{number}")
        with scene.held("P29"):
            if not fits:
                play.configure(validate=False)
                play.error(target.op("create"), REFUSED, record=invoice)
                play.configure(validate=True)
            else:
                made = scene.made(target, invoice)
                taken[at] += quantity
                made_of.append((made, at, quantity))
                play.equal(
                    str(quantity.normalize()), str(value(made[facts["table"]][0][facts["quantity"]]).normalize()), "qty"
                )
            _consumed(scene, facts, order, taken)
    if made_of:
        with scene.held("P29"):
            _holds(scene, facts, order, made_of[0][1])
        _given_back(scene, facts, order, made_of, taken)


def _holds(scene: Scene, facts: Mapping[str, Any], order: Row, at: int) -> None:
    """What was transferred cannot be taken away from under it."""
    play, s = scene.play, scene.s
    play.error(s.op("delete"), REFUSED, key=s.key(order))
    key, quantity = facts["row_key"], facts["quantity"]
    less = {key: order[facts["table"]][at][key], quantity: {"$dec": "0.0000"}}
    for changes in ({facts["table"]: [less]}, {facts["void"]: True}):
        play.error(s.op("update"), REFUSED, record=scene.read(s.key(order)), changes=changes)


def _given_back(
    scene: Scene, facts: Mapping[str, Any], order: Row, made: list[tuple[Row, int, Decimal]], taken: list[Decimal]
) -> None:
    """Invoices that are deleted free what they took; a void order gives nothing."""
    play, s, target = scene.play, scene.s, Subject(scene.play.api.object(facts["target"]))
    with scene.held("P29"):
        for invoice, at, quantity in made:
            play.value(target.op("delete"), key=target.key(invoice))
            taken[at] -= quantity
            _consumed(scene, facts, order, taken)
        row, label = order[facts["table"]][made[0][1]], f"{scene.tag}TV"
        play.value(s.op("update"), record=scene.read(s.key(order)), changes={facts["void"]: True})
        again = invoice_of(scene, facts, order, row, made[0][2], label)
        play.configure(validate=False)
        play.error(target.op("create"), REFUSED, record=again)
        play.configure(validate=True)


def invoice_of(scene: Scene, facts: Mapping[str, Any], order: Row, row: Row, quantity: Decimal, label: str) -> Row:
    link = facts["link"]
    subject = Subject(scene.play.api.object(facts["target"]))
    # An amount off the line stays the same for a part of it, so it is left out.
    left_out = {*facts["drop_when_partial"], subject.o.behaviour["amounts"].get("discount")}
    copied = {w: row[w] for w in facts["copy_line"] if row.get(w) not in (None, "") and w not in left_out}
    line = copied | {
        facts["quantity"]: {"$dec": f"{quantity:f}"},
        link["type"]: facts["doctype"],
        link["document"]: order[facts["document_key"]],
        link["line"]: row[facts["row_key"]],
    }
    party = scene.o.behaviour["party"]["field"]
    return {
        **{wire: v for wire, v in scene.maker.minimum(subject).items() if wire not in subject.o.tables},
        subject.identity: label,
        party: order[party],
        facts["table"]: [line],
    }


def _consumed(scene: Scene, facts: Mapping[str, Any], order: Row, taken: list[Decimal]) -> None:
    """What the order says was taken of each line. One reading never says it."""
    read = scene.read(scene.s.key(order))
    for n, row in enumerate(read[facts["table"]]):
        shown, whole = value(row.get(facts["consumed"])), value(row[facts["quantity"]])
        scene.play.check(shown <= whole, f"{shown} of {whole} is transferred")
        if not {"order_offset", ANY} & set(scene.readings) and row.get(facts["consumed"]) is not None:
            scene.play.equal(str(taken[n].normalize()), str(shown.normalize()), f"row {n + 1} {facts['consumed']}")


# --- values -------------------------------------------------------------------------------------------------------


def _settled(maker: Maker) -> SearchStrategy[Given]:
    parts = st.lists(st.integers(1, 110), min_size=1, max_size=STEPS)
    return st.fixed_dictionaries({"record": maker.records(), "parts": parts, "void": st.booleans()})


def _transferred(maker: Maker) -> SearchStrategy[Given]:
    step = st.fixed_dictionaries({"row": st.integers(0, 3), "per_cent": st.integers(1, 120)})
    return st.fixed_dictionaries({"record": maker.records(), "steps": st.lists(step, min_size=1, max_size=STEPS)})


def _of(kind: str, role: str) -> Callable[[Api], Iterator[Subject]]:
    def subjects(api: Api) -> Iterator[Subject]:
        flow = flow_of(api, kind)
        if flow is not None:
            yield Subject(api.object(flow.args[role]))

    return subjects


MONEY = (
    Suite(
        "settled",
        "An invoice paid in parts, some larger than what is left.",
        ("P28",),
        _of("settle", "document"),
        _settled,
        settled,
        live="write",
        avoids={"negative_stock": ("refused",), "amounts": ("stored",)},
    ),
    Suite(
        "transferred",
        "An order invoiced in parts, some larger than what is left.",
        ("P29",),
        _of("transfer", "source"),
        _transferred,
        transferred,
        live="write",
        avoids={"negative_stock": ("refused",)},
    ),
)
