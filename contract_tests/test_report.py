"""The reports that are made of the log: they tell what went wrong, and nothing in a message can break them."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

import pytest
from rich.console import Console

from sqlacc_contract.cases import Case
from sqlacc_contract.report.junit import junit
from sqlacc_contract.report.matrix import matrix
from sqlacc_contract.report.page import page
from sqlacc_contract.report.terminal import show, summary
from sqlacc_contract.results import case_line, digest, ndjson, passed
from sqlacc_contract.tap import Exchange
from sqlacc_contract.tokens import Difference
from sqlacc_contract.wire import Reply

NASTY = "<script>alert('x')</script> & \"q\" ]]> \x00\x1b[31m \u202e [bold] ${x}"
KEY = "0123456789abcdef.sql.my/APIUSER"
SIGNATURE = "a" * 64


def case(subject: str = "customer", operation: str = "get", name: str = "existing") -> Case:
    return Case(subject, operation, name, lambda _: None, "documented")


def exchange() -> Exchange:
    authorization = (
        f"AWS4-HMAC-SHA256 Credential={KEY}/20260115/ap-southeast-5/sqlaccount/aws4_request, "
        f"SignedHeaders=host;x-amz-date, Signature={SIGNATURE}"
    )
    headers = (("host", "localhost"), ("authorization", authorization), ("x-amz-security-token", "tokentoken"))
    return Exchange("c#1", "GET", f"/customer/{NASTY}", headers, NASTY.encode(), Reply(200, {}, NASTY.encode()))


CLIENT = {"type": "client", "language": "python", "title": "Python", "verdict": "begun", "message": "", "about": {}}
GOOD = case_line("python", case(), "passed", "", 0.1, 2, (), [exchange()])
BAD = case_line(
    "python",
    case(name=NASTY),
    "failed",
    NASTY,
    0.2,
    1,
    [Difference(NASTY, NASTY, NASTY)],
    [exchange()],
    [("customers.get", {"value": NASTY})],
)
SKIPPED = {"type": "client", "language": "php", "title": "PHP", "verdict": "skipped", "message": "needs php"}


def test_junit_is_xml_with_right_counts() -> None:
    root = ElementTree.fromstring(junit([CLIENT, GOOD, BAD, SKIPPED]))
    python, php = root.findall("testsuite")
    assert (python.get("tests"), python.get("failures"), python.get("errors")) == ("2", "1", "0")
    assert (php.get("tests"), php.get("skipped")) == ("1", "1")
    failure = python.find("testcase/failure")
    assert failure is not None
    assert "<script>" in str(failure.get("message"))


def test_junit_of_nothing_is_an_error() -> None:
    root = ElementTree.fromstring(junit([]))
    assert root.find("testsuite/testcase/error") is not None


def test_the_page_holds_everything_and_nothing_foreign() -> None:
    text = page([CLIENT, GOOD, BAD, SKIPPED, {"type": "problem", "language": "", "message": NASTY}], 1.0, False)
    assert text.count("<script") == 2  # the data and what draws it
    assert "http://" not in text
    assert "https://" not in text
    assert "&lt;script&gt;" in text
    assert "needs php" in text
    data = json.loads(text.partition('id="log">')[2].partition("</script>")[0])
    assert [(row[0], row[3]) for row in data["cases"]] == [
        ("customer/get[existing]", "p"),
        (f"customer/get[{NASTY}]", "f"),
    ]
    assert data["cases"][1][4]["python"]["message"] == NASTY


@pytest.mark.parametrize("line", [GOOD, BAD])
def test_no_key_and_no_signature_in_the_log(line: dict[str, Any]) -> None:
    log = ndjson([line])
    assert KEY not in log
    assert SIGNATURE not in log
    assert "tokentoken" not in log


def test_the_log_is_one_json_object_a_line() -> None:
    log = ndjson([CLIENT, GOOD, BAD])
    assert [json.loads(line)["type"] for line in log.splitlines()] == ["client", "case", "case"]
    assert json.loads(log.splitlines()[2])["wire"][0]["headers"][0] == ["host", "localhost"]


def test_the_matrix_counts_by_subject_and_operation() -> None:
    found = matrix([CLIENT, GOOD, BAD, case_line("python", case(operation="list"), "passed", "", 0.1, 1)])
    assert (found.rows, found.columns) == (["customer"], ["list", "get"])
    assert found.cells["customer", "get"].text == "✗1/2●"
    assert found.cells["customer", "list"].text == "✓1●"


def test_the_terminal_table_tells_expected_and_received() -> None:
    console = Console(record=True, width=120, file=None, force_terminal=False)
    with console.capture() as told:
        show([CLIENT, GOOD, BAD, SKIPPED], 1.0, False, console)
    text = told.get()
    assert "expected <script>" in text
    assert "received <script>" in text
    assert "php: skipped: needs php" in text
    assert "Not good: 1 passed, 1 failed" in text
    assert r"\x00\x1b[31m \u202e [bold] ${x}" in text
    assert not [sign for sign in "\x00\x1b\u202e" if sign in text]  # what others say does not steer a terminal


@pytest.mark.parametrize(
    ("lines", "strict", "good"),
    [
        ([CLIENT, GOOD], False, True),
        ([CLIENT, GOOD], True, True),
        ([CLIENT, GOOD, BAD], False, False),
        ([CLIENT, GOOD, SKIPPED], False, True),
        ([CLIENT, GOOD, SKIPPED], True, False),
        ([CLIENT], False, False),
        ([SKIPPED], False, False),
        ([], False, False),
        ([CLIENT, GOOD, CLIENT | {"verdict": "failed", "message": "died"}], False, False),
        ([CLIENT, GOOD, {"type": "problem", "language": "python", "message": "answered twice"}], False, False),
    ],
)
def test_when_a_run_is_good(lines: list[dict[str, Any]], strict: bool, good: bool) -> None:
    assert passed(lines, strict) is good


def test_a_run_without_cases_says_so() -> None:
    assert summary([CLIENT], 0.1, False).startswith("Nothing was tested")


def test_a_run_in_which_everything_failed_was_a_run() -> None:
    assert summary([CLIENT, BAD], 0.1, False).startswith("Not good: 1 failed")
    assert summary([CLIENT, GOOD | {"verdict": "skipped"}], 0.1, False).startswith("Nothing was tested")


def test_the_digest_knows_results_and_not_seconds() -> None:
    slower = GOOD | {"seconds": 9.9}
    assert digest([GOOD, BAD]) == digest([BAD, slower])
    assert digest([GOOD, BAD]) != digest([GOOD | {"verdict": "failed"}, BAD])
