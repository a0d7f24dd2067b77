"""The HTML report as a person uses it, in a browser: search, filter, fold, click through to the wire, keys alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sqlacc_contract.cases import Case
from sqlacc_contract.report.details import full_details
from sqlacc_contract.report.page import TOLD, page
from sqlacc_contract.report.wire_diff import body_lines
from sqlacc_contract.results import Line, case_line
from sqlacc_contract.tap import Exchange
from sqlacc_contract.tokens import Difference
from sqlacc_contract.wire import Reply

if TYPE_CHECKING:
    from playwright.sync_api import Page

NASTY = "<script>document.title='x'</script><img src=x onerror=alert(1)> </script> & \"q\" \u2028"
pytestmark = pytest.mark.slow

LANGUAGES = ("python", "php")


def client(language: str) -> Line:
    about = {"runtime": f"{language} 1.0"}
    return {
        "type": "client",
        "language": language,
        "title": language.upper(),
        "verdict": "begun",
        "message": "",
        "about": about,
    }


def exchange(body: bytes = b"", answer: bytes = b"{}") -> Exchange:
    return Exchange("c", "POST", "/customer", (("x-case", "c#1"),), body, Reply(200, {}, answer))


def line(language: str, subject: str, name: str, bad: bool = False) -> Line:
    case = Case(subject, "create", name, lambda _: None, "documented")
    if not bad:
        return case_line(language, case, "passed", "", 0.1, 1, (), [exchange()])
    found = [
        Difference("request 1 body qty", "2.50", "2.5"),
        Difference("request 1 body code", "300-A", "(missing)"),
        Difference("request 1 body extra", "(nothing)", "1"),
        Difference("records[0].note", NASTY, "(missing)"),
    ]
    wire = [exchange(json.dumps({"qty": "2.5", "extra": 1, "text": NASTY}).encode())]
    answers = [("customers.create", {"value": {"note": NASTY}})]
    return case_line(language, case, "failed", f"qty is wrong {NASTY}", 0.1, 1, found, wire, answers)


def log() -> list[Line]:
    lines: list[Line] = [client(language) for language in LANGUAGES]
    for language in LANGUAGES:
        lines += [line(language, subject, f"case {n}") for subject in ("customer", "agent") for n in range(250)]
    return [*lines, line("python", "customer", "broken"), line("php", "customer", "broken", bad=True)]


Shown = Callable[[list[Line]], "Page"]


@pytest.fixture
def shown(browser_page: Page, tmp_path: Path) -> Shown:
    def show(lines: list[Line], good: bool = False) -> Page:
        file = tmp_path / "report.html"
        file.write_text(page(lines, 1.0, good), encoding="utf-8")
        browser_page.goto(file.as_uri())
        return browser_page

    return show


def test_what_failed_is_in_front_and_leads_to_the_wire(shown: Shown) -> None:
    page = shown(log())
    assert page.locator("output").inner_text() == "1 of 501 cases"
    page.get_by_role("button", name="php: failed, show create[broken]").click()
    sheet = page.get_by_role("dialog")
    rows = sheet.locator("table.differences tbody tr").all_inner_texts()
    assert rows[0].split() == ["request", "1", "body", "qty", "2.50", "2.5"]
    marked = {kind: sheet.locator(f".sides .{kind}").all_inner_texts() for kind in ("wrong", "missing", "extra")}
    assert marked["wrong"] == ['≠   "qty": "2.5",  expected 2.50']
    assert marked["missing"] == ['+   "code": 300-A  expected, and missing']
    assert marked["extra"] == ['-   "extra": 1,  not expected']
    assert NASTY in sheet.inner_text()  # as text
    assert page.title() == "Not good: contract report"
    assert "sqlacc verify --replay 'php/customer/create[broken]'" in sheet.inner_text()


def test_a_good_run_shows_all_cases_folded_by_object(shown: Shown) -> None:
    page = shown([one for one in log() if one.get("verdict") != "failed"])
    assert page.locator("output").inner_text() == "501 of 501 cases"
    groups = page.locator(".group")
    assert groups.locator("h3").all_inner_texts() == ["customer 251\n✓ 251\n✓ 250", "agent 250\n✓ 250\n✓ 250"]
    assert page.locator(".rows .row:visible").count() == 0
    page.get_by_role("button", name="agent 250").click()
    assert page.locator(".rows .row:not(.head):visible").count() == 200
    page.get_by_role("button", name="Show 50 more of 50").click()
    assert page.locator(".rows .row:not(.head):visible").count() == 250


def test_search_and_filters_narrow_the_list(shown: Shown) -> None:
    page = shown(log())
    search = page.get_by_role("searchbox")
    search.fill("QTY wrong")  # words of the message, in any case
    assert page.locator("output").inner_text() == "1 of 501 cases"
    page.get_by_label("Verdict").select_option("p")
    search.fill("agent case 24")
    assert page.locator("output").inner_text() == "13 of 501 cases"  # 24, 124, 224, 240 to 249
    assert page.locator(".rows .row:not(.head):visible").count() == 13
    page.get_by_label("Language", exact=True).select_option("php")
    search.fill("broken")
    assert page.locator("output").inner_text() == "0 of 501 cases"
    assert "No case fits." in page.locator("#list").inner_text()


def test_everything_can_be_done_with_keys(shown: Shown) -> None:
    page = shown(log())
    page.keyboard.press("/")
    page.keyboard.type("broken")
    page.get_by_role("button", name="python: passed, show create[broken]").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert page.get_by_role("tab", selected=True).inner_text() == "php ✗"
    page.get_by_role("tab", selected=True).focus()
    page.keyboard.press("ArrowLeft")
    assert page.get_by_role("tab", selected=True).inner_text() == "python ✓"
    assert "POST /customer → 200" in page.get_by_role("tabpanel").inner_text()
    page.keyboard.press("Escape")
    assert not page.get_by_role("dialog").is_visible()
    label = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert label == "php: failed, show create[broken]"


def test_the_address_names_the_case(shown: Shown) -> None:
    page = shown(log())
    page.get_by_role("button", name="php: failed, show create[broken]").click()
    page.reload()
    assert page.get_by_role("dialog").locator("h2").inner_text() == "customer/create[broken]"
    assert page.get_by_role("tab", selected=True).inner_text() == "php ✗"


def test_the_theme_can_be_chosen(shown: Shown) -> None:
    page = shown(log())
    colours = set()
    for theme in ("light", "dark"):
        page.get_by_role("button", name="Theme").click()
        assert page.get_by_role("button", name="Theme").inner_text() == f"Theme: {theme}"
        colours.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert len(colours) == 2


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_and_the_sheet_are_accessible(scheme: Any, shown: Shown) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = shown(log())
    page.emulate_media(color_scheme=scheme)
    found = Axe().run(page).response["violations"]
    page.get_by_role("button", name="php: failed, show create[broken]").click()
    found += Axe().run(page).response["violations"]
    assert not found, [(one["id"], one["impact"], one["nodes"][0]["html"]) for one in found]


@pytest.mark.parametrize("width", [390, 820, 1440])
def test_nothing_is_wider_than_the_screen(width: int, shown: Shown) -> None:
    page = shown(log())
    page.set_viewport_size({"width": width, "height": 800})
    page.get_by_role("button", name="php: failed, show create[broken]").click()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate("document.querySelector('dialog').scrollWidth") <= width


def test_without_a_script_the_page_still_tells_the_result(tmp_path: Path) -> None:
    text = page(log(), 1.0, False)
    before = text.partition("<script")[0]
    assert "750 passed" not in before
    assert "1001 passed, 1 failed" in before
    assert "Not good" in before


def test_a_log_of_failures_keeps_the_wire_of_the_first_ones() -> None:
    lines = [client("python"), *(line("python", "customer", f"n {n}", bad=True) for n in range(TOLD + 5))]
    data = json.loads(page(lines, 1.0, False).partition('id="log">')[2].partition("</script>")[0])
    whole = [isinstance(row[4]["python"]["wire"][0], dict) for row in data["cases"]]
    assert (sum(whole), len(whole), data["cut"]) == (TOLD, TOLD + 5, True)


# --- the diff of a body -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "marks", "kinds"),
    [
        ('{"a": 1.10}', {"a": ("1.1", "1.10")}, ["", "wrong", ""]),
        ('{"a": [{"b": 1}, {}]}', {"a[1].c": ("2", "(missing)")}, ["", "", "", "", "", "", "missing", "", "", ""]),
        ("[1, 2]", {"[2]": ("3", "(missing)")}, ["", "", "", "missing", ""]),
        ('{"a": [1]}', {"a": ('"x"', "[1]")}, ["", "wrong", "", "", ""]),
        ("not json", {"": ("{}", "not json")}, ["wrong"]),
        ("not json", {}, [""]),
        ("", {}, []),
        ("", {"": ("{}", "(nothing)")}, ["wrong"]),
        ("{}", {}, [""]),
    ],
)
def test_lines_of_a_body_are_marked_where_it_differs(body: str, marks: dict[str, Any], kinds: list[str]) -> None:
    assert [one[2] for one in body_lines(body, marks)] == kinds


def test_numbers_keep_their_digits() -> None:
    assert body_lines('{"a": 1.10, "b": "é\\n"}', {})[1:3] == [[1, '"a": 1.10,', "", ""], [1, '"b": "é\\n"', "", ""]]


@pytest.mark.parametrize(
    ("answer", "kinds"),
    [
        ('{"qty": "1"}', ["", "wrong", "missing", ""]),
        ('{"data": {"qty": "1"}}', ["", "", "wrong", "missing", "", ""]),
        ('{"data": [{"qty": "1"}]}', ["", "", "", "wrong", "missing", "", "", ""]),
        ("<html>", [""]),
        ("", []),
    ],
)
def test_an_answer_is_marked_where_the_record_stands_in_it(answer: str, kinds: list[str]) -> None:
    found = [Difference("qty", "2", "1"), Difference("value note", "x", "(missing)")]
    wire = [exchange(answer=answer.encode())]
    one = case_line("php", Case("agent", "get", "x", lambda _: None, "documented"), "failed", "", 0.1, 1, found, wire)
    assert [line[2] for line in full_details(one)["wire"][0]["answer"]] == kinds
