"""The journal of a batch is one format: what one language began, any other goes on with and books nothing twice."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path
from typing import Any

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
            assert all(line.keys() - {"docno", "account"} == {"n", "key", "state"} for line in lines), writer
            for reader, other in drivers.items():
                told = f"{reader} reads what {writer} wrote"
                journal.write_bytes(whole)
                assert run(house, other, journal, given, told) == (["found"] * 4, 0), told
                cut = whole[: whole.rindex(b'{"n"') + 9]  # killed before the end of the last record was noted
                journal.write_bytes(cut)
                statuses, sent = run(house, other, journal, given, f"{told}, cut")
                assert statuses == ["found"] * 4, told
                assert sent == 1, f"{told}: one look-up, no create"


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
