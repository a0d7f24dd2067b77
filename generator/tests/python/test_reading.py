"""Lists are read to the end, each record once, whatever a server does with offset and limit; find compares again."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

import pytest


class Lists:
    """A transport that plays a server with `total` customers."""

    def __init__(self, total: int, **odd: Any) -> None:
        self.rows = [{"code": f"C{n:04d}", "companyname": f"Company {n}", "area": "KL"} for n in range(total)]
        self.odd = odd
        self.targets: list[str] = []

    def send(self, request: Any, /) -> Any:
        from sqlacc_client import HttpResponse

        self.targets.append(request.target)
        path, _, query = request.target.partition("?")
        given = dict(parse_qsl(query))
        if not query:
            (row,) = [row for row in self.rows if path.endswith(row["code"])]
            return HttpResponse(200, {}, json.dumps({"data": [{**row, "sdsbranch": []}]}).encode())
        offset = 0 if self.odd.get("ignores_offset") else int(given.get("offset", 0))
        limit = 50 if self.odd.get("ignores_limit") else min(int(given.get("limit", 50)), self.odd.get("most", 50))
        page = self.rows[offset : offset + limit]
        if self.odd.get("overlaps") and offset:
            page = self.rows[offset - 3 : offset - 3 + limit]
        body: Any = {
            "pagination": {"offset": 0, "limit": 1, "count": self.odd.get("count", len(page))},
            self.odd.get("key", "data"): page,
        }
        return HttpResponse(200, {}, json.dumps(page if self.odd.get("bare") else body).encode())


def customers(lists: Lists) -> Any:
    from sqlacc_client.testing import fake_client

    return fake_client(lists).customers


@pytest.mark.parametrize("total", [0, 1, 49, 50, 51, 100, 137])
@pytest.mark.parametrize(
    "odd",
    [{}, {"ignores_limit": True}, {"overlaps": True}, {"key": "items"}, {"count": 0}, {"count": 10**6}, {"bare": True}],
    ids=str,
)
def test_iterate_yields_each_record_once(total: int, odd: dict[str, Any]) -> None:
    lists = Lists(total, **odd)
    codes = [customer.code for customer in customers(lists).iterate()]
    assert codes == [row["code"] for row in lists.rows]


def test_iterate_asks_for_fifty_from_an_offset_and_ends_at_a_short_page() -> None:
    lists = Lists(137)
    assert len(list(customers(lists).iterate(offset=30))) == 107
    assert lists.targets == [f"/customer?offset={offset}&limit=50" for offset in (30, 80, 130)]
    lists = Lists(100)
    assert len(list(customers(lists).iterate())) == 100
    assert lists.targets[-1] == "/customer?offset=100&limit=50"


@pytest.mark.parametrize(("page_limit", "pages"), [(10, 14), (50, 3), (100, 3)])
def test_the_page_limit_is_at_most_fifty(page_limit: int, pages: int) -> None:
    lists = Lists(137)
    assert len(list(customers(lists).iterate(page_limit=page_limit))) == 137
    assert len(lists.targets) == pages


def test_a_server_that_ignores_the_offset_is_an_error_and_not_the_end() -> None:
    from sqlacc_client import UnexpectedResponseError

    found = customers(Lists(137, ignores_offset=True)).iterate()
    assert len([next(found) for _ in range(50)]) == 50
    with pytest.raises(UnexpectedResponseError, match="ignore the offset"):
        next(found)
    assert len(list(customers(Lists(20, ignores_offset=True)).iterate())) == 20


def test_iterate_stops_at_max_and_reads_no_further() -> None:
    lists = Lists(137)
    assert len(list(customers(lists).iterate(max=50))) == 50
    assert len(lists.targets) == 1
    assert list(customers(lists).iterate(max=0)) == []
    assert len(list(customers(lists).iterate(max=60))) == 60


@pytest.mark.parametrize("concurrency", [1, 4])
def test_details_reads_each_record_whole_and_in_order(concurrency: int) -> None:
    lists = Lists(60)
    found = list(customers(lists).iterate(details=True, concurrency=concurrency))
    assert [customer.code for customer in found] == [row["code"] for row in lists.rows]
    assert all(customer.sdsbranch == [] for customer in found)
    assert len(lists.targets) == 62


def test_pages_and_list() -> None:
    lists = Lists(60)
    assert [len(page) for page in customers(lists).pages()] == [50, 10]
    page = customers(lists).list(limit=7, offset=3)
    assert (len(page), page.offset, page.more, page.next_offset) == (7, 3, True, 10)
    assert not customers(lists).list(offset=55).more
    assert lists.targets[-2:] == ["/customer?offset=3&limit=7", "/customer?offset=55&limit=50"]


@pytest.mark.parametrize(
    "call",
    [
        lambda c: c.list(offset=-1),
        lambda c: c.list(limit=0),
        lambda c: list(c.iterate(offset=-1)),
        lambda c: list(c.iterate(max=-1)),
        lambda c: list(c.iterate(concurrency=0)),
        lambda c: list(c.iterate(page_limit=0)),
        lambda c: c.find(),
        lambda c: c.find(where={"code": object()}),
        lambda c: c.list(where={"code": "\ud800"}),
        lambda c: c.list(where={"since": datetime(2026, 1, 15)}),
        lambda c: c.list(where={"creditlimit": 1.5}),
    ],
)
def test_calls_that_make_no_sense_are_refused(call: Callable[[Any], Any]) -> None:
    from sqlacc_client import UsageError

    lists = Lists(1)
    with pytest.raises(UsageError):
        call(customers(lists))
    assert lists.targets == []


def test_filters_are_encoded_in_the_order_given() -> None:
    lists = Lists(1)
    customers(lists).list(
        where={"code": "300*", "area": "a b&c=~/ü", "agent": None, "creditlimit": Decimal("1.50"), "isactive": True}
    )
    assert lists.targets == [
        "/customer?code=300*&area=a%20b%26c%3D~%2F%C3%BC&agent=&creditlimit=1.50&isactive=true&offset=0&limit=50"
    ]
    customers(lists).list(where={"since": date(2026, 1, 15)})
    assert lists.targets[-1] == "/customer?since=2026-01-15&offset=0&limit=50"


# --- find ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def fake() -> Any:
    from sqlacc_client.testing import FakeTransport

    return FakeTransport()


def invoices(fake: Any) -> Any:
    from sqlacc_client.testing import fake_client

    return fake_client(fake).sales_invoices


def test_indexed_fields_are_found_with_rows_in_one_request(fake: Any) -> None:
    fake.answer(200, {"data": [{"dockey": 35, "docno": "IV-1", "sdsdocdetail": [{"dtlkey": 1}]}]})
    found = invoices(fake).find(docno="IV-1", code=None)
    assert found.sdsdocdetail[0].dtlkey == 1
    assert [request.target for request in fake.requests] == ["/salesinvoice/*?docno=IV-1"]


def test_other_fields_are_found_in_the_list_and_read_by_key(fake: Any) -> None:
    fake.answer(200, {"data": [{"dockey": 1, "docref1": "X-1"}, {"dockey": 2, "docref1": "X"}]})
    fake.answer(200, {"data": [{"dockey": 2, "docref1": "X", "sdsdocdetail": []}]})
    assert invoices(fake).find(where={"docref1": "X"}).dockey == 2
    assert [request.target for request in fake.requests] == [
        "/salesinvoice?docref1=X&offset=0&limit=50",
        "/salesinvoice/2",
    ]


def test_rows_that_do_not_fit_are_not_taken(fake: Any) -> None:
    rows = [{"dockey": n, "docno": f"IV-{n}", "docamt": "1.50", "docdate": "2026-01-15"} for n in range(1, 21)]
    fake.answer(200, {"data": rows})
    assert invoices(fake).find(docno="iv-1") is None
    fake.answer(200, {"data": rows[:1]})
    assert invoices(fake).find(docno="IV-1", docdate=date(2026, 1, 15)).dockey == 1
    fake.answer(200, {"data": rows[:1]})
    fake.answer(200, {"data": rows[:1]})
    assert invoices(fake).find(where={"docamt": Decimal("1.5"), "docref1": None}).dockey == 1


def test_an_ignored_filter_is_paged_on(fake: Any) -> None:
    rows = [{"dockey": n, "docno": f"IV-{n}"} for n in range(1, 61)]
    fake.answer(200, {"data": rows[:50]})
    fake.answer(200, {"data": rows[50:]})
    assert invoices(fake).find(docno="IV-60").dockey == 60
    assert [request.target for request in fake.requests] == [
        "/salesinvoice/*?docno=IV-60",
        "/salesinvoice/*?docno=IV-60&offset=50&limit=50",
    ]


def test_two_that_fit_are_an_error(fake: Any) -> None:
    from sqlacc_client import MultipleFoundError

    fake.answer(200, {"data": [{"dockey": 1, "docno": "A"}, {"dockey": 2, "docno": "A"}]})
    with pytest.raises(MultipleFoundError, match="dockey 1, 2"):
        invoices(fake).find(docno="A")


@pytest.mark.parametrize("status", [400, 404])
def test_nothing_found_may_be_an_error_of_the_server(fake: Any, status: int) -> None:
    from sqlacc_client import NotFoundError

    fake.answer(status, {"message": "Sales invoice not found"})
    assert invoices(fake).find(docno="A") is None
    fake.answer(status, {"message": "not found"})
    with pytest.raises(NotFoundError):
        invoices(fake).list()
    fake.answer(404, b"<html><title>404 Not Found</title>", {"content-type": "text/html"})
    with pytest.raises(NotFoundError):  # a wrong address must never look like an empty list
        invoices(fake).find(docno="A")


@pytest.mark.parametrize(
    "body",
    [
        {"data": [{"dockey": 35, "docno": "IV-1"}]},
        {"data": {"dockey": 35, "docno": "IV-1"}},
        [{"dockey": 35, "docno": "IV-1"}],
        {"dockey": 35, "docno": "IV-1"},
        {"dockey": 35, "docno": "IV-1", "data": "a field of the record"},
    ],
)
def test_the_envelopes_of_a_record(fake: Any, body: Any) -> None:
    fake.answer(200, body)
    assert invoices(fake).get(35).docno == "IV-1"


def test_pdf(fake: Any) -> None:
    from sqlacc_client import UnexpectedResponseError, ValidationError

    fake.answer(200, b"%PDF-1.7\nbytes\xff\n%%EOF\n")
    assert invoices(fake).pdf(35).startswith(b"%PDF")
    request = fake.requests[0]
    assert request.headers["content-type"] == "application/pdf;template=Sales Invoice 8 (SST 1)"
    assert request.headers["accept"] == "application/pdf"
    for body, words in [
        (b"%PDF-1.7\ncut", "cut off"),
        ({"message": "no such report"}, "no such report"),
        (b"<html>Sign in</html>", "web page"),
        (b"", "no PDF"),
    ]:
        fake.answer(200, body)
        with pytest.raises(UnexpectedResponseError, match=words):
            invoices(fake).pdf(35, "发票 (GST 1)")
    for name in ("a\r\nX-Evil: 1", " ", "", "tab\there"):
        with pytest.raises(ValidationError):
            invoices(fake).pdf(35, name)
