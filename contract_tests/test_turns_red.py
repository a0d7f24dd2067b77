"""One thing broken in each place: what checks it turns red, with words that name the place."""

from __future__ import annotations

import re
import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from drivers import LANGUAGES, driver_of
from faulty import client_with, faults, red_case
from sqlacc_codegen.cli import main
from sqlacc_codegen.ir import Api
from sqlacc_contract.sandbox import amounts
from sqlacc_contract.sandbox.rows import Row
from sqlacc_contract.verify import Plan

ROOT = Path(__file__).resolve().parent.parent
CASSETTE = "sandbox/sales_invoice/create-minimum.yaml"


def said(*arguments: str) -> tuple[int, str]:
    """Exit code and words of a command."""
    result = CliRunner().invoke(main, arguments)
    return result.exit_code, " ".join(result.output.split())


# --- one digit of a cassette --------------------------------------------------------------------------------------


@pytest.fixture
def cassettes(tmp_path: Path) -> Path:
    """A folder with one cassette, in which one digit of an answer is another."""
    file = tmp_path / CASSETTE
    file.parent.mkdir(parents=True)
    text = (ROOT / "contract_tests" / "cassettes" / CASSETTE).read_text("utf-8")
    changed, count = re.subn(r'("docamt":"\d+\.\d)0"', r'\g<1>1"', text, count=1)
    assert count == 1
    file.write_text(changed, encoding="utf-8")
    return tmp_path


def test_a_digit_of_a_cassette_turns_the_check_red(cassettes: Path) -> None:
    code, words = said("record", "--check", "--out", str(cassettes))
    assert code == 1
    assert f"error: {CASSETTE}: interaction 1 (POST /salesinvoice) is not what was recorded" in words


def test_a_digit_of_a_cassette_turns_the_replay_red(cassettes: Path) -> None:
    code, words = said("verify", "--against", "cassettes", "--cassettes", str(cassettes), "--lang", "python")
    assert code == 1
    assert f"{CASSETTE}: interaction 1 (POST /salesinvoice) is not what was recorded" in words


# --- one field of a spec ------------------------------------------------------------------------------------------


@pytest.fixture
def spec(tmp_path: Path) -> str:
    """The specs, in which a field of the agent has another name; the clients are not generated again."""
    copy = tmp_path / "spec"
    shutil.copytree(ROOT / "spec", copy)
    agent = copy / "objects" / "agent.yaml"
    agent.write_text(re.sub(r"\bdescription\b", "agentname", agent.read_text("utf-8")), encoding="utf-8")
    demo = copy / "demo.yaml"
    head, agents, rest = re.split(r"(\n  agent:\n(?:    .*\n)+)", demo.read_text("utf-8"), maxsplit=1)
    demo.write_text(head + agents.replace("description:", "agentname:") + rest, encoding="utf-8")
    assert said("check", "--spec", str(copy)) == (0, "The specs are sound.")
    return str(copy)


@pytest.mark.slow
def test_a_renamed_field_turns_the_generated_files_red(spec: str, generated: Path) -> None:
    code, words = said("generate", "--check", "--spec", spec, "--out", str(generated), "--lang", "python")
    assert code == 1
    assert "sqlacc_client/models/agent.py" in words
    assert "- description: str | None = None + agentname: str | None = None" in words


@pytest.mark.slow
def test_a_renamed_field_turns_verify_red(spec: str, generated: Path) -> None:
    code, words = said("verify", "--spec", spec, "--generated", str(generated), "--lang", "python", "--only", "agent/")
    assert code == 1
    assert "python: failed: the client was generated from another spec" in words
    assert "Run `sqlacc generate`" in words


def test_a_renamed_field_turns_the_cassettes_red(spec: str, tmp_path: Path) -> None:
    cassette = "sandbox/agent/create-minimum.yaml"
    (tmp_path / "sandbox" / "agent").mkdir(parents=True)
    shutil.copy(ROOT / "contract_tests" / "cassettes" / cassette, tmp_path / cassette)
    code, words = said("record", "--check", "--spec", spec, "--out", str(tmp_path))
    assert code == 1
    assert f"error: {cassette}: interaction 1 (POST /agent): " in words
    assert "description: expected no such field" in words
    assert "agentname" in words


# --- one line of a client -----------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_line_of_a_runtime_turns_verify_red(language: str, api: Api, generated: Path) -> None:
    with driver_of(language, api, generated):
        pass  # skips where the toolchain is missing
    fault = next(fault for fault in faults(language) if fault.name == "offset counts pages")
    with client_with(fault, generated) as clients:
        told = red_case(fault, api, clients, Plan(only=("agent/iterate[pages of two]",)))
    assert told is not None
    assert told.startswith(
        f"{language}/agent/iterate[pages of two]: agents.iterate: request 2 target: "
        "expected /agent?offset=2&limit=2, received /agent?offset=1&limit=2"
    )


# --- one total of the sandbox -------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_wrong_total_of_the_sandbox_turns_verify_red(monkeypatch: pytest.MonkeyPatch) -> None:
    put = amounts.put

    def a_cent_more(row: Row, wire: str | None, value: Decimal, ties: str) -> None:
        put(row, wire, value + (Decimal("0.01") if wire == "docamt" else 0), ties)

    only = ("verify", "--lang", "python", "--only", "sales_invoice/create[amounts half up]")
    assert said(*only)[0] == 0
    monkeypatch.setattr(amounts, "put", a_cent_more)
    code, words = said(*only)
    assert code == 1
    assert "python/sales_invoice/create[amounts half up] failed: docamt: value: expected" in words
