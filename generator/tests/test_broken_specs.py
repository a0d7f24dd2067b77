"""Every broken spec of `broken/` gives its problems at their places, and never a traceback."""

from __future__ import annotations

import base64
import contextlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from sqlacc_codegen.cli import main
from sqlacc_codegen.lint import check_spec
from sqlacc_codegen.load import load
from sqlacc_codegen.problems import Problems

CASES = sorted((Path(__file__).parent / "broken").glob("*.yaml"))
LINE = re.compile(r"\S+?(:\d+:\d+)?: \S.*")


def _break(spec: Path, case: dict[str, Any]) -> None:
    path = spec / case["file"]
    if case.get("remove"):
        path.unlink()
    elif "base64" in case:
        path.write_bytes(base64.b64decode(case["base64"]))
    elif "write" in case:
        path.write_text(case["write"] * case.get("repeat", 1), "utf-8")
    else:
        text = path.read_text("utf-8")
        assert text.count(case["find"]) == 1
        path.write_text(text.replace(case["find"], case["put"]), "utf-8")


@pytest.fixture(params=CASES, ids=lambda path: path.stem)
def broken(request: pytest.FixtureRequest, small: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, list[str]]:
    case = yaml.safe_load(request.param.read_text("utf-8"))
    _break(small, case)
    monkeypatch.chdir(small)
    return small, case["expect"]


def test_at_least_forty_are_tried() -> None:
    assert len(CASES) >= 40


def test_the_unbroken_spec_is_sound(small: Path) -> None:
    assert check_spec(small) == ()


def test_problems_and_their_places(broken: tuple[Path, list[str]]) -> None:
    spec, expected = broken
    assert [f"{problem.code} {problem.place}" for problem in check_spec(spec)] == expected


def test_check_prints_them_as_lines(broken: tuple[Path, list[str]]) -> None:
    spec, expected = broken
    result = CliRunner().invoke(main, ["check", "--spec", str(spec)])
    lines = result.output.splitlines()
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert lines[-1].startswith(f"{len(expected)} problem")
    assert all(LINE.fullmatch(line) for line in lines[:-2])
    assert len(lines) - 2 == len(expected)


def test_check_prints_json_and_sarif(broken: tuple[Path, list[str]]) -> None:
    spec, expected = broken
    found = json.loads(CliRunner().invoke(main, ["check", "--spec", str(spec), "--format", "json"]).output)
    assert [problem["code"] for problem in found["problems"]] == [line.split()[0] for line in expected]
    assert found["count"] == len(expected)
    run = json.loads(CliRunner().invoke(main, ["check", "--spec", str(spec), "--format", "sarif"]).output)["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    for result, line in zip(run["results"], expected, strict=True):
        assert result["ruleId"] == rules[result["ruleIndex"]]["id"] == line.split()[0]
        assert rules[result["ruleIndex"]]["shortDescription"]["text"] != result["ruleId"]  # every code is described


def test_loading_never_raises_anything_but_problems(broken: tuple[Path, list[str]]) -> None:
    spec, _ = broken
    with contextlib.suppress(Problems):
        load(spec)


def test_generate_writes_nothing_from_a_spec_that_does_not_load(broken: tuple[Path, list[str]]) -> None:
    spec, _ = broken
    try:
        load(spec)
    except Problems:
        out = spec.parent / "out"
        result = CliRunner().invoke(main, ["generate", "--spec", str(spec), "--out", str(out)])
        assert result.exit_code == 1
        assert "Traceback" not in result.output
        assert not out.exists()
