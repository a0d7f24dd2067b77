"""Which cases under readings are left out of a run: only those in which a client is told nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from sqlacc_codegen.cli import main
from sqlacc_codegen.ir import Api
from sqlacc_contract.cases import Case, cases
from sqlacc_contract.cases.telling import BEYOND_CLIENTS, MEETS
from sqlacc_contract.play import Play
from sqlacc_contract.touched import Stories, untouched

Pairs = dict[str, Case]


@pytest.fixture(scope="module")
def by_id(api: Api) -> Pairs:
    return {case.id: case for case in cases(api)}


def left_out(api: Api, by_id: Pairs, subject: str, readings: dict[str, str]) -> set[str]:
    """The readings under which an object's round is left out."""
    ids = [f"{subject}/readings[round]{{{name}={value}}}" for name, value in readings.items()]
    some = [by_id[id] for id in ids]
    found = set(untouched(api, some, {case.id: by_id[case.twin] for case in some}))
    return {name for name, id in zip(readings, ids, strict=True) if id in found}


def test_what_a_client_is_told_otherwise_is_played(api: Api, by_id: Pairs) -> None:
    heard = {"get_envelope": "top_level", "not_found": "404", "error_body": "raw", "create_status": "201"}
    unheard = {"geo_fields": "lat_long", "negative_stock": "refused"}
    assert left_out(api, by_id, "agent", heard | unheard) == set(unheard)
    assert left_out(api, by_id, "customer", {"geo_fields": "lat_long"}) == set()


def test_other_settings_are_something_else_that_is_told(api: Api, by_id: Pairs) -> None:
    assert left_out(api, by_id, "agent", {"signing_scope": "legacy"}) == set()


def test_a_difference_in_the_last_answer_counts(api: Api, by_id: Pairs) -> None:
    def last(play: Play) -> None:
        play.value("agents.list")
        play.error("agents.get", "not_found", key="NO/SUCH")

    twin = Case("agent", "readings", "two calls", last, "inferred")
    case = replace(twin, reading=(("not_found", "404"),), twin=twin.id)
    other = replace(twin, reading=(("create_status", "201"),), twin=twin.id)
    assert list(untouched(api, [case, other], {case.id: twin, other.id: twin})) == [other.id]


def test_a_case_that_cannot_be_told_beforehand_is_played(api: Api) -> None:
    def stumbles(play: Play) -> None:
        play.check(False, "this never holds")

    twin = Case("agent", "readings", "stumbles", stumbles, "inferred")
    case = replace(twin, reading=(("geo_fields", "lat_long"),), twin=twin.id)
    assert list(untouched(api, [case], {case.id: twin})) == []


def test_every_value_of_every_reading_tells_a_client_something(api: Api, by_id: Pairs) -> None:
    """Or nothing that a client can ask for tells it, and it is written down why."""
    stories = Stories(api)
    silent = set()
    for reading in api.readings:
        for value in (choice.value for choice in reading.choices if choice.value != reading.default):
            played = [case for case in by_id.values() if case.reading == ((reading.id, value),)]
            assert played
            if not any(stories.is_told(case, by_id[case.twin]) for case in reversed(played)):
                silent.add((reading.id, value))
    stories.close()
    assert silent == set(BEYOND_CLIENTS)


def test_a_case_that_is_to_meet_a_reading_is_played_under_it(by_id: Pairs) -> None:
    assert {(case.reading[0][0], case.name) for case in by_id.values() if case.reading} >= set(MEETS.items())


def listed(*arguments: str) -> set[str]:
    result = CliRunner().invoke(main, ["verify", "--list", "--lang", "python", *arguments])
    assert result.exit_code == 0, result.output
    return set(result.output.split("\n"))


def test_it_is_left_out_only_beside_its_twin() -> None:
    quiet, loud = (f"python/agent/readings[round]{{{one}}}" for one in ("geo_fields=lat_long", "not_found=404"))
    both = listed("--only", "agent/readings*")
    assert "python/agent/readings[round]" in both
    assert loud in both
    assert quiet not in both
    assert quiet in listed("--only", "*{geo_fields=lat_long}")
    assert quiet in listed("--replay", quiet)


def test_the_log_names_what_was_left_out(tmp_path: Path, generated: Path) -> None:
    log = tmp_path / "log.ndjson"
    command = ["verify", "--lang", "python", "--only", "agent/readings*", "--generated", str(generated)]
    result = CliRunner().invoke(main, [*command, "--ndjson", str(log)])
    assert result.exit_code == 0, result.output
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    (told,) = [line["cases"] for line in lines if line["type"] == "untouched"]
    assert "agent/readings[round]{geo_fields=lat_long}" in told
    assert not set(told) & {line["id"].partition("/")[2] for line in lines if line["type"] == "case"}
    assert f"{len(told)} cases under readings that change nothing" in result.output
