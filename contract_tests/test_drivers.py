"""Every driver: calls in flight side by side, crashes of the others, and the command that starts one by hand."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from drivers import LANGUAGES, driver_of
from sqlacc_codegen.api_json import spec_sha256
from sqlacc_codegen.ir import Api
from sqlacc_contract.conversation import operations
from sqlacc_contract.house import House


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_calls_in_flight_do_not_mix(language: str, api: Api, generated: Path) -> None:
    with House(api) as house, driver_of(language, api, generated) as driver:
        house.renew({})
        driver.config(**house.settings.message())
        codes = [row["code"] for row in api.demo["objects"]["customer"]] * 8
        calls = [
            {"cmd": "call", "case": f"c{n}", "op": "customers.get", "args": {"key": code}}
            for n, code in enumerate(codes)
        ]
        answers = driver.ask_all(calls)
        assert [a.body["value"]["code"] for a in answers] == codes
        for n, code in enumerate(codes):
            assert [x.target for x in house.tap.take(f"c{n}")] == [f"/customer/{code}"]
        assert driver.leftover() == []


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unknown_command_is_a_usage_error(language: str, api: Api, generated: Path) -> None:
    with driver_of(language, api, generated) as driver:
        driver.config(base_url="http://127.0.0.1:9", access_key="a", secret_key="s")
        for message in (
            {"cmd": "dance"},
            {"cmd": "call", "op": "agents.dance", "args": {}},
            {"cmd": "call", "op": "dances.list", "args": {}},
        ):
            assert driver.ask(message).body["client_error"]["kind"] == "usage", message


def test_the_command_starts_a_driver(api: Api, generated: Path) -> None:
    start = {"cmd": "start", "seq": 1, "protocol": 1, "spec_sha256": spec_sha256(api)}
    command = [sys.executable, "-m", "sqlacc_codegen.cli", "driver", "python", "--generated", str(generated)]
    done = subprocess.run(command, input=json.dumps(start) + "\n", capture_output=True, text=True, check=True)
    about = json.loads(done.stdout)["ok"]
    assert set(operations(api)) <= set(about["operations"])


@pytest.mark.parametrize(("name", "words"), [("cobol", "no language 'cobol'"), ("pyton", "python")])
def test_an_unknown_language_is_told(name: str, words: str) -> None:
    command = [sys.executable, "-m", "sqlacc_codegen.cli", "driver", name]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert words in done.stderr
