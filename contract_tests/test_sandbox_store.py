"""Records in a file: kept over restarts, whole after a kill at any moment, one owner at a time."""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from sqlacc_codegen.ir import Api
from sqlacc_contract import sigv4
from sqlacc_contract.sandbox import DEMO_ACCESS_KEY, DEMO_SECRET_KEY, Sandbox, audit
from sqlacc_contract.sandbox.caller import Caller

SPEC = Path(__file__).resolve().parent.parent / "spec"


def agent(code: str) -> dict[str, str]:
    return {"code": code, "description": "x"}


@contextmanager
def running(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`sqlacc sandbox` in a process of its own, and its URL."""
    command = [sys.executable, "-m", "sqlacc_contract.sandbox", "--spec", str(SPEC), *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        ready = process.stdout.readline()
        assert ready.startswith("ready http://"), ready
        yield process, ready.split()[1]
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def signed(method: str, target: str, body: bytes = b"") -> dict[str, str]:
    made = sigv4.sign(
        method,
        target,
        [(b"host", b"sandbox")],
        body,
        access_key=DEMO_ACCESS_KEY,
        secret_key=DEMO_SECRET_KEY,
        region="ap-southeast-5",
        service="sqlaccount",
        now=time.time(),
    )
    return {name.decode(): value.decode() for name, value in made}


def test_records_and_counters_outlive_the_sandbox(api: Api, tmp_path: Path) -> None:
    file = tmp_path / "company.db"
    first = Sandbox(api, db=file)
    invoice = {"docdate": "2026-02-03", "code": "300-G0002", "sdsdocdetail": [{"itemcode": "ANT"}]}
    made = Caller(first).good("POST", "/salesinvoice", invoice)
    first.close()
    second = Sandbox(api, db=file)
    call = Caller(second)
    assert call.good("GET", f"/salesinvoice/{made['dockey']}")["data"] == [made]
    next_one = call.good("POST", "/salesinvoice", invoice)
    assert next_one["dockey"] > made["dockey"]
    assert next_one["docno"] > made["docno"]
    second.reset()
    assert call("GET", f"/salesinvoice/{made['dockey']}").status == 400
    assert second.counts() == Sandbox(api).counts()
    second.close()


def test_empty_means_no_records_but_masters(api: Api, tmp_path: Path) -> None:
    file = tmp_path / "empty.db"
    for _ in range(2):
        sandbox = Sandbox(api, db=file, empty=True)
        assert set(sandbox.counts().values()) == {0}
        assert Caller(sandbox).good("GET", "/terms")["data"]
        sandbox.close()
    sandbox = Sandbox(api, empty=True)
    call = Caller(sandbox)
    call.good("POST", "/customer", {"code": "300-A0001", "companyname": "A"})
    sandbox.reset()
    assert set(sandbox.counts().values()) == {0}


@pytest.mark.parametrize("place", ["memory", "file"])
def test_a_reset_leaves_nothing_of_what_was_done(api: Api, tmp_path: Path, place: str) -> None:
    """Byte by byte, however often; also of what failed halfway, and of what was read meanwhile."""
    invoice = {"docdate": "2026-02-03", "code": "300-G0002", "sdsdocdetail": [{"itemcode": "ANT", "qty": "2"}]}
    with closing(Sandbox(api, db=":memory:" if place == "memory" else tmp_path / "company.db")) as sandbox:
        call = Caller(sandbox)
        before, item = list(sandbox.store.db.iterdump()), call.good("GET", "/stockitem/*?code=ANT")
        for _ in range(3):
            made = call.good("POST", "/salesinvoice", invoice)
            assert call("POST", "/salesinvoice", invoice | {"docno": made["docno"]}).status == 400
            call.good("PUT", "/customer/300-G0002", {"code": "300-G0002", "companyname": "Other"})
            assert call.good("POST", "/salesinvoice", invoice)["companyname"] == "Other"
            assert call.good("GET", "/stockitem/*?code=ANT") != item
            assert call("DELETE", f"/salesinvoice/{made['dockey']}").status == 200
            sandbox.reset()
            assert list(sandbox.store.db.iterdump()) == before
            assert call.good("POST", "/salesinvoice", invoice)["companyname"] != "Other"
            sandbox.reset()
            assert call.good("GET", "/stockitem/*?code=ANT") == item


def test_two_sandboxes_do_not_share_a_file(api: Api, tmp_path: Path) -> None:
    file = tmp_path / "company.db"
    first = Sandbox(api, db=file)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        Sandbox(api, db=file)
    first.close()
    Sandbox(api, db=file).close()


@pytest.mark.parametrize(
    "content", [b"not a database at all, but long enough to be looked at", b"SQLite format 3\0" + b"x" * 200]
)
def test_a_file_that_is_no_database_is_refused(api: Api, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "other.db"
    file.write_bytes(content)
    with pytest.raises(sqlite3.DatabaseError):
        Sandbox(api, db=file)
    assert file.read_bytes() == content


def test_a_database_of_another_format_is_refused(api: Api, tmp_path: Path) -> None:
    file = tmp_path / "old.db"
    Sandbox(api, db=file).close()
    with sqlite3.connect(file) as db:
        db.execute("UPDATE meta SET value = '0' WHERE name = 'format'")
    db.close()
    with pytest.raises(sqlite3.DatabaseError, match="another version"):
        Sandbox(api, db=file)


def test_a_failing_database_is_an_answer(api: Api) -> None:
    sandbox = Sandbox(api)
    sandbox.store.db.execute("DROP TABLE r_agent")
    answer = Caller(sandbox)("GET", "/agent")
    assert answer.status == 500
    assert "database" in answer.value["message"]
    assert Caller(sandbox)("GET", "/customer").status == 200


def test_a_statement_that_fails_in_the_middle_leaves_nothing(api: Api) -> None:
    sandbox = Sandbox(api)
    call = Caller(sandbox)
    before = sandbox.counts()
    sandbox.store.db.execute(
        "CREATE TRIGGER broken BEFORE INSERT ON r_sales_invoice BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
    )
    invoice = {"docdate": "2026-02-03", "code": "300-G0002", "sdsdocdetail": [{"itemcode": "ANT"}]}
    assert call("POST", "/salesinvoice", invoice).status == 500
    sandbox.store.db.execute("DROP TRIGGER broken")
    assert sandbox.counts() == before
    assert audit.findings(sandbox.desk) == []
    assert call.good("POST", "/salesinvoice", invoice)["docno"] == "IV-00005"


# --- killed ------------------------------------------------------------------------------------------------------


def write_on(url: str, done: list[str], name: str) -> None:
    """Invoices one after another until the server is gone; remembers those that were answered."""
    parts = urlsplit(url)
    rows = [{"itemcode": item, "qty": "1"} for item in ("ANT", "COVER", "HFK")]
    with closing(http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)) as connection:
        for n in range(100_000):
            record = {"docno": f"{name}-{n}", "docdate": "2026-02-03", "code": "300-G0002", "sdsdocdetail": rows}
            body = json.dumps(record).encode()
            try:
                connection.request("POST", "/salesinvoice", body, signed("POST", "/salesinvoice", body))
                answer = connection.getresponse()
                content = answer.read()
            except (OSError, http.client.HTTPException):
                return
            assert answer.status == 200, content
            done.append(f"{name}-{n}")


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_kill_leaves_whole_records_only(api: Api, tmp_path: Path, seed: int) -> None:
    file = tmp_path / "company.db"
    done: list[str] = []
    with running("--db", str(file)) as (process, url):
        writers = [threading.Thread(target=write_on, args=(url, done, f"K{n}")) for n in range(3)]
        for writer in writers:
            writer.start()
        until = time.monotonic() + 30
        wanted = random.Random(seed).randint(10, 60)
        while len(done) < wanted and time.monotonic() < until:
            time.sleep(0.001)
        os.kill(process.pid, signal.SIGKILL)
        for writer in writers:
            writer.join(20)
    assert len(done) >= wanted
    sandbox = Sandbox(api, db=file)
    assert audit.findings(sandbox.desk) == []
    kept = {record.head for record in sandbox.store.page("sales_invoice", "", (), 0, 100_000)}
    numbers = {json.loads(head)["docno"] for head in kept}
    assert set(done) <= numbers, "an invoice that was answered is gone"
    assert len(numbers - set(done)) <= 4 + 3, "more than the demo's invoices and one on the way per writer"
    ant = Caller(sandbox).good("GET", "/stockitem/*?code=ANT")["data"][0]
    clean = Caller(Sandbox(api)).good("GET", "/stockitem/*?code=ANT")["data"][0]
    sold = sum(number.startswith("K") for number in numbers)
    assert float(clean["balsqty"]) - float(ant["balsqty"]) == sold
    sandbox.close()
