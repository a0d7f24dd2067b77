"""Suite of stock: what a document takes from its items or adds to them, and gives back when it goes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from sqlacc_codegen.ir import Api

from ...cases.subject import Subject
from ...play import Row
from ...tagged import bare
from ..records import Given, Maker
from ..scene import Scene
from ..sums import value
from .suite import Suite, with_operations

BALANCE = "balsqty"
SIGNS = {"in": 1, "out": -1}  # what moves goes from one place to another, and none of an order does


def moved(scene: Scene, given: Given) -> None:
    s, o = scene.s, scene.o
    sent = scene.labelled(given["record"])
    item, stock = o.behaviour["item"], o.behaviour.get("stock") or {}
    items = sorted({str(row[item["field"]]) for row in sent[item["table"]] if row.get(item["field"])})
    before = {code: balance(scene, item, code) for code in items}
    made = scene.created(given["record"])
    sign, quantity = SIGNS.get(stock.get("effect", ""), 0), stock.get("quantity", "")
    expected = dict(before)
    for row in made[item["table"]]:
        code = str(row.get(item["field"]))
        there = expected.get(code)
        if there is not None:
            expected[code] = there + sign * value(row.get(quantity))
    with scene.held("P31"):
        compared(scene, item, expected, "with the new document")
        if given["void"] and s.can("update") and o.behaviour.get("void"):
            scene.value("update", record=scene.read(s.key(made)), changes={o.behaviour["void"]: True})
            compared(scene, item, before, "with the document void")
        scene.value("delete", key=s.key(made))
        compared(scene, item, before, "without the document")


def compared(scene: Scene, item: Mapping[str, Any], expected: Mapping[str, Any], when: str) -> None:
    for code, quantity in expected.items():
        if quantity is not None:
            scene.play.equal(str(quantity), str(balance(scene, item, code)), f"the stock of {code} {when}")


def balance(scene: Scene, item: Mapping[str, Any], code: str) -> Decimal | None:
    """What is there of an item; None where the server keeps no stock of it."""
    subject = Subject(scene.play.api.object(item["object"]))
    known = scene.maker.world.row(item["object"], code)
    if subject.o.key not in known or known.get("stockcontrol") is False:
        return None
    record: Row = scene.play.value(subject.op("get"), key=known[subject.o.key])
    return value(record[BALANCE]) if bare(record.get(BALANCE)) is not None else None


def _documents(api: Api) -> Iterator[Subject]:
    for subject in with_operations("create", "get", "delete")(api):
        item = subject.o.behaviour.get("item") or {}
        target = api.by_id.get(item.get("object", ""))
        if target and BALANCE in target.by_wire and "get" in target.by_operation:
            yield subject


def _moved(maker: Maker) -> SearchStrategy[Given]:
    return st.fixed_dictionaries({"record": maker.records(), "void": st.booleans()})


GOODS = (
    Suite(
        "moved",
        "A document of stock items, void or not, then deleted.",
        ("P31",),
        _documents,
        _moved,
        moved,
        live="write",
        avoids={"negative_stock": ("refused",), "amounts": ("stored",)},
        share=0.5,
    ),
)
