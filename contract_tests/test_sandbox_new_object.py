"""One more YAML file is one more object in the sandbox, with the product's rules that it names and without code."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from sqlacc_codegen.load import load
from sqlacc_contract.sandbox import Sandbox
from sqlacc_contract.sandbox.caller import Caller

SPEC = Path(__file__).resolve().parent.parent / "spec"

DELIVERY = """\
# yaml-language-server: $schema=../schema/object.schema.json
object: delivery_order
plural: delivery_orders
title: Delivery Order
doc: Goods that left for a customer.
kind: document
doctype: DO
path: /deliveryorder
operations: [list, find, get, create, update, delete, pdf]
evidence: inferred
fields:
  dockey: {}
  docno: {}
  docdate: {create: required}
  code: {type: "code(customer, 10)", doc: Customer., create: required}
  companyname: {}
  currencycode: {default: "----"}
  currencyrate: {default: "1.000000"}
  docamt: {}
  cancelled: {default: false}
  updatecount: {}
  lastmodified: {}
  van: {type: text(5), doc: Which van.}
lines:
  sdsdocdetail:
    words: sds doc detail
    item: delivery order line
    key: dtlkey
    doc: What was delivered.
    evidence: inferred
    fields:
      dtlkey: {}
      dockey: {}
      seq: {}
      itemcode: {}
      description: {}
      qty: {default: "1.0000"}
      uom: {}
      rate: {default: "1.0000"}
      sqty: {}
      unitprice: {}
      amount: {}
      fromdoctype: {}
      fromdockey: {}
      fromdtlkey: {}
pdf: {default: Delivery Order 1, reports: [Delivery Order 1], status: working, evidence: inferred}
rules:
  - {kind: some_lines, table: sdsdocdetail, message: Nothing to deliver., evidence: inferred}
behaviour:
  numbering: {field: docno, format: "DO{@YYMM}-%.3d"}
  unique: [docno]
  party: {field: code, object: customer, copy: {companyname: companyname}}
  item: {table: sdsdocdetail, field: itemcode, object: stock_item, copy: {description: description},
         uom: {table: sdsuom, field: uom, rate: rate, price: unitprice, source_price: refprice}}
  amounts: {table: sdsdocdetail, quantity: qty, price: unitprice, amount: amount, base_quantity: sqty, rate: rate}
  total: {field: docamt}
  transfer_from: {table: sdsdocdetail, sources: {SO: sales_order}, quantity: qty, consumed: offsetqty}
  stock: {table: sdsdocdetail, effect: out, quantity: sqty}
  void: cancelled
examples:
  minimum:
    title: One antenna
    evidence: inferred
    payload:
      docdate: "2026-02-03"
      code: 300-G0002
      sdsdocdetail:
        - {itemcode: ANT, qty: "1.0000"}
"""


@pytest.fixture
def call(tmp_path: Path) -> Caller:
    spec = tmp_path / "spec"
    shutil.copytree(SPEC, spec)
    (spec / "objects" / "delivery_order.yaml").write_text(DELIVERY)
    invoice = spec / "objects" / "sales_invoice.yaml"
    changed = invoice.read_text().replace(
        "sources: {SO: sales_order}", "sources: {SO: sales_order, DO: delivery_order}"
    )
    invoice.write_text(changed)
    return Caller(Sandbox(load(spec)))


def delivery(*lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"docdate": "2026-02-03", "code": "300-A0002", "sdsdocdetail": list(lines or [{"itemcode": "ANT"}]), **more}


def stock(call: Caller) -> float:
    return float(call.good("GET", "/stockitem/*?code=ANT")["data"][0]["balsqty"])


def test_it_is_created_found_changed_printed_and_deleted(call: Caller) -> None:
    made = call.good("POST", "/deliveryorder", delivery({"itemcode": "ANT", "qty": "2", "uom": "BOX"}, van="A1"))
    assert (made["docno"], made["companyname"][:7], made["docamt"]) == ("DO2602-001", "ANGSANA", "480.00")
    row = made["sdsdocdetail"][0]
    assert (row["description"], row["sqty"], row["dockey"]) == ("Antenna 433 MHz", "20.0000", made["dockey"])
    path = f"/deliveryorder/{made['dockey']}"
    assert call.good("GET", "/deliveryorder/*?docno=DO2602-001")["data"] == [made]
    assert call.good("GET", "/deliveryorder?van=A*")["pagination"]["count"] == 1
    assert call("POST", "/deliveryorder", delivery(van="too long")).status == 400
    assert call("POST", "/deliveryorder", delivery(docno="DO2602-001")).status == 400
    assert call("POST", "/deliveryorder", {**delivery(), "sdsdocdetail": []}).value["message"] == "Nothing to deliver."
    assert call("PUT", path, {"van": "B2"}).status == 400
    assert call.good("PUT", path, {"van": "B2", "updatecount": 1})["van"] == "B2"
    assert call("GET", path, headers={"content-type": "application/pdf"}).value.startswith(b"%PDF")
    assert call("DELETE", path).status == 200


def test_it_takes_from_orders_moves_stock_and_is_invoiced(call: Caller) -> None:
    order = call.good("POST", "/salesorder", delivery({"itemcode": "ANT", "qty": "10"}))
    before = stock(call)

    def link(record: dict[str, Any], doctype: str) -> dict[str, Any]:
        return {
            "itemcode": "ANT",
            "fromdoctype": doctype,
            "fromdockey": record["dockey"],
            "fromdtlkey": record["sdsdocdetail"][0]["dtlkey"],
        }

    delivered = call.good("POST", "/deliveryorder", delivery({**link(order, "SO"), "qty": "6"}))
    assert stock(call) == before - 6
    left = call.good("GET", f"/salesorder/{order['dockey']}")["data"][0]["sdsdocdetail"][0]
    assert left["offsetqty"] == "6.0000"
    assert call("POST", "/salesinvoice", delivery({**link(order, "SO"), "qty": "5"})).status == 400
    call.good("POST", "/salesinvoice", delivery({**link(delivered, "DO"), "qty": "6"}))
    assert stock(call) == before - 6, "the delivery has moved the goods already"
    assert call("POST", "/salesinvoice", delivery({**link(delivered, "DO"), "qty": "1"})).status == 400
    assert call("DELETE", f"/deliveryorder/{delivered['dockey']}").status == 400
    call.good("POST", "/salesinvoice", delivery({**link(order, "SO"), "qty": "4"}))
    assert stock(call) == before - 10
