"""The journal of a batch is one format: what one language began, any other goes on with and books nothing twice."""

from __future__ import annotations

import hashlib
import json
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from drivers import LANGUAGES, driver_of
from sqlacc_codegen.ir import Api
from sqlacc_contract.driver import Driver
from sqlacc_contract.house import House


def records(writer: str) -> list[dict[str, Any]]:
    """Records whose canonical form is easy to get wrong: digits, order of names, escapes, user fields, placeholders."""
    head = {"code": "300-G0002", "docdate": {"$date": "2026-01-15"}}
    row = {"itemcode": "ANT", "qty": {"$dec": "1.10"}, "unitprice": {"$dec": "2.500"}}
    odd = '中文 😀 "quoted" \\ / \u2028 \u007f <b>&\'+ é'
    return [
        {"docno": f"J-{writer}-1", **head, "sdsdocdetail": [row]},
        {"sdsdocdetail": [{**row, "dtlkey": -1}], "description": odd, "docno": f"J-{writer}-2", **head},
        {
            "docno": f"J-{writer}-3",
            **head,
            "agent": "----",
            "note": None,
            "cancelled": False,
            "sdsdocdetail": [row, row],
        },
        {"docno": f"J-{writer}-4", **head, "docnosetkey": 0, "sdsdocdetail": [{**row, "description": "", "seq": 1}]},
    ]


def run(house: House, driver: Driver, journal: Path, given: list[dict[str, Any]], case: str) -> tuple[list[str], int]:
    """The statuses, and how many requests were sent."""
    args = {"records": given, "journal": str(journal)}
    answer = driver.ask({"cmd": "call", "case": case, "op": "sales_invoices.create_many", "args": args}).body
    assert "value" in answer, answer
    return [result["status"] for result in answer["value"]["results"]], len(house.tap.take(case))


def test_every_language_goes_on_with_the_journal_of_every_other(api: Api, generated: Path, tmp_path: Path) -> None:
    with House(api) as house, ExitStack() as stack:
        house.renew({})
        drivers = {id: stack.enter_context(driver_of(id, api, generated)) for id in LANGUAGES}
        for driver in drivers.values():
            driver.config(**house.settings.message())
        for writer, driver in drivers.items():
            given = records(writer)
            journal = tmp_path / f"{writer}.journal"
            statuses, _ = run(house, driver, journal, given, f"write {writer}")
            assert statuses == ["created"] * 4, writer
            whole = journal.read_bytes()
            lines = [json.loads(line) for line in whole.decode().splitlines()]
            assert [line["state"] for line in lines] == ["started", "done"] * 4
            assert all(line.keys() - {"docno"} == {"n", "key", "account", "state"} for line in lines), writer
            named = {(line["n"], line["docno"]) for line in lines if line["state"] == "done" or "docno" in line}
            assert named == {(n, record["docno"]) for n, record in enumerate(given)}, writer
            for reader, other in drivers.items():
                told = f"{reader} reads what {writer} wrote"
                journal.write_bytes(whole)
                assert run(house, other, journal, given, told) == (["found"] * 4, 0), told
                cut = whole[: whole.rindex(b'{"n"') + 9]  # killed before the end of the last record was noted
                journal.write_bytes(cut)
                statuses, sent = run(house, other, journal, given, f"{told}, cut")
                assert statuses == ["found"] * 4, told
                assert sent == 1, f"{told}: one look-up, no create"


