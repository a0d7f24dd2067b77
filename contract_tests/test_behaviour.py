"""What every client does with the same answers (behaviour_vectors.json): repeats, pauses, errors, redirects, pages,
cancelled calls, answers that come too late, what errors find that offer to look, and clocks that are off."""

from __future__ import annotations

import json
import re
import time
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest

from behaviour import Script, Scripted, scripted, unreachable
from drivers import LANGUAGES, driver_of
from sqlacc_codegen.ir import Api
from sqlacc_codegen.language import language as language_of
from sqlacc_contract.protocol import validator

DATA = json.loads(Path(__file__).with_name("behaviour_vectors.json").read_text("utf-8"))
NOW = re.compile(r"\{now([+-]\d+)\}")
ENOUGH = 3  # calls that do not end are waited for: what is wrong with more of them says no more
SETTINGS = {
    "access_key": "K",
    "secret_key": "S",
    "clock": "2026-01-15T00:00:00Z",
    "retry": {"attempts": 4, "base_ms": 400, "max_ms": 20000},
}


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_answers_the_same_behaviour(language: str, api: Api, generated: Path, tmp_path: Path) -> None:
    wrong = []
    with scripted() as server, scripted() as elsewhere, driver_of(language, api, generated) as driver:
        driver.config(base_url=server.url, **SETTINGS)
        for vector in DATA["vectors"]:
            script, call = played(vector, server, tmp_path, elsewhere.url)
            answer = driver.ask(call).body
            found = differences(vector, answer, script)
            if found:
                wrong.append(f"{vector['id']}: {found}; the answer was {json.dumps(answer)[:400]}")
        assert elsewhere.scripts == {}, "a redirect was followed to another host"
    assert not wrong, f"{len(wrong)} of {len(DATA['vectors'])}:\n" + "\n".join(wrong)


