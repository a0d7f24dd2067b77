"""verify is green on the good client and server, and turns red on every bad one."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from broken_servers import BREAKAGES
from faulty import SOON, TELLING
from sqlacc_codegen.cli import main
from sqlacc_codegen.ir import Api
from sqlacc_codegen.language import language
from sqlacc_contract import protocol
from sqlacc_contract.cases import cases
from sqlacc_contract.driver import Driver
from sqlacc_contract.house import House
from sqlacc_contract.results import Line, digest, is_good, of_type, passed
from sqlacc_contract.toolchain import Ready, ready
from sqlacc_contract.verify import Plan, verify

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def start(generated: Path) -> Ready:
    return ready(language("python"), generated)


def run(api: Api, start: Ready, plan: Plan, **options: object) -> Iterator[Line]:
    return verify(api, [language("python")], plan, lambda _: start, **options)  # type: ignore[arg-type]


def first_bad(lines: Iterator[Line]) -> Line | None:
    """The first line that tells of something wrong."""
    for line in lines:
        if line["type"] == "problem" or (line["type"] == "client" and line["verdict"] == "failed"):
            return line
        if line["type"] == "case" and not is_good(line):
            return line
    return None


def noticed(found: Line | None) -> None:
    """A case turned red, and not because the fault was built in badly."""
    assert found is not None, "no case turned red"
    assert found["type"] == "case", found
    assert "client_error usage" not in found["message"], found["message"]


# --- the good ones ------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_python_client_keeps_the_contract(api: Api, start: Ready) -> None:
    """A cross-section of every object; all cases of all clients are what `./dev test` plays."""
    only = ("client/", "agent/", "/create[minimum]", "/list[first page]", "/update[update]", "/workflow[whole")
    lines = list(run(api, start, Plan(only=only, fast=True), workers=2))
    bad = [f"{line['id']}: {line['message']}" for line in of_type(lines, "case") if not is_good(line)]
    assert not bad, "\n".join(bad[:20])
    assert passed(lines, strict=True)
    assert {line["subject"] for line in of_type(lines, "case")} >= set(api.by_id)


@pytest.mark.slow
def test_the_same_result_with_more_workers(api: Api, start: Ready) -> None:
    plan = Plan(only=("agent/create", "agent/list", "agent/update"), fast=True)
    alone, together = (list(run(api, start, plan, workers=n)) for n in (1, 3))
    assert [line["id"] for line in of_type(alone, "case")] == [line["id"] for line in of_type(together, "case")]
    assert digest(alone) == digest(together)


@pytest.mark.slow
@pytest.mark.parametrize("reading", [("omitted_lines", "deleted"), ("decimal_form", "number"), ("error_body", "raw")])
def test_ordinary_cases_hold_under_a_reading(reading: tuple[str, str], api: Api, start: Ready) -> None:
    only = ("sales_order/update", "agent/create", "customer/get", "agent/delete")
    lines = list(run(api, start, Plan(only=only, fast=True, reading=(reading,))))
    assert passed(lines, strict=True), [line for line in of_type(lines, "case") if not is_good(line)]


@pytest.mark.slow
def test_every_message_fits_the_schema(api: Api, start: Ready, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong: list[str] = []
    written, heard = protocol.line, protocol.read
    command, answer = protocol.validator("command"), protocol.validator("answer")

    def line(message: protocol.Message) -> bytes:
        wrong.extend(f"{error.message}: {message}" for error in command.iter_errors(message))
        return written(message)

    def read(raw: bytes) -> protocol.Message:
        message = heard(raw)
        wrong.extend(f"{error.message}: {message}" for error in answer.iter_errors(message))
        return message

    monkeypatch.setattr(protocol, "line", line)
    monkeypatch.setattr(protocol, "read", read)
    only = (
        "sales_invoice/create",
        "sales_invoice/pdf[default",
        "agent/many",
        "client/",
        "settle_invoice/workflow[whole",
    )
    lines = list(run(api, start, Plan(only=only, fast=True)))
    assert passed(lines, strict=True)
    assert not wrong, "\n".join(wrong[:5])


def test_ids_of_cases_are_unique_and_ordered(api: Api) -> None:
    first, second = ([case.id for case in cases(api)] for _ in range(2))
    assert first == second
    assert len(first) == len(set(first))


def test_a_new_object_brings_its_own_cases(api: Api) -> None:
    agent = api.object("agent")
    more = replace(api, objects=(*api.objects, replace(agent, id="seller", path="/seller")))
    new = [case.id for case in cases(more) if case.subject == "seller"]
    assert {"seller/create[minimum]", "seller/list[first page]", "seller/delete[and gone]"} <= set(new)


def test_every_value_of_every_reading_is_played(api: Api) -> None:
    played = {pair for case in cases(api) for pair in case.reading}
    for reading in api.readings:
        for choice in reading.choices:
            assert choice.value == reading.default or (reading.id, choice.value) in played


# --- the bad ones -------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("breakage", BREAKAGES)
def test_a_bad_server_is_noticed(breakage: str, api: Api, start: Ready) -> None:
    """The few cases that nearly always tell come first: who is noticed by some is noticed by all."""
    plans = (Plan(only=only, fast=True, limit=3.0) for only in (SOON, TELLING))
    runs = (run(api, start, plan, house=lambda api: House(api, BREAKAGES[breakage])) for plan in plans)
    noticed(next((bad for lines in runs if (bad := first_bad(lines))), None))


# --- the command --------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_command_writes_its_reports(tmp_path: Path, generated: Path) -> None:
    names = {form: tmp_path / f"out.{form}" for form in ("ndjson", "junit", "html")}
    options = [part for form, path in names.items() for part in (f"--{form}", str(path))]
    command = ["verify", "--lang", "python", "--only", "agent/get", "--generated", str(generated), *options]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 0, result.output
    lines = [json.loads(line) for line in names["ndjson"].read_text("utf-8").splitlines()]
    assert [lines[0]["type"], lines[-1]["type"]] == ["run", "end"]
    assert lines[-1]["good"] is True
    assert ElementTree.parse(names["junit"]).getroot().find("testsuite") is not None
    assert names["html"].read_text("utf-8").startswith("<!doctype html>")
    assert "Good:" in result.output


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--only", "no such case"], 1, "Nothing was tested"),
        (["--lang", "cobol"], 2, "no language 'cobol'"),
        (["--reading", "nonsense"], 2, "is not NAME=VALUE"),
        (["--reading", "not_found=404", "--against", "cassettes"], 2, "goes with the sandbox"),
        (["--reading", "no_such=1"], 2, "no reading 'no_such'"),
        (["--reading", "get_envelope=sideways"], 2, "it has: data, top_level"),
        (["--write", "ANY SDN BHD"], 2, "--against URL"),
        (["--replay", ""], 2, "needs the id of a case"),
        (["--replay", "python/agent/gets"], 2, "no case 'python/agent/gets'"),
        (["--seed", "7"], 2, "--seed goes with --properties"),
    ],
)
def test_wrong_use_is_told(arguments: list[str], code: int, words: str) -> None:
    result = CliRunner().invoke(main, ["verify", *arguments])
    assert result.exit_code == code
    assert words in result.output


def test_a_missing_toolchain_is_named_and_fails_when_strict(tmp_path: Path) -> None:
    command = ["verify", "--lang", "python", "--only", "agent/get", "--generated", str(tmp_path)]
    result = CliRunner().invoke(main, [*command, "--strict"])
    assert result.exit_code == 1
    assert "sqlacc generate --lang python" in result.output


def test_a_driver_of_another_spec_fails(api: Api, start: Ready) -> None:
    other = replace(api, version="1999.1.0")
    lines = list(run(other, start, Plan(only=("agent/get",))))
    assert not passed(lines, strict=False)
    assert "generated from another spec" in of_type(lines, "client")[-1]["message"]


def test_leftover_lines_of_a_driver_are_a_problem(api: Api, generated: Path) -> None:
    command = (sys.executable, "-S", str(HERE / "liar_driver.py"), "twice")
    with Driver(command, HERE, "0" * 64) as driver:
        driver.ask({"cmd": "build", "op": "things.get", "args": {"bad": True}})
        driver.ask({"cmd": "build", "op": "things.get", "args": {"bad": True}})
        driver.close()
        assert driver.leftover() is not None