@pytest.mark.slow
def test_a_corrected_record_takes_the_place_of_one_that_failed(api: Api, generated: Path, tmp_path: Path) -> None:
    with House(api) as house, ExitStack() as stack:
        house.renew({})
        for id in LANGUAGES:
            driver = stack.enter_context(driver_of(id, api, generated))
            driver.config(**house.settings.message())
            good, bad = records(f"fail-{id}")[:2]
            journal = tmp_path / f"{id}.journal"
            wrong = {**bad, "code": "NOBODY"}
            assert run(house, driver, journal, [good, wrong], f"{id} 1")[0] == ["created", "failed"], id
            assert run(house, driver, journal, [good, bad], f"{id} 2") == (["found", "created"], 1), id
            other = {**good, "description": "another"}
            args = {"records": [other, bad], "journal": str(journal)}
            call = {"cmd": "call", "case": f"{id} 3", "op": "sales_invoices.create_many", "args": args}
            answer = driver.ask(call).body
            assert answer["client_error"]["kind"] == "configuration", (id, answer)
            assert house.tap.take(f"{id} 3") == [], id


@pytest.mark.slow
def test_a_journal_of_other_records_is_told_before_anything_is_sent(api: Api, generated: Path, tmp_path: Path) -> None:
    with House(api) as house, ExitStack() as stack:
        house.renew({})
        for id in LANGUAGES:
            driver = stack.enter_context(driver_of(id, api, generated))
            driver.config(**house.settings.message())
            first, second, third = records(f"late-{id}")[:3]
            journal = tmp_path / f"{id}.journal"
            assert run(house, driver, journal, [first, second], f"late {id}")[0] == ["created"] * 2, id
            journal.write_bytes(b"".join(journal.read_bytes().splitlines(keepends=True)[2:]))  # of the second alone
            args = {"records": [third, first], "journal": str(journal)}
            call = {"cmd": "call", "case": f"late {id} 2", "op": "sales_invoices.create_many", "args": args}
            answer = driver.ask(call).body
            assert answer.get("client_error", {}).get("kind") == "configuration", (id, answer)
            assert house.tap.take(f"late {id} 2") == [], id


@pytest.mark.slow
def test_a_journal_is_refused_with_other_keys_or_on_another_server(api: Api, generated: Path, tmp_path: Path) -> None:
    """A trial run's journal must not make the real run report `found` and book nothing."""
    with House(api) as house, ExitStack() as stack:
        house.renew({})
        own = house.settings
        drivers = {id: stack.enter_context(driver_of(id, api, generated)) for id in LANGUAGES}
        accounts = set()
        for writer, driver in drivers.items():
            driver.config(**own.message())
            given = records(f"own-{writer}")[:1]
            journal = tmp_path / f"{writer}.journal"
            assert run(house, driver, journal, given, f"write {writer}")[0] == ["created"]
            whole = journal.read_bytes()
            accounts |= {json.loads(line)["account"] for line in whole.splitlines()}
            for other in (
                replace(own, access_key="other.sql.my/OTHER"),
                replace(own, base_url=f"{own.base_url}/other"),
            ):
                for reader, theirs in drivers.items():
                    told = f"{reader} reads what {writer} wrote"
                    theirs.config(**other.message())
                    args = {"records": given, "journal": str(journal)}
                    message = {"cmd": "call", "case": told, "op": "sales_invoices.create_many", "args": args}
                    error = theirs.ask(message).body["client_error"]
                    assert error["kind"] == "configuration", told
                    assert "was begun with other keys or on another server" in error["message"], told
                    assert own.access_key not in error["message"], told
                    assert "other.sql.my" not in error["message"], told
                    assert house.tap.take(told) == [], told
                    assert journal.read_bytes() == whole, told
            older = b"".join(_without_account(line) for line in whole.splitlines())
            for reader, theirs in drivers.items():
                told = f"{reader} reads an older journal"
                journal.write_bytes(older)
                theirs.config(**own.message())
                assert run(house, theirs, journal, given, told) == (["found"], 0), told
        key = f"{own.base_url}\n{own.access_key}"
        assert accounts == {hashlib.sha256(key.encode()).hexdigest()[:16]}


def _without_account(line: bytes) -> bytes:
    entry = json.loads(line)
    del entry["account"]
    return json.dumps(entry, separators=(",", ":")).encode() + b"\n"
