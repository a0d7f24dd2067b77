"""What every client does with the same answers: repeats, pauses, errors, redirects, pages (behaviour_vectors.json)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from behaviour import Script, scripted
from drivers import LANGUAGES, driver_of
from sqlacc_codegen.ir import Api

DATA = json.loads(Path(__file__).with_name("behaviour_vectors.json").read_text("utf-8"))
SETTINGS = {
    "access_key": "K",
    "secret_key": "S",
    "clock": "2026-01-15T00:00:00Z",
    "retry": {"attempts": 4, "base_ms": 400, "max_ms": 20000},
}


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_answers_the_same_behaviour(language: str, api: Api, generated: Path) -> None:
    wrong = []
    with scripted() as server, scripted() as elsewhere, driver_of(language, api, generated) as driver:
        driver.config(base_url=server.url, **SETTINGS)
        for vector in DATA["vectors"]:
            text = json.dumps(vector["replies"]).replace("{elsewhere}", elsewhere.url)
            script = server.scripts[vector["id"]] = Script(json.loads(text))
            call = {"cmd": "call", "case": vector["id"], "op": vector["op"], "args": vector["args"]}
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
    elif "counter" in vector:
        if (answer.get("value") or {}).get("updatecount") != vector["counter"]:
            return f"expected the counter {vector['counter']}"
    elif "value" not in answer or answer["value"] != vector["value"]:
        return f"expected {vector['value']}"
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
            script = server.scripts[vector["id"]] = Script(
                rows=vector["rows"], ignores=tuple(vector.get("ignores", ()))
            )
            args = vector.get("args", {})
            answer = driver.ask({"cmd": "call", "case": vector["id"], "op": "agents.iterate", "args": args}).body
            codes = [record["code"] for record in answer.get("value", {}).get("records", [])]
            kind = answer.get("client_error", {}).get("kind")
            good = (
                kind == vector["error"] if "error" in vector else codes == [f"A{n}" for n in range(vector["records"])]
            )
            if not good or len(script.asked) != vector.get("requests", len(script.asked)) or len(script.asked) > 8:
                wrong.append(f"{vector['id']}: {len(codes)} records, {kind}, {len(script.asked)} requests")
    assert not wrong, f"{len(wrong)} of {len(DATA['pages'])}:\n" + "\n".join(wrong)
