"""How large a report may get: a log of many cases -> seconds and sizes of each report, and of the page in Chromium.

python contract_tests/bench/report.py [--cases 25000] [--languages 5] [--failed 2]     --failed in per cent
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
from pathlib import Path

from sqlacc_codegen.language import language_ids
from sqlacc_codegen.load import load
from sqlacc_contract.cases import Case
from sqlacc_contract.coverage import Ledger
from sqlacc_contract.report.logs import FORMS
from sqlacc_contract.results import Line, case_line, digest, ndjson
from sqlacc_contract.tap import Exchange
from sqlacc_contract.tokens import Difference
from sqlacc_contract.wire import Reply

ROOT = Path(__file__).parent.parent.parent
BODY = b'{"docno":"IV-00001","sdsdocdetail":[%s]}' % b",".join([b'{"itemcode":"ANT","qty":"2.50"}'] * 20)


def log(cases: int, languages: int, failed: int) -> list[Line]:
    api = load(ROOT / "spec")
    subjects = [o.id for o in api.objects]
    lines: list[Line] = [{"type": "run", "against": "sandbox", "sqlacc": "0", "spec_version": "0", "spec_sha256": "0"}]
    wire = [Exchange("c", "POST", "/salesinvoice", (("x-case", "c#1"),), BODY, Reply(200, {}, BODY))] * 2
    for language in [*language_ids(), *(f"more{n}" for n in range(languages))][:languages]:
        lines.append(
            {"type": "client", "language": language, "title": language, "verdict": "begun", "message": "", "about": {}}
        )
        for n in range(cases):
            case = Case(subjects[n % len(subjects)], "create", f"case {n} of many", lambda _: None, "documented")
            bad = n % 100 < failed
            found = [Difference("request 1 body sdsdocdetail[3].qty", "2.50", "2.5")] if bad else []
            verdict, message = ("failed", f"number {n} differs") if bad else ("passed", "")
            lines.append(case_line(language, case, verdict, message, 0.01, 1, found, wire))
        lines.append(Ledger(api).line(language))
    return [*lines, {"type": "end", "good": not failed, "seconds": 1.0, "digest": digest(lines)}]


def browse(file: Path) -> None:
    """Seconds as somebody waits for them: until the list is there, a search, a group of cases, a case."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        program = shutil.which(os.environ.get("SQLACC_CHROMIUM", "chromium"))
        browser = playwright.chromium.launch(executable_path=program, chromium_sandbox=False)
        page = browser.new_page()

        def timed(what: str, do: object) -> None:
            begun = time.perf_counter()
            do()  # type: ignore[operator]
            page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
            print(f"  {what:<28}{time.perf_counter() - begun:8.2f} s")

        timed("open the page", lambda: page.goto(file.as_uri()))
        search = page.get_by_role("searchbox")
        timed("search for one word", lambda: search.fill("many"))
        timed("search for a number", lambda: search.fill("case 12345"))
        timed("all cases again", lambda: search.fill(""))
        page.get_by_label("Verdict").select_option("")
        timed("open a group", lambda: page.locator(".group h3 button").first.click())
        timed("show more of it", lambda: page.get_by_role("button", name="more of").first.click())
        timed("open a case", lambda: page.locator(".cell").first.click())
        print(f"  {page.locator('*').count()} elements on the page")
        browser.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=25_000)
    parser.add_argument("--languages", type=int, default=5)
    parser.add_argument("--failed", type=int, default=2)
    asked = parser.parse_args()
    lines = log(asked.cases, asked.languages, asked.failed)
    print(f"{asked.cases} cases in {asked.languages} languages, {asked.failed} % failed; load {os.getloadavg()[0]:.1f}")
    print(f"  {'log':<10}{len(ndjson(lines).encode()) / 1e6:8.1f} MB")
    with tempfile.TemporaryDirectory() as folder:
        for form, make in FORMS.items():
            begun = time.perf_counter()
            text = make(lines)
            print(f"  {form:<10}{len(text.encode()) / 1e6:8.1f} MB{time.perf_counter() - begun:8.2f} s")
            if form == "html":
                (Path(folder) / "report.html").write_text(text, encoding="utf-8")
        browse(Path(folder) / "report.html")


if __name__ == "__main__":
    main()
