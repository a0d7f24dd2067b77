"""Batches: a result each, bounded concurrency, and nothing booked twice, also when the process is killed."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PACKAGE = Path(__file__).parents[3] / "generated" / "python"


def bill(number: int) -> dict[str, Any]:
    line = {"itemcode": "ANT", "qty": "1", "unitprice": "2.50"}
    return {"code": "300-G0002", "docdate": "2026-01-15", "docref1": f"W-{number}", "sdsdocdetail": [line]}


@pytest.fixture
def server() -> Any:
    from sqlacc_client.testing import MemoryServer

    return MemoryServer()


@pytest.fixture
def invoices(server: Any) -> Any:
    from sqlacc_client.testing import fake_client

    return fake_client(server).sales_invoices


def posts(server: Any) -> int:
    return sum(request.method == "POST" for request in server.requests)


def test_a_result_for_each_record_and_progress(invoices: Any, server: Any) -> None:
    seen: list[tuple[int, str, int]] = []
    records = [bill(0), {"code": "x" * 99}, bill(2)]
    results = invoices.create_many(
        records, progress=lambda result, done: seen.append((result.index, result.status, done))
    )
    assert [(result.index, result.status) for result in results] == [(0, "created"), (1, "failed"), (2, "created")]
    assert results[1].error.kind == "validation"
    assert results[0].record.docno == "AUTO-00001"
    assert seen == [(0, "created", 1), (1, "failed", 2), (2, "created", 3)]
    assert len(server.records("sales_invoice")) == 2


def test_stop_on_error(invoices: Any, server: Any) -> None:
    results = invoices.create_many([bill(0), {"code": "x" * 99}, bill(2)], stop_on_error=True)
    assert [result.status for result in results] == ["created", "failed", "skipped"]
    assert posts(server) == 1


def test_ensure_many_finds_first(invoices: Any, server: Any) -> None:
    server.add("sales_invoice", bill(1))
    results = invoices.ensure_many([bill(0), bill(1), bill(0)], by="docref1")
    assert [result.status for result in results] == ["created", "found", "found"]
    assert results[1].record.docref1 == "W-1"


def test_concurrency_is_bounded_and_results_keep_their_order(invoices: Any, server: Any) -> None:
    lock, running, most = threading.Lock(), 0, 0
    send = server.send

    def slow(request: Any) -> Any:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.005)
        try:
            return send(request)
        finally:
            with lock:
                running -= 1

    server.send = slow
    results = invoices.create_many([bill(n) for n in range(24)], concurrency=4)
    assert [result.record.docref1 for result in results] == [f"W-{n}" for n in range(24)]
    assert 2 <= most <= 4
    most = 0
    invoices.create_many([bill(n) for n in range(24, 30)])
    assert most == 1


def test_a_journal_lets_a_second_run_send_nothing(invoices: Any, server: Any, tmp_path: Path) -> None:
    journal = tmp_path / "run.journal"
    records = [bill(0), bill(1), {"code": "x" * 99}]
    assert [r.status for r in invoices.create_many(records, journal=journal)] == ["created", "created", "failed"]
    before = len(server.requests)
    again = invoices.create_many([*records[:2], bill(3)], journal=journal)
    assert [result.status for result in again] == ["found", "found", "created"]
    assert again[0].record is None
    assert set(json.loads(journal.read_text().splitlines()[1])) == {"n", "key", "account", "state", "docno"}
    assert posts(server) == 3
    assert len(server.requests) == before + 1
    assert journal.stat().st_mode & 0o077 == 0


def test_an_uncertain_record_is_looked_up_before_it_is_sent_again(tmp_path: Path) -> None:
    from sqlacc_client.testing import FakeTransport, fake_client

    fake = FakeTransport()
    invoices = fake_client(fake).sales_invoices
    bare = {key: value for key, value in bill(0).items() if key != "docref1"}
    for _ in range(3):
        fake.fail()
    first = invoices.create_many([bill(0), bill(1), bare], journal=tmp_path / "j")
    assert [result.status for result in first] == ["unknown"] * 3
    fake.answer(200, {"data": [{"dockey": 9, "docref1": "W-0"}]})
    fake.answer(200, {"data": [{"dockey": 9, "docref1": "W-0", "sdsdocdetail": []}]})
    fake.answer(200, {"data": []})
    fake.answer(200, {"dockey": 10})
    second = invoices.create_many([bill(0), bill(1), bare], journal=tmp_path / "j")
    assert [result.status for result in second] == ["found", "created", "unknown"]
    assert [f"{request.method} {request.target}" for request in fake.requests[3:]] == [
        "GET /salesinvoice?docref1=W-0&offset=0&limit=50",
        "GET /salesinvoice/9",
        "GET /salesinvoice?docref1=W-1&offset=0&limit=50",
        "POST /salesinvoice",
    ]
    assert "nothing identifies it" in str(second[2].error)
    third = invoices.create_many([bill(0), bill(1), bare], journal=tmp_path / "j")
    assert [result.status for result in third] == ["found", "found", "unknown"]


def test_equal_records_without_anything_to_look_up_by_are_counted(invoices: Any, server: Any, tmp_path: Path) -> None:
    bare = {key: value for key, value in bill(0).items() if key != "docref1"}
    invoices.create_many([bare, bare], journal=tmp_path / "j")
    again = invoices.create_many([bare, bare, bare], journal=tmp_path / "j")
    assert [result.status for result in again] == ["found", "found", "created"]
    assert len(server.records("sales_invoice")) == 3


def test_a_purchase_invoice_is_looked_up_by_number_and_supplier(tmp_path: Path) -> None:
    from sqlacc_client.testing import FakeTransport, fake_client

    fake = FakeTransport()
    record = {"docno": "E-1", "code": "400-E0001", "docdate": "2026-01-15", "sdsdocdetail": [{"itemcode": "ANT"}]}
    fake.fail()
    resource = fake_client(fake).purchase_invoices
    assert [r.status for r in resource.create_many([record], journal=tmp_path / "j")] == ["unknown"]
    fake.answer(200, {"data": [{"dockey": 1, "docno": "E-1", "code": "400-A0001"}]})
    fake.answer(200, {"dockey": 2})
    assert [r.status for r in resource.create_many([record], journal=tmp_path / "j")] == ["created"]
    assert fake.requests[1].target == "/purchaseinvoice/*?docno=E-1&code=400-E0001"


def test_a_torn_last_line_is_dropped_and_other_damage_told(invoices: Any, server: Any, tmp_path: Path) -> None:
    from sqlacc_client import ConfigurationError

    journal = tmp_path / "j"
    invoices.create_many([bill(0)], journal=journal)
    whole = journal.read_bytes()
    for cut in range(1, len(whole.splitlines()[-1])):
        journal.write_bytes(whole[:-cut])
        again = invoices.create_many([bill(0)], journal=journal)
        assert [result.status for result in again] == ["found"]
    assert len(server.records("sales_invoice")) == 1
    for damage in (b"x\n" + whole, whole.replace(b'"state"', b'"stat'), whole + b"{}\n", b"[]\n", b"\x00\n"):
        journal.write_bytes(damage)
        with pytest.raises(ConfigurationError, match="journal"):
            invoices.create_many([bill(0)], journal=journal)


def test_a_failed_look_up_leaves_the_record_uncertain(tmp_path: Path) -> None:
    from sqlacc_client.testing import FakeTransport, fake_client

    fake = FakeTransport()
    resource = fake_client(fake).sales_invoices
    fake.fail()
    assert [r.status for r in resource.create_many([bill(0)], journal=tmp_path / "j")] == ["unknown"]
    fake.answer(401, {"message": "Invalid signature"})
    assert [r.status for r in resource.create_many([bill(0)], journal=tmp_path / "j")] == ["failed"]
    fake.answer(200, {"data": [{"dockey": 9, "docref1": "W-0"}]})
    fake.answer(200, {"data": [{"dockey": 9, "docref1": "W-0", "sdsdocdetail": []}]})
    assert [r.status for r in resource.create_many([bill(0)], journal=tmp_path / "j")] == ["found"]
    assert sum(request.method == "POST" for request in fake.requests) == 1


def test_a_journal_belongs_to_one_list_and_process(invoices: Any, server: Any, tmp_path: Path) -> None:
    from sqlacc_client import ConfigurationError, UsageError
    from sqlacc_client._journal import Journal
    from sqlacc_client.testing import fake_client

    journal = tmp_path / "j"
    invoices.create_many([bill(0)], journal=journal)
    with pytest.raises(ConfigurationError, match="other records"):
        fake_client(server).customers.create_many([{"code": "A", "companyname": "B"}], journal=journal)
    with pytest.raises(ConfigurationError, match="other records"):
        invoices.create_many([bill(1)], journal=journal)
    key = json.loads(journal.read_text().splitlines()[0])["key"]
    journal.write_text("")
    with Journal(journal, [key], ""), pytest.raises(ConfigurationError, match="in use"):
        invoices.create_many([bill(0)], journal=journal)
    with pytest.raises(ConfigurationError, match="journal"):
        invoices.create_many([bill(0)], journal=tmp_path / "no" / "folder")
    with pytest.raises(UsageError):
        invoices.create_many([bill(0)], concurrency=0)


def test_a_journal_belongs_to_one_server_and_key(server: Any, tmp_path: Path) -> None:
    from sqlacc_client import ConfigurationError
    from sqlacc_client.testing import fake_client

    journal = tmp_path / "j"
    keys = {"base_url": "https://api.sql.my", "access_key": "0123456789abcdef0123456789abcdef.sql.my/APIUSER"}

    def statuses(**settings: str) -> list[str]:
        results = fake_client(server, **{**keys, **settings}).sales_invoices.create_many([bill(0)], journal=journal)
        return [result.status for result in results]

    assert statuses() == ["created"]
    lines = [json.loads(line) for line in journal.read_text().splitlines()]
    assert {line["account"] for line in lines} == {"cc8fe5f26c282729"}  # the same in the tests of every language
    whole, sent = journal.read_bytes(), len(server.requests)
    for other in ({"access_key": "other.sql.my/APIUSER"}, {"base_url": "https://sandbox.test"}):
        with pytest.raises(ConfigurationError, match="with other keys or on another server") as caught:
            statuses(**other)
        assert caught.value.kind == "configuration"
        assert other.get("access_key", "APIUSER") not in str(caught.value)
    assert journal.read_bytes() == whole
    assert len(server.requests) == sent
    assert statuses(base_url="HTTPS://API.sql.my:443/", secret_key="a-new-one") == ["found"]
    journal.write_bytes(whole.replace(b'"account":"cc8fe5f26c282729",', b""))
    assert statuses(base_url="https://sandbox.test") == ["found"]  # of an older version


PROGRAM = """
import sys
from sqlacc_client import CallOptions, Client, Retry
url, journal, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
line = {"itemcode": "ANT", "qty": "1"}
bills = [
    {"code": "300-G0002", "docdate": "2026-01-15", "docref1": f"W-{n}", "sdsdocdetail": [line]} for n in range(count)
]
with Client(access_key="abcdef", secret_key="ghijkl", base_url=url, options=CallOptions(retry=Retry(attempts=1))) as c:
    results = c.sales_invoices.create_many(bills, journal=journal, concurrency=2)
print(sorted({result.status for result in results}))
"""


@pytest.mark.slow
def test_a_killed_run_goes_on_without_booking_twice(
    serve: Callable[..., Any], answer: Callable[..., bytes], server: Any, tmp_path: Path
) -> None:
    from sqlacc_client import HttpRequest

    dice = random.Random(7)
    booked: Counter[str] = Counter()

    def respond(request: Any, _: Any) -> bytes:
        if request.method == "POST":
            booked[json.loads(request.body)["docref1"]] += 1
        time.sleep(0.002)
        inner = server.send(HttpRequest(request.method, f"http://x{request.target}", request.headers, request.body))
        return answer(inner.status, inner.body)

    raw = serve(respond)
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    command = [sys.executable, "-B", str(program), raw.url, str(tmp_path / "j"), "60"]
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE)}
    for _ in range(6):
        enough = len(raw.requests) + dice.randint(1, 12)
        with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
            while len(raw.requests) < enough and process.poll() is None:
                time.sleep(0.001)
            process.send_signal(signal.SIGKILL)
    assert 0 < len(booked) < 60
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True)
    assert "failed" not in done.stdout
    assert "unknown" not in done.stdout
    assert booked == Counter({f"W-{n}": 1 for n in range(60)})