def differences(vector: dict[str, Any], answer: dict[str, Any], script: Script) -> str:
    """What is not as the vector says; empty when all is."""
    if script.asked != vector["seen"]:
        return f"requests {script.asked}"
    error = answer.get("api_error") or answer.get("client_error") or {}
    if "error" in vector:
        if error.get("kind") not in vector["error"].split("|"):
            return f"expected the error {vector['error']}"
        if error.get("message") != vector.get("message", error.get("message")):
            return f"expected the words {vector['message']}"
    elif "statuses" in vector:
        if [one["status"] for one in (answer.get("value") or {}).get("results", [])] != vector["statuses"]:
            return f"expected {vector['statuses']}"
    elif "counter" in vector:
        if (answer.get("value") or {}).get("updatecount") != vector["counter"]:
            return f"expected the counter {vector['counter']}"
    elif "value" not in answer or answer["value"] != vector["value"]:
        return f"expected {vector['value']}"
    if not all(gone.result() for gone in script.held):
        return "the connection was kept although the call was over"
    attempts = [event for event in answer.get("events", []) if event["type"] == "attempt"]
    if len(attempts) != vector.get("attempts", len(attempts)):
        return f"{len(attempts)} attempts"
    pauses = [event["ms"] for event in answer.get("events", []) if event["type"] == "sleep"]
    wanted = vector.get("sleeps")
    if wanted is not None and (
        len(pauses) != len(wanted)
        or any(not low <= pause <= high for pause, (low, high) in zip(pauses, wanted, strict=True))
    ):
        return f"pauses of {pauses} ms, expected {wanted}"
    return ""


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_record_once_whatever_the_server_ignores(language: str, api: Api, generated: Path) -> None:
    wrong = []
    with scripted() as server, driver_of(language, api, generated) as driver:
        driver.config(base_url=server.url, **SETTINGS)
        for vector in DATA["pages"]:
            named = vector.get("named", "code")
            script = server.scripts[vector["id"]] = Script(
                rows=vector["rows"], named=named, ignores=tuple(vector.get("ignores", ()))
            )
            args = vector.get("args", {})
            answer = driver.ask({"cmd": "call", "case": vector["id"], "op": "agents.iterate", "args": args}).body
            codes = [record[named] for record in answer.get("value", {}).get("records", [])]
            kind = answer.get("client_error", {}).get("kind")
            good = (
                kind == vector["error"] if "error" in vector else codes == [f"A{n}" for n in range(vector["records"])]
            )
            if not good or len(script.asked) != vector.get("requests", len(script.asked)) or len(script.asked) > 8:
                wrong.append(f"{vector['id']}: {len(codes)} records, {kind}, {len(script.asked)} requests")
    assert not wrong, f"{len(wrong)} of {len(DATA['pages'])}:\n" + "\n".join(wrong)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_cancelled_call_ends_where_it_was_cancelled(language: str, api: Api, generated: Path, tmp_path: Path) -> None:
    wrong = []
    with scripted() as server, driver_of(language, api, generated) as driver:
        for vector in DATA["cancelled"]:
            driver.config(base_url=server.url, sleep=vector.get("sleep", "virtual"), **SETTINGS)
            script, call = played(vector, server, tmp_path)
            cancel = {"cmd": "cancel", "case": vector["id"]}
            script.on_hold = lambda cancel=cancel: driver.ask(cancel)
            answer = driver.ask(call, limit=10).body
            if vector["needs"] in driver.about["features"]:
                found = differences(vector, answer, script)
            elif "cancel" not in vector or vector["cancel"]["on"] != "command":
                found = ""  # goes on with a call that could not be cancelled
            else:
                found = "" if "skipped" in answer and not script.asked else "expected to be told that it cannot"
            if found:
                wrong.append(f"{vector['id']}: {found}; the answer was {json.dumps(answer)[:400]}")
            if len(wrong) == ENOUGH:
                break
    assert not wrong, f"{len(wrong)} of {len(DATA['cancelled'])}, or more:\n" + "\n".join(wrong)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_client_cannot_is_stated_with_the_reason(language: str, api: Api, generated: Path) -> None:
    lacks = language_of(language).lacks
    needed = {vector["needs"] for vector in DATA["cancelled"]}
    with driver_of(language, api, generated) as driver:
        assert needed - set(driver.about["features"]) == lacks.keys()
    assert all(len(reason) > 20 for reason in lacks.values())


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_that_comes_too_late(language: str, api: Api, generated: Path, tmp_path: Path) -> None:
    wrong = []
    settings = SETTINGS | {"timeout_ms": 250, "retry": {"attempts": 2, "base_ms": 1, "max_ms": 1}}
    with scripted() as server, unreachable() as nowhere, driver_of(language, api, generated) as driver:
        driver.config(base_url=server.url, **settings)
        driver.ask(played(DATA["timeouts"][0], server, tmp_path)[1])  # what is compiled while it runs, is
        for vectors in rounds(DATA["timeouts"]):
            driver.config(base_url=nowhere if vectors[0]["replies"] is None else server.url, **settings)
            plays = [played(vector, server, tmp_path) for vector in vectors]
            answers = driver.ask_all(call for _, call in plays)
            for vector, (script, _), answer in zip(vectors, plays, answers, strict=True):
                found = differences(vector, answer.body, script)
                if found:
                    wrong.append(f"{vector['id']}: {found}; the answer was {json.dumps(answer.body)[:400]}")
    assert not wrong, f"{len(wrong)} of {len(DATA['timeouts'])}:\n" + "\n".join(wrong)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_an_error_finds_that_offers_to_look(language: str, api: Api, generated: Path, tmp_path: Path) -> None:
    wrong = []
    with scripted() as server, driver_of(language, api, generated) as driver:
        driver.config(base_url=server.url, **SETTINGS)
        for vector in DATA["looks"]:
            script, call = played(vector | {"look": True}, server, tmp_path)
            answer = driver.ask(call).body
            found = differences(vector, answer, script)
            if found:
                wrong.append(f"{vector['id']}: {found}; the answer was {json.dumps(answer)[:400]}")
    assert not wrong, f"{len(wrong)} of {len(DATA['looks'])}:\n" + "\n".join(wrong)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_clock_of_the_server_tells(language: str, api: Api, generated: Path, tmp_path: Path) -> None:
    wrong = []
    with scripted() as server, driver_of(language, api, generated) as driver:
        for vector in DATA["clocks"]:
            driver.config(base_url=server.url, **SETTINGS | {"clock": vector.get("clock")})
            script, call = played(vector, server, tmp_path)
            answer = driver.ask(call).body
            if "skew" in vector:
                told = (answer.get("value") or {}).get("skew_seconds")
                found = "" if told is not None and abs(told - vector["skew"]) <= 2 else f"expected {vector['skew']} s"
            else:
                found = differences(vector, answer, script)
            if found:
                wrong.append(f"{vector['id']}: {found}; the answer was {json.dumps(answer)[:400]}")
    assert not wrong, f"{len(wrong)} of {len(DATA['clocks'])}:\n" + "\n".join(wrong)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_settings_change(language: str, api: Api, generated: Path, tmp_path: Path) -> None:
    wrong = []
    with scripted() as server, driver_of(language, api, generated) as driver:
        for vector in DATA["settings"]:
            config = SETTINGS | {"base_url": "{url}"} | vector.get("config", {})
            config["base_url"] = config["base_url"].replace("{url}", server.url)
            driver.config(**{name: value for name, value in config.items() if value is not None})
            script, call = played(vector, server, tmp_path)
            answer = driver.ask(call).body
            found = differences(vector, answer, script) or unlike(vector, script.headers)
            if not found and vector.get("hidden", "\0") in json.dumps(answer):
                found = "a secret is shown"
            if found:
                wrong.append(f"{vector['id']}: {found}; the answer was {json.dumps(answer)[:400]}")
    assert not wrong, f"{len(wrong)} of {len(DATA['settings'])}:\n" + "\n".join(wrong)


