"""What a run has reached and proved: a field that was only ever null, or whose case failed, is not proved."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner

from sqlacc_codegen.cli import main
from sqlacc_codegen.ir import Api
from sqlacc_codegen.language import language
from sqlacc_codegen.load import load
from sqlacc_contract.cases import cases
from sqlacc_contract.coverage import KINDS, Ledger
from sqlacc_contract.driver import Answer, Driver
from sqlacc_contract.house import House
from sqlacc_contract.play import Play
from sqlacc_contract.results import Line, of_type
from sqlacc_contract.sandbox import DEMO_ACCESS_KEY, DEMO_SECRET_KEY, Sandbox
from sqlacc_contract.tap import Exchange
from sqlacc_contract.toolchain import Ready, ready
from sqlacc_contract.verify import Plan, make_driver, play_case, verify
from sqlacc_contract.wire import Reply


@pytest.fixture(scope="module")
def start(generated: Path) -> Ready:
    return ready(language("python"), generated)


@pytest.fixture
def ledger(api: Api) -> Ledger:
    return Ledger(api)


def post(body: bytes) -> Exchange:
    return Exchange("c", "POST", "/agent", (), body, Reply(200, {}, b"{}"))


def told(ledger: Ledger, kind: str, subject: str) -> dict[str, str]:
    """Every unit of a subject that is not proved: its name and how far it came."""
    found = ledger.line("python")[kind]
    names = dict.fromkeys(found["unreached"], "unreached") | dict.fromkeys(found["unproved"], "unproved")
    return {name: far for name, far in names.items() if name.split(".")[0].split(":")[0] in (subject, f"{subject}s")}


def test_a_field_is_proved_when_it_went_both_ways_with_a_value(ledger: Ledger) -> None:
    record = {"code": "A1", "description": None, "isactive": True}
    ledger.note("agents.create", {"record": record}, [post(b'{"code": "A1", "isactive": true}')], {"value": record})
    ledger.close(True)
    assert told(ledger, "fields", "agent") == {"agent.description": "unproved"}
    ledger.note("agents.get", {}, [], {"value": record | {"description": "Ann"}})
    ledger.close(True)
    assert told(ledger, "fields", "agent") == {"agent.description (sent)": "unproved"}
    assert told(ledger, "operations", "agent").get("agents.get", "proved") == "proved"


def test_a_case_that_failed_proves_nothing(ledger: Ledger) -> None:
    ledger.note("agents.get", {}, [], {"value": {"code": "A1"}})
    ledger.close(False)
    assert told(ledger, "fields", "agent")["agent.code"] == "unproved"
    assert told(ledger, "operations", "agent")["agents.get"] == "unproved"


@pytest.mark.parametrize("empty", [None, "", "----", 0, {"$dec": "0"}, [], {}])
def test_a_value_that_tells_nothing_proves_nothing(empty: Any, ledger: Ledger) -> None:
    ledger.note("agents.get", {}, [], {"value": {"code": empty}})
    ledger.close(True)
    assert told(ledger, "fields", "agent")["agent.code"] == "unproved"


REFUSAL = {"client_error": {"kind": "validation", "message": "wrong", "fields": ["code", "description"]}}


@pytest.mark.parametrize(
    ("record", "proved"),
    [
        ({"code": "", "description": "fine"}, {"agent.code: required"}),
        ({"code": "x" * 11, "description": "fine"}, {"agent.code: at most 10"}),
        ({"code": "fine", "description": "fine"}, set()),
        ({}, {"agent.code: required", "agent.description: required"}),
    ],
)
def test_a_constraint_is_proved_by_the_refusal_of_what_breaks_it(
    record: dict[str, str], proved: set[str], ledger: Ledger
) -> None:
    before = set(told(ledger, "constraints", "agent"))
    ledger.note("agents.create", {"record": record}, [], REFUSAL)
    ledger.close(True)
    assert before - set(told(ledger, "constraints", "agent")) == proved


@pytest.mark.parametrize("path", ["", "[", "sdsbranch[x].y", "sdsbranch[9].address1", "code.code", "no_such", "9"])
def test_odd_names_in_a_refusal_prove_nothing(path: str, ledger: Ledger) -> None:
    error = {"client_error": {"kind": "validation", "message": "", "fields": [path]}}
    before = told(ledger, "constraints", "customer")
    ledger.note("customers.create", {"record": {"code": "fine", "sdsbranch": [{}]}}, [post(b"[1]"), post(b"{")], error)
    ledger.close(True)
    assert set(told(ledger, "constraints", "customer")) == set(before)


def run(api: Api, start: Ready, *only: str) -> list[Line]:
    lines: Iterator[Line] = verify(api, [language("python")], Plan(only=only), lambda _: start, workers=2)
    return list(lines)


def test_every_field_and_constraint_of_every_object_is_proved(api: Api, start: Ready) -> None:
    only = (
        "every ",
        "not above zero",
        "more than there is",
        "[no lines]",
        "[not balanced]",
        "[taken number]",
        "[stale]",
    )
    (line,) = of_type(run(api, start, *only), "coverage")
    for kind in ("fields", "constraints"):
        assert not line[kind]["unreached"] + line[kind]["unproved"]
        assert set(line[kind]["subjects"]) == set(api.by_id)


def test_a_new_field_is_counted_by_itself(api: Api, start: Ready) -> None:
    agent = api.object("agent")
    more = replace(agent.fields[1], wire="nickname")
    wider = replace(api, objects=(replace(agent, fields=(*agent.fields, more)),))
    assert "agent.nickname" in Ledger(wider).line("python")["fields"]["unreached"]


@pytest.mark.parametrize("spec", ["specs/small", "kitchen_sink"])
def test_any_spec_has_cases_and_a_ledger(spec: str) -> None:
    other = load(Path(__file__).parent.parent / "generator" / "tests" / spec)
    assert {case.name for case in cases(other)} >= {"every field", "every limit", "every required field"}
    assert set(Ledger(other).line("python")["fields"]["subjects"]) == set(other.by_id)


def test_the_line_counts_what_it_names(ledger: Ledger) -> None:
    line = ledger.line("python")
    for kind in KINDS:
        total = sum(numbers[0] for numbers in line[kind]["subjects"].values())
        assert total == len(line[kind]["unreached"]) > 100


# --- proved means that a fault would be noticed ---------------------------------------------------------------------


def without(rows: Any, path: list[str]) -> Any:
    """A record or records without the field at the end of the path."""
    if isinstance(rows, list):
        return [without(row, path) for row in rows]
    if not isinstance(rows, dict):
        return rows
    if len(path) == 1:
        return {name: value for name, value in rows.items() if name != path[0]}
    return {name: without(value, path[1:]) if name == path[0] else value for name, value in rows.items()}


class Lossy:
    """A client that loses one field, when it sends or when it reads."""

    def __init__(self, driver: Driver, way: str, path: list[str]) -> None:
        self.driver, self.way, self.path = driver, way, path
        self.config = driver.config

    def ask(self, message: Mapping[str, Any], limit: float | None = None, /) -> Answer:
        args = message["args"]
        if self.way == "sent" and "record" in args:
            args = args | {"record": without(args["record"], self.path)}
        answer = self.driver.ask({**message, "args": args}, limit)
        if self.way == "read" and "value" in answer.body:
            answer = replace(answer, body={**answer.body, "value": without(answer.body["value"], self.path)})
        return answer


@pytest.mark.slow
def test_losing_any_field_that_is_proved_is_noticed(api: Api, start: Ready) -> None:
    everything = [case for case in cases(api) if case.name == "every field"]
    with House(api) as house, make_driver(api, start) as driver:

        def played(subject: str, asked: Any, ledger: Ledger | None = None) -> list[Line]:
            lines = []
            for case in everything:
                if case.subject == subject:
                    house.renew({})
                    play = Play(api, f"python/{case.id}", asked, house.settings, house.tap, ledger=ledger)
                    lines.append(play_case("python", case, play, whole=False))
            return lines

        ledger = Ledger(api)
        for o in api.objects:
            assert [line["message"] for line in played(o.id, driver, ledger)] == ["", ""]
        for unit in Random(7).sample(sorted(ledger.shown.proved), 60):
            way, _, name = unit.partition(" ")
            subject, *path = name.split(".")
            spoilt = Ledger(api)
            lines = played(subject, Lossy(driver, way, path), spoilt)
            bad = [line for line in lines if line["verdict"] != "passed"]
            assert any(path[-1] in one["path"] for line in bad for one in line["differences"]), unit
            assert unit not in spoilt.shown.proved


@pytest.mark.slow
def test_without_a_second_witness_nothing_is_proved(
    api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, generated: Path
) -> None:
    """A server at a URL: the client's word alone says what came."""
    log = tmp_path / "log.ndjson"
    with Sandbox.serve(api) as sandbox:
        monkeypatch.setenv("SQLACC_ACCESS_KEY", DEMO_ACCESS_KEY)
        monkeypatch.setenv("SQLACC_SECRET_KEY", DEMO_SECRET_KEY)
        options = ["--against", sandbox.url, "--lang", "python", "--only", "agent/get[existing]"]
        result = CliRunner().invoke(main, ["verify", *options, "--generated", str(generated), "--ndjson", str(log)])
    assert result.exit_code == 0, result.output
    (line,) = of_type([json.loads(text) for text in log.read_text("utf-8").splitlines()], "coverage")
    assert line["fields"]["subjects"]["agent"] == [3, 3, 0]
    assert {"agent.code", "agent.description"} <= set(line["fields"]["unproved"])
