"""Known failures: they must go on failing alike, until their day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from sqlacc_codegen.cli import main
from sqlacc_contract.expected import Expected, Known, read

TODAY = date(2026, 1, 15)
FAILING = {"type": "case", "id": "php/agent/get[missing]", "verdict": "failed", "message": "agents.get: kind differs"}


def known(**changes: object) -> Expected:
    entry = {"case": "php/agent/get*", "message": "agents.get: kind", "reason": "issue 7", "until": date(2026, 2, 1)}
    return Expected([Known(**entry | changes)])  # type: ignore[arg-type]


def test_a_known_failure_passes() -> None:
    line = known().judge(FAILING, TODAY)
    assert line["verdict"] == "passed"
    assert "issue 7" in line["message"]


@pytest.mark.parametrize(
    ("line", "entry", "words"),
    [
        (FAILING | {"verdict": "passed", "message": ""}, {}, "take it off the list"),
        (FAILING | {"verdict": "skipped"}, {}, "was skipped"),
        (FAILING | {"message": "something else"}, {}, "failed with: something else"),
        (FAILING | {"message": "now agents.get: kind differs"}, {}, "failed with: now agents.get"),
        (FAILING | {"verdict": "crashed", "message": "exit code 3"}, {}, "failed with: exit code 3"),
        (FAILING, {"until": TODAY}, "has expired"),
    ],
)
def test_anything_else_fails(line: dict[str, str], entry: dict[str, object], words: str) -> None:
    judged = known(**entry).judge(line, TODAY)
    assert judged["verdict"] == "failed"
    assert words in judged["message"]


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [
        ("php/agent/get[missing]", True),
        ("agent/get[missing]", True),
        ("*/get[missing]", True),
        ("php/*", True),
        ("agent/get", False),  # part of an id is none
        ("php/agent/get", False),
        ("php/agent/get[existing]", False),
        ("node/agent/get[missing]", False),
        ("php/agent/get[miss?ng]", False),
    ],
)
def test_what_a_pattern_fits(pattern: str, fits: bool) -> None:
    judged = known(case=pattern).judge(FAILING, TODAY)
    assert (judged["verdict"] == "passed") is fits
    assert (judged == FAILING) is not fits


def test_an_entry_that_fits_no_case_is_a_problem() -> None:
    assert [line["type"] for line in known().stale(["php/agent/list[first page]"])] == ["problem"]
    assert list(known().stale(["php/agent/list[first page]", FAILING["id"]])) == []


def test_a_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "expected.yaml"
    file.write_text("- {case: 'php/*', message: x, reason: y, until: 2026-12-31}\n", encoding="utf-8")
    assert read(file).entries == [Known("php/*", "x", "y", date(2026, 12, 31))]


GOOD = "- {case: a, message: b, reason: c, until: 2026-12-31}\n"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("- {case: x}", "1:3"),
        ("[1]", "1:2"),
        ("{", "1:2"),
        ("case: a", "1:1"),
        (f"{GOOD}- {{case: a, message: b, reason: c, until: soon}}", "2:3"),
        (f"{GOOD}\n- case: a\n   message: b", "4:11"),
        ("- {case: a, message: b, reason: c, until: 2026-12-31T10:00:00}", "1:3"),
        ("- {case: a, message: '', reason: c, until: 2026-12-31}", "1:3"),
        ("- {case: a, message: b, reason: ' ', until: 2026-12-31}", "1:3"),
        ("- {case: '', message: b, reason: c, until: 2026-12-31}", "1:3"),
        ("- {case: a, message: 7, reason: c, until: 2026-12-31}", "1:3"),
        ("- {case: a, message: b, reason: c, until: 2026-12-31, note: d}", "1:3"),
        ("- {case: a, case: b, message: b, reason: c, until: 2026-12-31}", "1:3"),
        ("- !!python/object/apply:os.getcwd []", "1:3"),
        ("- {case: a, message: b, reason: c, until: 2026-13-31}", ""),
        ("[" * 5000, ""),
    ],
    ids=range(16),
)
def test_a_bad_file_is_told_with_its_place(text: str, place: str, tmp_path: Path) -> None:
    file = tmp_path / "expected.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(click.UsageError) as refused:
        read(file)
    assert refused.value.message.startswith(f"{file}:{place}")


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "expected.yaml"
    file.write_text(f"- 1\n{GOOD}- 2\n", encoding="utf-8")
    with pytest.raises(click.UsageError) as refused:
        read(file)
    assert [line.partition(": ")[0] for line in refused.value.message.splitlines()] == [f"{file}:1:3", f"{file}:3:3"]


GET = "agent/get[existing]"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("case", "until", "code", "words"),
    [
        (GET, "2999-12-31", 1, "was expected to fail (issue 7) and passed: take it off the list"),
        (GET, "2020-01-01", 1, "the expected failure (issue 7) has expired on 2020-01-01"),
        ("agent/get[gone for good]", "2999-12-31", 1, "no case fits the expected failure agent/get[gone for good]"),
        ("node/agent/list[first page]", "2999-12-31", 0, "Good: 1 passed"),  # not part of this run
    ],
)
def test_the_command_is_strict(case: str, until: str, code: int, words: str, tmp_path: Path) -> None:
    file = tmp_path / "expected.yaml"
    file.write_text(f"- {{case: '{case}', message: agents, reason: issue 7, until: {until}}}\n", encoding="utf-8")
    result = CliRunner().invoke(main, ["verify", "--lang", "python", "--only", GET, "--expected", str(file)])
    assert words in " ".join(result.output.split())
    assert result.exit_code == code
