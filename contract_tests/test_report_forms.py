"""SARIF, JUnit and `sqlacc report`, as others read them: Microsoft's schema, junitparser, a log from elsewhere."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import junitparser
import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft7Validator
from rich.console import Console

from sqlacc_codegen.cli import main
from sqlacc_codegen.source import read
from sqlacc_contract.coverage import Ledger
from sqlacc_contract.report.junit import junit
from sqlacc_contract.report.places import Places
from sqlacc_contract.report.scanning import scanning
from sqlacc_contract.report.terminal import console as our_console
from sqlacc_contract.report.terminal import show
from sqlacc_contract.results import Line, case_line, ndjson, untested
from sqlacc_contract.tokens import Difference
from sqlacc_contract.toolchain import tools_folder
from test_report import BAD, CLIENT, GOOD, NASTY, SKIPPED, case

SPEC = Path(__file__).parent.parent / "spec"
RUN: Line = {"type": "run", "against": "sandbox", "sqlacc": "0.1.0", "spec_version": "1", "spec_sha256": "0"}
END: Line = {"type": "end", "good": False, "seconds": 1.5, "digest": "0"}
PROBLEM: Line = {"type": "problem", "language": "", "message": NASTY}
EVERYTHING: list[Line] = [RUN, CLIENT, GOOD, BAD, SKIPPED, PROBLEM]


@pytest.fixture(scope="module")
def schema(generated: Path) -> Draft7Validator:
    path = tools_folder(generated) / "contract_tests" / "sarif-2.1.0.json"
    if not path.is_file():
        missing = "needs the schema of SARIF: ./dev setup contract_tests"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    return Draft7Validator(json.loads(path.read_text("utf-8")))


@pytest.fixture(scope="module")
def places() -> Places:
    return Places(SPEC)


def sqlacc(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


# --- SARIF --------------------------------------------------------------------------------------------------------


def changed(folder: Path) -> str:
    """A broken spec, for check and diff to talk about."""
    import shutil

    new = shutil.copytree(SPEC, folder / "spec")
    file = new / "objects" / "agent.yaml"
    file.write_text(file.read_text("utf-8").replace("description:", "remark 2:", 1), "utf-8")
    return str(new)


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        lambda folder: sqlacc("check", "--spec", changed(folder), "--format", "sarif").output,
        lambda folder: sqlacc("check", "--spec", SPEC, "--format", "sarif").output,
        lambda folder: sqlacc("diff", SPEC, SPEC.parent / "generator/tests/specs/small", "--format", "sarif").output,
        lambda folder: scanning(EVERYTHING),
        lambda folder: scanning([RUN, CLIENT, GOOD]),
        lambda folder: scanning([]),
        lambda folder: scanning(
            [CLIENT, BAD | {"id": "python/\ud800", "place": {"file": "\udcff", "line": 1, "column": 1}}]
        ),
    ],
    ids=["check", "check, sound", "diff", "verify", "verify, good", "nothing", "half characters"],
)
def test_sarif_fits_the_schema(text: Callable[[Path], str], schema: Draft7Validator, tmp_path: Path) -> None:
    log = json.loads(text(tmp_path))
    assert [error.message for error in schema.iter_errors(log)] == []
    run = log["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert all(rule["fullDescription"]["text"] and rule["help"]["text"] for rule in rules)  # GitHub asks for them
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert not result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].startswith("..")


def test_each_case_that_failed_is_one_finding_with_a_fingerprint_of_its_own() -> None:
    other = case_line("python", case(name="missing"), "crashed", "gone", 0.1, 1)
    moved = BAD | {
        "message": "another message",
        "place": {"file": "spec/objects/customer.yaml", "line": 9, "column": 3},
    }
    first, second = (json.loads(scanning([CLIENT, GOOD, one, other]))["runs"][0]["results"] for one in (BAD, moved))
    assert len(first) == 2
    prints = [[one["partialFingerprints"]["sqlacc/v1"] for one in found] for found in (first, second)]
    assert prints[0] == prints[1]
    assert len(set(prints[0])) == 2
    region = second[0]["locations"][0]["physicalLocation"]["region"]
    assert (region["startLine"], region["startColumn"]) == (9, 3)


@pytest.mark.parametrize(
    ("subject", "operation", "path", "file", "word"),
    [
        ("sales_invoice", "create", "request 1 body sdsdocdetail[0].qty", "objects/sales_invoice.yaml", "qty:"),
        ("sales_invoice", "create", "request 1 body docdate", "objects/sales_invoice.yaml", "docdate:"),
        ("sales_invoice", "create", "records[0].address1", "", "address1:"),
        ("sales_invoice", "get", "", "objects/sales_invoice.yaml", "get"),
        ("sales_invoice", "ensure", "", "objects/sales_invoice.yaml", "object:"),
        ("agent", "list", "request 1 target", "objects/agent.yaml", ""),
        ("agent", "readings", "", "api.yaml", "not_found:"),
        ("order_to_invoice", "workflow", "x", "workflows/order_to_invoice.yaml", ""),
        ("client", "client", "x", "api.yaml", ""),
        ("no such thing", "get", NASTY, "api.yaml", ""),
    ],
)
def test_a_finding_points_at_the_field_the_reading_or_the_object(
    subject: str, operation: str, path: str, file: str, word: str, places: Places
) -> None:
    line = case_line("php", case(subject, operation), "failed", "x", 0.1, 1, [Difference(path, "1", "2")])
    line["reading"] = {"not_found": "404"} if operation == "readings" else {}
    place = places.of(line)
    assert place.file.endswith(file)
    assert place.line > 0
    text = Path(place.file).read_text("utf-8").splitlines()[place.line - 1]
    assert word in text


def test_a_recording_that_cannot_be_read_is_the_place_itself(places: Places) -> None:
    message = "cassettes/agent/create.yaml: interaction 1 is not what was recorded"
    line = case_line("php", case("cassettes", "recorded"), "failed", message, 0.1, 1)
    assert str(places.of(line)) == "cassettes/agent/create.yaml:1:1"


def test_the_place_of_a_row_is_below_its_table(places: Places) -> None:
    lines = [
        case_line("php", case("sales_invoice", "create"), "failed", "x", 0.1, 1, [Difference(path, "1", "2")])
        for path in ("description", "sdsdocdetail[0].description", "sdsdocdetail[0].sdsserialnumber[1].serialnumber")
    ]
    found = [places.of(line).line for line in lines]
    assert len(set(found)) == 3
    document = read(SPEC / "objects" / "sales_invoice.yaml", "")
    rows = ("lines", "sdsdocdetail", "lines", "sdsserialnumber", "fields", "serialnumber")
    assert found[2] == document.place(*rows, key=True).line


# --- JUnit --------------------------------------------------------------------------------------------------------


def test_junit_reads_the_same_elsewhere(tmp_path: Path) -> None:
    file = tmp_path / "report.xml"
    file.write_text(junit(EVERYTHING), encoding="utf-8")
    suites = {suite.name: suite for suite in junitparser.JUnitXml.fromfile(str(file))}
    assert {name: (s.tests, s.failures, s.errors, s.skipped) for name, s in suites.items()} == {
        "python": (2, 1, 0, 0),
        "php": (1, 0, 0, 1),
        "verify": (1, 0, 1, 0),
    }
    good, bad = suites["python"]
    assert (good.classname, good.name, good.is_passed) == ("python.customer", "get[existing]", True)
    assert bad.result[0].type == "failed"
    assert "<script>" in bad.result[0].message


# --- sqlacc report ------------------------------------------------------------------------------------------------


def written(folder: Path, lines: list[Line], name: str = "verify.ndjson") -> Path:
    file = folder / name
    file.write_text(ndjson(lines), encoding="utf-8")
    return file


@pytest.mark.slow
def test_report_makes_what_verify_would_have_made(tmp_path: Path, generated: Path) -> None:
    forms = ("html", "junit", "sarif")
    first = [part for form in forms for part in (f"--{form}", tmp_path / f"first.{form}")]
    log = tmp_path / "log.ndjson"
    only = ("--lang", "python", "--only", "agent/get", "--generated", generated)
    told = sqlacc("verify", *only, "--ndjson", log, *first)
    again = sqlacc("report", log, *(part for form in forms for part in (f"--{form}", tmp_path / f"again.{form}")))
    assert (told.exit_code, again.exit_code) == (0, 0), told.output + again.output
    for form in forms:
        assert (tmp_path / f"first.{form}").read_bytes() == (tmp_path / f"again.{form}").read_bytes(), form
    assert [line.split(";")[0] for line in again.output.splitlines()] == [
        line.split(";")[0] for line in told.output.splitlines()
    ]


def test_logs_of_several_jobs_are_one_report(tmp_path: Path) -> None:
    good = END | {"good": True}
    php = case_line("php", case(), "passed", "", 0.1, 2)
    one = written(tmp_path, [RUN, CLIENT, GOOD, good], "python.ndjson")
    two = written(tmp_path, [RUN, CLIENT | {"language": "php"}, php, good], "php.ndjson")
    result = sqlacc("report", one, two)
    assert result.exit_code == 0
    assert "Good: 2 passed; 4 calls in 3.0 s" in result.output
    assert sqlacc("report", one, one).exit_code == 2
    other = written(tmp_path, [RUN | {"spec_sha256": "1"}, CLIENT | {"language": "php"}, php, good], "other.ndjson")
    assert "different specs" in sqlacc("report", one, other).output


@pytest.mark.parametrize("cut", [1, 30])
def test_a_run_that_was_cut_short_is_not_good(cut: int, tmp_path: Path) -> None:
    log = written(tmp_path, [RUN, CLIENT, GOOD])
    log.write_text(log.read_text("utf-8")[:-cut], "utf-8")
    result = sqlacc("report", log)
    assert result.exit_code == 1
    assert "verify.ndjson was cut short: it has no end" in result.output


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "not json",
        "[]",
        "{}",
        '{"type": []}',
        '{"type": "run"}',
        '{"type": "case"}',
        "\xff",
        '{"type": "run"}\nx\n{}',
    ],
)
def test_what_is_no_log_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "odd.ndjson"
    file.write_bytes(text.encode("latin-1"))
    result = sqlacc("report", file)
    assert result.exit_code == 2, result.output
    assert "odd.ndjson" in result.output


@pytest.mark.slow
def test_a_place_for_reports_is_made_before_the_run(tmp_path: Path, generated: Path) -> None:
    (tmp_path / "file").write_text("")
    only = ("verify", "--lang", "python", "--only", "agent/get[missing]", "--generated", generated, "--ndjson")
    result = sqlacc(*only, tmp_path / "file" / "log.ndjson")
    assert result.exit_code == 1
    assert "file: Not a directory" in result.output or "file: File exists" in result.output
    assert sqlacc(*only, tmp_path / "new" / "folder" / "log.ndjson").exit_code == 0
    full = sqlacc(*only, "/dev/full")
    assert full.exit_code == 1
    assert "cannot be written: No space left on device" in full.output


def test_a_report_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    log = written(tmp_path, [RUN, CLIENT, GOOD, END | {"good": True}])
    result = sqlacc("report", log, "--html", log / "below.html")
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    for same in (log, tmp_path / "two.html"):
        result = sqlacc("report", log, "--html", same, "--junit", tmp_path / "two.html")
        assert (result.exit_code, "a file of its own" in result.output) == (2, True)


# --- nothing was tested -------------------------------------------------------------------------------------------


def messages(lines: list[Line], **asked: Any) -> list[str]:
    return [": ".join(filter(None, (line["language"], line["message"]))) for line in untested(lines, **asked)]


def test_what_met_no_case_is_a_problem() -> None:
    lines = [CLIENT, GOOD, case_line("python", case("agent"), "skipped", "no agent exists", 0.1, 1)]
    assert messages(lines, languages=["python"], subjects=["customer"]) == []
    assert messages(lines, languages=["python", "php"]) == ["php: nothing was tested"]
    assert messages(lines, subjects=["customer", "agent"]) == ["python: nothing was tested of agent"]
    assert messages(lines, patterns=["agnet"]) == ["nothing was tested: no case fits --only 'agnet'"]
    assert messages(lines, packs=["existing", "lost"]) == ["nothing was tested by the cases 'lost'"]
    assert messages([*lines, SKIPPED], languages=["python", "php"]) == []  # it says itself what is missing


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--only", "agent/get", "--only", "agnet/get"], "no case fits --only 'agnet/get'"),
        (["--lang", "python", "--only", "php/agent/get"], "nothing was tested"),
    ],
)
def test_a_slip_in_only_turns_red(arguments: list[str], words: str, generated: Path) -> None:
    result = sqlacc("verify", "--lang", "python", "--generated", generated, *arguments)
    assert result.exit_code == 1
    assert words in result.output


# --- the terminal -------------------------------------------------------------------------------------------------


def shown(lines: list[Line], width: int, coverage: bool = False) -> str:
    console = Console(width=width, force_terminal=False, highlight=False)
    with console.capture() as told:
        show(lines, 1.0, False, console, coverage)
    return told.get()


def test_the_table_is_subject_by_language_and_fits_a_narrow_terminal() -> None:
    names = ["csharp", "gas", "node", "php", "python"]
    lines = [case_line(name, case("bills_to_purchase_invoices"), "passed", "", 0.1, 1) for name in names]
    wide, narrow = shown(lines, 80).splitlines(), shown(lines, 40).splitlines()
    assert wide[0].split() == names
    assert wide[1].split() == ["bills_to_purchase_invoices", *["✓", "1"] * 5]
    assert narrow[0].split() == ["cases"]
    assert "✓ 5" in narrow[1]


def test_output_that_is_not_unicode_gets_plain_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Console, "encoding", "ascii")
    text = shown([CLIENT, GOOD, BAD | {"message": "plain", "id": "python/x", "differences": []}], 80)
    assert text.isascii()
    assert "! python/x failed: plain" in text


def test_coverage_names_what_is_left(api: Any) -> None:
    ledger = Ledger(api)
    ledger.note("agents.get", {}, [], {"value": {"code": "A"}})
    ledger.close(True)
    text = shown([GOOD, ledger.line("python"), ledger.line("php")], 100, coverage=True)
    assert "python proved 1 of 133 operations, 0 of 906 fields (1 reached)" in text
    assert "not proved: agent.code (sent) (all)" in text
    assert "more fields; --ndjson FILE or --html FILE has them all" in text


def test_a_file_gets_whole_lines() -> None:
    assert our_console().width >= 100
