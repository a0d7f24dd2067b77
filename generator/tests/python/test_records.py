"""Creates and updates: what is sent, what is checked before, and what becomes of rows."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

STORED: dict[str, Any] = {
    "dockey": 35,
    "docno": "IV-1",
    "code": "300-G0002",
    "docdate": "2026-01-15",
    "description": "Sales",
    "docamt": "75.30",
    "updatecount": None,
    "udf_route": "North",
    "sdsdocdetail": [
        {"dtlkey": 1, "seq": 1, "itemcode": "ANT", "qty": "2.00", "unitprice": "25.10", "udf_l": 1},
        {"dtlkey": 2, "seq": 2, "itemcode": "COVER", "qty": "1.00", "unitprice": "25.10"},
        {"dtlkey": 3, "seq": 3, "itemcode": "HFK", "qty": "0.00", "sdsserialnumber": [{"serialnumber": "S1"}]},
    ],
}


@pytest.fixture
def fake() -> Any:
    from sqlacc_client.testing import FakeTransport

    return FakeTransport()


@pytest.fixture
def client(fake: Any) -> Any:
    from sqlacc_client.testing import fake_client

    return fake_client(fake)


def stored(**more: Any) -> dict[str, Any]:
    return {**STORED, **more}


# --- create -------------------------------------------------------------------------------------------------------


def test_a_record_is_given_as_model_mapping_or_keywords(client: Any, fake: Any) -> None:
    from sqlacc_client.models import Customer

    for _ in range(4):
        fake.answer(200, {"code": "A", "companyname": "B"})
    client.customers.create(Customer(code="A", companyname="B"))
    client.customers.create({"companyname": "B", "code": "A"})
    client.customers.create(companyname="B", code="A")
    client.customers.create({"code": "A"}, companyname="B")
    assert {request.body for request in fake.requests} == {b'{"code":"A","companyname":"B"}'}
    assert {(request.method, request.target) for request in fake.requests} == {("POST", "/customer")}


def test_placeholders_of_keys_are_never_sent(client: Any, fake: Any) -> None:
    fake.answer(200, stored())
    line = {"dtlkey": -1, "dockey": 0, "itemcode": "ANT", "qty": "1"}
    client.sales_invoices.create(
        {"dockey": 0, "docno": "", "code": "300-G0002", "docdate": "2026-01-15", "sdsdocdetail": [line]}
    )
    assert fake.body() == {
        "code": "300-G0002",
        "docdate": "2026-01-15",
        "sdsdocdetail": [{"itemcode": "ANT", "qty": "1"}],
    }


def test_a_copy_of_a_stored_record_carries_no_keys(client: Any, fake: Any) -> None:
    fake.answer(200, {"data": [stored()]})
    fake.answer(200, stored(dockey=36))
    original = client.sales_invoices.get(35)
    original.docno = None
    client.sales_invoices.create(original)
    body = fake.body()
    assert "dockey" not in body
    assert "docno" not in body
    assert all("dtlkey" not in row for row in body["sdsdocdetail"])
    assert body["udf_route"] == "North"


def test_keys_stand_in_the_order_of_the_api(client: Any, fake: Any) -> None:
    fake.answer(200, stored())
    client.sales_invoices.create(
        {
            "udf_b": 1,
            "sdsdocdetail": [{"qty": "1", "itemcode": "ANT"}],
            "docdate": "2026-01-15",
            "udf_a": 2,
            "code": "A",
        }
    )
    assert list(fake.body()) == ["docdate", "code", "sdsdocdetail", "udf_b", "udf_a"]
    assert fake.requests[0].body.startswith(
        b'{"docdate":"2026-01-15","code":"A","sdsdocdetail":[{"itemcode":"ANT","qty":"1"'
    )


def test_every_wrong_field_is_named_before_anything_is_sent(client: Any, fake: Any) -> None:
    from sqlacc_client import ValidationError

    with pytest.raises(ValidationError) as caught:
        client.sales_invoices.create(
            {"docno": "x" * 21, "sdsdocdetail": [{"itemcode": "ANT", "qty": "many"}, {"sdsserialnumber": [{}]}]}
        )
    assert caught.value.fields == [
        "docno",
        "docdate",
        "code",
        "sdsdocdetail[0].qty",
        "sdsdocdetail[1].sdsserialnumber[0].serialnumber",
    ]
    assert caught.value.kind == "validation"
    assert fake.requests == []


def test_an_empty_body_is_never_sent(client: Any, fake: Any) -> None:
    from sqlacc_client import CallOptions, UsageError, ValidationError

    off = CallOptions(validate=False)
    with pytest.raises(ValidationError, match="empty"):
        client.sales_invoices.create({}, options=off)
    with pytest.raises(ValidationError, match="empty"):
        client.sales_invoices.create({"dockey": -1, "docno": ""}, options=off)
    with pytest.raises(UsageError):
        client.sales_invoices.create(options=off)
    assert fake.requests == []


def test_checks_can_be_left_out_for_one_call(client: Any, fake: Any) -> None:
    from sqlacc_client import CallOptions, ValidationError

    fake.answer(200, stored())
    client.sales_invoices.create({"docno": "x" * 21, "docamt": "much"}, options=CallOptions(validate=False))
    assert fake.body() == {"docno": "x" * 21, "docamt": "much"}
    with pytest.raises(ValidationError, match="float"):  # never: no exact form
        client.sales_invoices.create({"docamt": 1.5}, options=CallOptions(validate=False))


def test_rules_of_the_whole_record(client: Any, fake: Any) -> None:
    from sqlacc_client import ValidationError

    lines = [{"code": "100-000", "localdr": "10.00"}, {"code": "200-000", "localcr": "9.99"}]
    with pytest.raises(ValidationError) as caught:
        client.journal_entries.create({"docdate": "2026-01-15", "description": "x", "sdsdocdetail": lines})
    assert caught.value.fields == ["sdsdocdetail"]
    payment = {"code": "A", "docdate": "2026-01-15", "paymentmethod": "310-001", "docamt": "10.00"}
    row = {"doctype": "IV", "docno": "IV-1", "koamt": "10.01", "knockoff": True}
    with pytest.raises(ValidationError) as caught:
        client.customer_payments.create(payment | {"sdsknockoff": [row]})
    assert caught.value.fields == ["sdsknockoff"]
    with pytest.raises(ValidationError):
        client.customer_payments.create(payment | {"docamt": "0.00"})
    with pytest.raises(ValidationError):
        client.sales_invoices.create(code="A", docdate="2026-01-15", sdsdocdetail=[])
    assert fake.requests == []
    fake.answer(200, payment | {"dockey": 1})
    client.customer_payments.create(payment | {"sdsknockoff": [row | {"knockoff": False}]})  # not counted


def test_a_write_that_is_acknowledged_without_a_body_gives_what_was_sent(client: Any, fake: Any) -> None:
    from sqlacc_client import UsageError

    fake.answer(200)
    record = client.sales_invoices.create(code="A", docdate="2026-01-15", sdsdocdetail=[{"itemcode": "ANT"}])
    assert record.code == "A"
    assert record.dockey is None
    with pytest.raises(UsageError):
        client.sales_invoices.update(record)


# --- update -------------------------------------------------------------------------------------------------------


def read(client: Any, fake: Any, record: dict[str, Any] | None = None) -> Any:
    fake.answer(200, {"data": [record or stored()]})
    return client.sales_invoices.get(35)


def test_an_update_sends_what_was_read_and_the_counter_one_higher(client: Any, fake: Any) -> None:
    record = read(client, fake)
    fake.answer(200, stored(updatecount=1))
    record.description = "Changed"
    client.sales_invoices.update(record)
    assert (fake.requests[1].method, fake.requests[1].target) == ("PUT", "/salesinvoice/35")
    assert fake.body() == stored(description="Changed", updatecount=1)
    record = read(client, fake, stored(updatecount=7))
    fake.answer(200, stored(updatecount=8))
    client.sales_invoices.update(record, docref1="X")
    assert fake.body() == stored(docref1="X", updatecount=8)


def test_rows_are_changed_added_and_removed_by_key(client: Any, fake: Any) -> None:
    record = read(client, fake)
    fake.answer(200, stored(sdsdocdetail=[]))
    changes = [
        {"dtlkey": 3, "qty": Decimal("4.50")},
        {"itemcode": "NEW", "qty": "1"},
        {"dtlkey": 2, "$remove": True},
        {"dtlkey": -1, "itemcode": "NEW2"},
    ]
    client.sales_invoices.update(record, {"sdsdocdetail": changes})
    one, _, three = STORED["sdsdocdetail"]
    assert fake.body()["sdsdocdetail"] == [
        one,
        {**three, "qty": "4.50"},
        {"itemcode": "NEW", "qty": "1"},
        {"itemcode": "NEW2"},
    ]


def test_the_same_by_changing_the_record(client: Any, fake: Any) -> None:
    from sqlacc_client.models import SalesInvoiceLine

    record = read(client, fake)
    fake.answer(200, stored(sdsdocdetail=[]))
    lines = record.sdsdocdetail
    lines[2].qty = Decimal("4.50")
    lines[0].extra["udf_l"] = 2
    del lines[1]
    lines.append(SalesInvoiceLine(itemcode="NEW", qty=Decimal(1)))
    record.extra["udf_route"] = "South"
    client.sales_invoices.update(record)
    one, _, three = STORED["sdsdocdetail"]
    assert fake.body()["sdsdocdetail"] == [
        {**one, "udf_l": 2},
        {**three, "qty": "4.50"},
        {"itemcode": "NEW", "qty": "1"},
    ]
    assert fake.body()["udf_route"] == "South"


def test_rows_without_a_key_are_replaced(client: Any, fake: Any) -> None:
    record = read(client, fake)
    fake.answer(200, stored())
    serials = [{"serialnumber": "S2"}, {"serialnumber": "S3"}]
    client.sales_invoices.update(record, {"sdsdocdetail": [{"dtlkey": 3, "sdsserialnumber": serials}]})
    assert fake.body()["sdsdocdetail"][2]["sdsserialnumber"] == serials


def test_a_row_that_the_server_keeps_is_told(client: Any, fake: Any) -> None:
    from sqlacc_client import LineNotRemovedError

    record = read(client, fake)
    fake.answer(200, stored(updatecount=1))
    with pytest.raises(LineNotRemovedError) as caught:
        client.sales_invoices.update(record, {"sdsdocdetail": [{"dtlkey": 2, "$remove": True}]})
    assert caught.value.lines == ("sdsdocdetail[dtlkey=2]",)
    assert caught.value.record.updatecount == 1
    record = read(client, fake)
    fake.answer(200, stored(updatecount=1))
    del record.sdsdocdetail[0]
    with pytest.raises(LineNotRemovedError) as caught:
        client.sales_invoices.update(record)
    assert caught.value.lines == ("sdsdocdetail[dtlkey=1]",)


def test_an_update_works_from_a_mapping_too(client: Any, fake: Any) -> None:
    fake.answer(200, stored(updatecount=1))
    given = stored(docamt=Decimal("75.30"), udf_amount=Decimal("1.50"))
    client.sales_invoices.update(given, {"description": "Changed"})
    assert fake.body() == stored(description="Changed", updatecount=1, udf_amount=Decimal("1.50"))
    assert b'"udf_amount":1.50' in fake.requests[0].body


@pytest.mark.parametrize(
    ("changes", "kind", "words"),
    [
        ({"sdsdocdetail": [{"dtlkey": 99, "qty": "1"}]}, "validation", "no row 99"),
        ({"sdsdocdetail": [{"dtlkey": 1, "qty": "x"}]}, "validation", "decimal"),
        ({"sdsdocdetail": ["x"]}, "validation", "row"),
        ({"docno": "x" * 21}, "validation", "at most 20"),
        ({"updatecount": 5}, "validation", "updatecount"),
        ({"dockey": 36}, "validation", "dockey"),
    ],
)
def test_wrong_changes_are_refused(client: Any, fake: Any, changes: dict[str, Any], kind: str, words: str) -> None:
    from sqlacc_client import SqlaccError

    record = read(client, fake)
    with pytest.raises(SqlaccError, match=words) as caught:
        client.sales_invoices.update(record, changes)
    assert caught.value.kind == kind
    assert len(fake.requests) == 1


def test_what_the_server_wrote_is_not_checked_again(client: Any, fake: Any) -> None:
    record = read(client, fake, stored(docno="x" * 40, styleid=5, taxdate="20260115"))
    fake.answer(200, stored())
    client.sales_invoices.update(record, description="Changed")
    assert fake.body()["docno"] == "x" * 40
    assert fake.body()["taxdate"] == "20260115"


def test_rows_of_a_list_are_not_updated(client: Any, fake: Any) -> None:
    from sqlacc_client import UsageError

    header = {name: value for name, value in STORED.items() if name != "sdsdocdetail"}
    fake.answer(200, {"data": [header]})
    (record,) = client.sales_invoices.list()
    with pytest.raises(UsageError, match="came without its lines"):
        client.sales_invoices.update(record, description="x")
    record.sdsdocdetail = [{"itemcode": "ANT"}]
    with pytest.raises(UsageError, match="came without its lines"):
        client.sales_invoices.update(record, description="x")
    with pytest.raises(UsageError, match="came without its lines"):
        client.sales_invoices.update(header, description="x")
    read_without = read(client, fake, header)
    read_without.sdsdocdetail = [{"itemcode": "ANT"}]
    with pytest.raises(UsageError, match="came without its lines"):
        client.sales_invoices.update(read_without, description="x")
    with pytest.raises(UsageError, match="no dockey"):
        client.sales_invoices.update({"sdsdocdetail": []}, description="x")


def test_records_without_a_counter_carry_none_unless_they_were_read_with_one(client: Any, fake: Any) -> None:
    fake.answer(200, {"code": "FAIRY"})
    client.agents.update({"code": "FAIRY", "description": "A"}, description="B")
    assert fake.body() == {"code": "FAIRY", "description": "B"}
    fake.answer(200, {"dockey": 1, "code": "ANT"})
    client.stock_items.update({"dockey": 1, "code": "ANT", "updatecount": 3, "sdsuom": []}, description="B")
    assert fake.body()["updatecount"] == 4


def test_a_stale_record_is_told_with_both_versions(client: Any, fake: Any) -> None:
    from sqlacc_client import StaleRecordError

    record = read(client, fake)
    fake.answer(400, {"message": "Record has been changed by another user"})
    with pytest.raises(StaleRecordError) as caught:
        client.sales_invoices.update(record, description="mine")
    assert caught.value.mine["description"] == "mine"
    assert caught.value.base is record
    fake.answer(200, {"data": [stored(description="theirs", updatecount=1)]})
    assert caught.value.current().description == "theirs"


def test_update_with_retry_reads_and_changes_again(client: Any, fake: Any) -> None:
    from sqlacc_client import StaleRecordError

    stale = {"message": "Record has been changed by other users."}
    for count in (1, 2):
        fake.answer(200, {"data": [stored(updatecount=count, description=f"v{count}")]})
        fake.answer(400, stale) if count == 1 else fake.answer(200, stored(updatecount=3))
    client.sales_invoices.update_with_retry(35, lambda record: {"description": f"{record.description}+"})
    assert [request.method for request in fake.requests] == ["GET", "PUT", "GET", "PUT"]
    assert fake.body()["description"] == "v2+"
    assert fake.body()["updatecount"] == 3
    for _ in range(3):
        fake.answer(200, {"data": [stored()]})
        fake.answer(400, stale)
    with pytest.raises(StaleRecordError):
        client.sales_invoices.update_with_retry(35, {"description": "x"})
    assert fake.unused == 0


def test_update_with_retry_takes_a_record_that_was_changed_in_place(client: Any, fake: Any) -> None:
    def change(record: Any) -> None:
        record.description = "in place"

    fake.answer(200, {"data": [stored()]})
    fake.answer(200, stored(updatecount=1))
    client.sales_invoices.update_with_retry(35, change)
    assert fake.body()["description"] == "in place"


# --- ensure -------------------------------------------------------------------------------------------------------


def test_ensure_finds_before_it_creates(client: Any, fake: Any) -> None:
    from sqlacc_client import UsageError, ValidationError

    record = {"code": "A", "docdate": "2026-01-15", "docref1": "W-1", "sdsdocdetail": [{"itemcode": "ANT"}]}
    fake.answer(200, {"data": []})
    fake.answer(200, stored(docref1="W-1"))
    assert client.sales_invoices.ensure(record, by="docref1").created
    fake.answer(200, {"data": [{"dockey": 1, "docref1": "other"}, {"dockey": 35, "docref1": "W-1"}]})
    fake.answer(200, {"data": [stored(docref1="W-1")]})
    found = client.sales_invoices.ensure(record, by=["docref1"])
    assert not found.created
    assert found.record.sdsdocdetail[0].itemcode == "ANT"
    assert [request.method for request in fake.requests] == ["GET", "POST", "GET", "GET"]
    with pytest.raises(ValidationError, match="docref2"):
        client.sales_invoices.ensure(record, by="docref2")
    with pytest.raises(UsageError):
        client.sales_invoices.ensure(record, by=[])


@pytest.mark.parametrize("key", ["", ".", ".."])
def test_keys_that_would_ask_for_something_else_are_refused(client: Any, fake: Any, key: str) -> None:
    from sqlacc_client import ValidationError

    calls: list[Callable[[], Any]] = [
        lambda: client.customers.get(key),
        lambda: client.customers.delete(key),
    ]
    for call in calls:
        with pytest.raises(ValidationError):
            call()
    assert fake.requests == []
