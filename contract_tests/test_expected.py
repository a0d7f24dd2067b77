"""Known failures: they must go on failing alike, until their day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click
import pytest

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
        (FAILING, {"until": TODAY}, "has expired"),
    ],
)
def test_anything_else_fails(line: dict[str, str], entry: dict[str, object], words: str) -> None:
    judged = known(**entry).judge(line, TODAY)
    assert judged["verdict"] == "failed"
    assert words in judged["message"]


def test_other_cases_are_left_alone() -> None:
    other = FAILING | {"id": "php/agent/list[first page]"}
    assert known().judge(other, TODAY) == other


def test_an_entry_without_a_case_is_a_problem() -> None:
    expected = known()
    assert [line["type"] for line in expected.left()] == ["problem"]
    expected.judge(FAILING, TODAY)
    assert list(expected.left()) == []


def test_a_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "expected.yaml"
    file.write_text("- {case: 'php/*', message: x, reason: y, until: 2026-12-31}\n", encoding="utf-8")
    assert read(file).entries == [Known("php/*", "x", "y", date(2026, 12, 31))]


@pytest.mark.parametrize("text", ["- {case: x}", "[1]", "{", "- {case: a, message: b, reason: c, until: soon}"])
def test_a_bad_file_is_told(text: str, tmp_path: Path) -> None:
    file = tmp_path / "expected.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(click.UsageError):
        read(file)