def unlike(vector: dict[str, Any], headers: list[dict[str, str]]) -> str:
    """What is wrong with the headers of the requests; empty when all is well."""
    for name, value in vector.get("sent", {}).items():
        if any(one.get(name) != value or name not in one["authorization"] for one in headers):
            return f"{name} was not sent and signed: {headers}"
    name = vector.get("differ")
    if name and len({one[name] for one in headers}) < len(headers):
        return f"{name} of all requests: {[one[name] for one in headers]}"
    return ""


def test_every_call_fits_the_schema_of_the_protocol(tmp_path: Path) -> None:
    command = validator("command")
    vectors = [
        *DATA["vectors"],
        *DATA["cancelled"],
        *DATA["timeouts"],
        *DATA["looks"],
        *DATA["clocks"],
        *DATA["settings"],
    ]
    calls = [played(vector, Scripted(), tmp_path)[1] | {"seq": 1} for vector in vectors]
    assert [error.message for call in calls for error in command.iter_errors(call)] == []
    assert len({vector["id"] for vector in vectors}) == len(vectors) > 100
    broken = [{"on": "later"}, {"nth": 1}, {"on": "page", "nth": 0}, {"on": "start", "when": 1}]
    assert all(list(command.iter_errors(calls[0] | {"cancel": cancel})) for cancel in broken)


def rounds(vectors: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Vectors that may be played at the same time: those with a journal go on where the one before them ended."""
    unreached = [vector for vector in vectors if vector["replies"] is None]
    journaled = [vector for vector in vectors if "journal" in vector["args"]]
    return [[vector for vector in vectors if vector not in unreached + journaled], unreached, *([v] for v in journaled)]


def played(
    vector: dict[str, Any], server: Scripted, folder: Path, elsewhere: str = ""
) -> tuple[Script, dict[str, Any]]:
    """The script of a vector, in its place, and its call."""
    text = NOW.sub(_later, json.dumps(vector["replies"] or []).replace("{elsewhere}", elsewhere))
    replies = json.loads(text)
    script = server.scripts[vector["id"]] = Script(replies)
    args = json.loads(json.dumps(vector["args"]).replace("{folder}", str(folder)))
    call = {"cmd": "call", "case": vector["id"], "op": vector["op"], "args": args}
    if "look" in vector:
        call["look"] = True
        server.scripts[""] = script  # a look is a call of its own, without the case's header
    return script, call | ({"cancel": vector["cancel"]} if "cancel" in vector else {})


def _later(seconds: re.Match[str]) -> str:
    return formatdate(time.time() + int(seconds[1]), usegmt=True)
