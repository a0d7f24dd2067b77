"""An order becomes invoices by what is outstanding; invoices are settled in their order."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

import pytest

ORDER: dict[str, Any] = {
    "dockey": 44,
    "docno": "SO-1",
    "code": "300-W0002",
    "companyname": "WAJA",
    "docdate": "2026-01-10",
    "docref1": "",
    "note": "kept out",
    "cancelled": False,
    "transferable": True,
    "sdsdocdetail": [
        {"dtlkey": 1, "itemcode": "ANT", "qty": "20.00", "offsetqty": "0.00", "unitprice": "35.00", "amount": "700.00"},
        {"dtlkey": 2, "itemcode": "HFK", "qty": "5.00", "offsetqty": "2.00", "unitprice": "1.00", "disc": None},
        {"dtlkey": 3, "itemcode": "COVER", "qty": "4.00", "offsetqty": "4.00"},
        {"dtlkey": 4, "itemcode": "E-BAT", "qty": "1.00", "offsetqty": None, "transferable": False},
    ],
}


@pytest.fixture
def fake() -> Any:
    from sqlacc_client.testing import FakeTransport

    return FakeTransport()


@pytest.fixture
def client(fake: Any) -> Any:
    from sqlacc_client.testing import fake_client

    return fake_client(fake, clock=lambda: datetime(2026, 1, 20, 12, tzinfo=timezone.utc))


def transfer(client: Any, fake: Any, order: dict[str, Any] | None = None, **args: Any) -> Any:
    fake.answer(200, {"data": [order or ORDER]})
    fake.answer(200, {"dockey": 50, "docno": "IV-1"})
    invoice = client.workflows.order_to_invoice(44, **args)
    assert invoice.dockey == 50
    assert [f"{r.method} {r.target}" for r in fake.requests] == ["GET /salesorder/44", "POST /salesinvoice"]
    return fake.body()


def test_all_that_is_outstanding(client: Any, fake: Any) -> None:
    body = transfer(client, fake, header={"docno": "IV-9"})
    link = {"fromdoctype": "SO", "fromdockey": 44}
    assert body == {
        "docno": "IV-9",
        "docdate": "2026-01-20",
        "code": "300-W0002",
        "companyname": "WAJA",
        "sdsdocdetail": [
            {"itemcode": "ANT", "qty": "20.00", "unitprice": "35.00", **link, "fromdtlkey": 1},
            {"itemcode": "HFK", "qty": "3.00", "unitprice": "1.00", **link, "fromdtlkey": 2},
        ],
    }


def test_part_of_it(client: Any, fake: Any) -> None:
    lines = [{"dtlkey": 2}, {"dtlkey": 1, "qty": Decimal("8.5")}]
    body = transfer(client, fake, lines=lines, header={"docdate": "2026-02-01", "description": "Part"})
    assert [(row["fromdtlkey"], row["qty"]) for row in body["sdsdocdetail"]] == [(2, "3.00"), (1, "8.5")]
    assert (body["docdate"], body["description"]) == ("2026-02-01", "Part")


@pytest.mark.parametrize(
    ("change", "lines", "words"),
    [
        ({}, [{"dtlkey": 1, "qty": "20.01"}], "20.00 outstanding"),
        ({}, [{"dtlkey": 1, "qty": "0"}], "outstanding"),
        ({}, [{"dtlkey": 1, "qty": "-1"}], "outstanding"),
        ({}, [{"dtlkey": 1, "qty": 1.5}], "float"),
        ({}, [{"dtlkey": 1, "qty": "x"}], "decimal"),
        ({}, [{"dtlkey": 3}], "outstanding"),
        ({}, [{"dtlkey": 99}], "no row 99"),
        ({}, [], "nothing to transfer"),
        ({"cancelled": True}, None, "void"),
        ({"transferable": False}, None, "must not be transferred"),
        ({"sdsdocdetail": []}, None, "nothing is outstanding"),
    ],
)
def test_what_cannot_be_carried_over(client: Any, fake: Any, change: dict[str, Any], lines: Any, words: str) -> None:
    from sqlacc_client import ValidationError

    fake.answer(200, {"data": [{**ORDER, **change}]})
    with pytest.raises(ValidationError, match=words):
        client.workflows.order_to_invoice(44, lines=lines)
    assert len(fake.requests) == 1


def test_an_order_is_given_as_a_record_too(client: Any, fake: Any) -> None:
    from sqlacc_client import UsageError
    from sqlacc_client.models import SalesOrder

    fake.answer(200, {"data": [ORDER]})
    fake.answer(200, {"dockey": 50})
    client.workflows.order_to_invoice(SalesOrder(dockey=44))
    assert fake.requests[0].target == "/salesorder/44"
    with pytest.raises(UsageError, match="no dockey"):
        client.workflows.order_to_invoice(SalesOrder(docno="SO-1"))


def invoice(key: int, amount: str, code: str = "300-G0002") -> dict[str, Any]:
    return {"dockey": key, "docno": f"IV-{key}", "code": code, "docamt": amount, "currencycode": "----", "agent": None}


@pytest.mark.parametrize(
    ("amount", "docamt", "applied"),
    [
        (None, "150.50", [("IV-1", "100.00"), ("IV-2", "50.50")]),
        (Decimal("120"), "120.00", [("IV-1", "100.00"), ("IV-2", "20.00")]),
        ("100.00", "100.00", [("IV-1", "100.00")]),
        ("200.00", "200.00", [("IV-1", "100.00"), ("IV-2", "50.50")]),
    ],
)
def test_invoices_are_settled_in_their_order(
    client: Any, fake: Any, amount: Any, docamt: str, applied: list[tuple[str, str]]
) -> None:
    fake.answer(200, {"data": [invoice(1, "100.00")]})
    fake.answer(200, {"data": [invoice(2, "50.50")]})
    fake.answer(200, {"dockey": 60, "docno": "OR-1"})
    payment = client.workflows.settle_invoice([1, 2], paymentmethod="310-001", amount=amount)
    assert payment.docno == "OR-1"
    body = fake.body()
    rows = [{"doctype": "IV", "docno": number, "koamt": part, "knockoff": True} for number, part in applied]
    assert body == {
        "code": "300-G0002",
        "docdate": "2026-01-20",
        "paymentmethod": "310-001",
        "currencycode": "----",
        "docamt": docamt,
        "sdsknockoff": rows,
    }


def test_what_cannot_be_settled(client: Any, fake: Any) -> None:
    from sqlacc_client import UsageError, ValidationError

    with pytest.raises(UsageError):
        client.workflows.settle_invoice([], paymentmethod="310-001")
    fake.answer(200, {"data": [invoice(1, "1.00")]})
    fake.answer(200, {"data": [invoice(2, "1.00", "300-C0001")]})
    with pytest.raises(ValidationError, match="different parties"):
        client.workflows.settle_invoice([1, 2], paymentmethod="310-001")
    for amount, words in ((1.5, "float"), ("0.00", "docamt"), ("0.001", "more than 2 decimals")):
        fake.answer(200, {"data": [invoice(1, "1.00")]})
        with pytest.raises(ValidationError, match=words):
            client.workflows.settle_invoice(1, paymentmethod="310-001", amount=amount)
    assert {request.method for request in fake.requests} == {"GET"}
