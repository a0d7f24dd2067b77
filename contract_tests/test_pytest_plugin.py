"""The pytest plugin as an integrator meets it: their tests in a folder of their own, run by their pytest.

A pytest of its own takes seconds to start, so each of these runs holds many tests.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sqlacc_contract.recordings.cassette import load

pytest_plugins = ["pytester"]
pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
HEAD = f"""
import os, subprocess, sys
import pytest
sys.path.insert(0, {str(ROOT / "generated" / "python")!r})
import sqlacc_client
from sqlacc_client import Client

def client(served):
    return Client(access_key=served.access_key, secret_key=served.secret_key, base_url=served.url)
"""
INI = "[pytest]\nfilterwarnings = error\naddopts = --strict-markers -rA -p no:cacheprovider\n"


@pytest.fixture
def folder(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """An empty project. Warnings are errors there, and marks have to be known."""
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("SQLACC_SPEC", str(ROOT / "spec"))
    pytester.makeini(INI)
    return pytester


def run(folder: pytest.Pytester, *options: str, **modules: str) -> tuple[dict[str, int], str]:
    """What became of the tests of these modules, and what was told."""
    folder.makepyfile(**{name: HEAD + text for name, text in modules.items()})
    result = folder.runpytest_subprocess(*options)
    return result.parseoutcomes(), "\n".join([*result.outlines, *result.errlines])


SANDBOX = """
def test_one(sqlacc_sandbox):
    with client(sqlacc_sandbox) as api:
        before = len(list(api.agents.iterate()))
        api.agents.create({"code": "NEW", "description": "Ann"})
        assert len(list(api.agents.iterate())) == before + 1 > 1
    assert [one.status for one in sqlacc_sandbox.requests("POST", "/agent")] == [200]
    sqlacc_sandbox.faults({"kind": "status", "status": 500, "times": 0})
    sqlacc_sandbox.clock("2026-01-15T08:00:00Z")

def test_the_next_knows_nothing_of_it(sqlacc_sandbox):
    assert sqlacc_sandbox.requests() == []
    with client(sqlacc_sandbox) as api:
        assert api.agents.find(code="NEW") is None

@pytest.mark.parametrize("n", range(3))
def test_who_has_it(sqlacc_sandbox, n):
    assert sqlacc_sandbox.env["SQLACC_BASE_URL"] == sqlacc_sandbox.url
    assert repr(sqlacc_sandbox) == f"<Running {sqlacc_sandbox.url}>"

@pytest.mark.sqlacc(demo=False)
def test_an_empty_one(sqlacc_sandbox):
    with client(sqlacc_sandbox) as api:
        assert list(api.customers.iterate()) == []

def test_a_program_in_any_language_is_told_by_its_environment(sqlacc_sandbox):
    command = [sys.executable, "-m", "sqlacc_codegen.cli", "call", "agent", "list", "--limit", "1"]
    environment = os.environ | sqlacc_sandbox.env
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(sqlacc_sandbox.requests("GET", "/agent")) == 1
"""
MARKS = """
pytestmark = pytest.mark.sqlacc(readings={"get_envelope": "top_level", "not_found": "404"})

def status(served):
    with client(served) as api, pytest.raises(sqlacc_client.NotFoundError) as told:
        api.agents.get("NOBODY")
    return told.value.status

@pytest.mark.sqlacc(readings={"not_found": "400"}, faults=[{"kind": "status", "status": 501, "path": "/customer*"}])
class TestNear:
    def test_the_nearest_mark_wins_and_the_others_stay(self, sqlacc_sandbox):
        assert dict(sqlacc_sandbox.sandbox.readings)["get_envelope"] == "top_level"
        assert status(sqlacc_sandbox) == 400
        with client(sqlacc_sandbox) as api, pytest.raises(sqlacc_client.ServerError):
            api.customers.list()

def test_far(sqlacc_sandbox):
    assert status(sqlacc_sandbox) == 404
    sqlacc_sandbox.readings(not_found="400")
    assert status(sqlacc_sandbox) == 400
    assert dict(sqlacc_sandbox.sandbox.readings)["get_envelope"] == "top_level"

@pytest.mark.sqlacc(now="2026-01-15T08:00:00Z")
def test_the_clock_stands(sqlacc_sandbox):
    with client(sqlacc_sandbox) as api:
        with pytest.raises(sqlacc_client.ClockSkewError):
            api.agents.list()
        sqlacc_sandbox.clock(None)
        api.agents.list()
"""


def test_each_test_gets_a_sandbox_as_new(folder: pytest.Pytester) -> None:
    readme = (ROOT / "contract_tests" / "README.md").read_text("utf-8").partition("```python\n")[2].partition("```")[0]
    told, text = run(folder, test_sandbox=SANDBOX, test_marks=MARKS, test_readme=readme)
    assert told == {"passed": 13}, text


def test_a_worker_of_xdist_has_a_sandbox_of_its_own(folder: pytest.Pytester) -> None:
    told, text = run(folder, "-n1", test_marks=MARKS)
    assert told == {"passed": 3}, text


TAPE = ROOT / "contract_tests" / "cassettes" / "sandbox" / "agent" / "create-minimum.yaml"
PLAYED = """
CODE, NAME = %r
@pytest.mark.sqlacc(cassette="sandbox/agent/create-minimum")
@pytest.mark.parametrize(("sent", "then"), [(NAME, CODE), (NAME, ""), ("Else", ""), (NAME, "NOBODY")],
    ids=["played", "unplayed", "changed", "unknown"])
def test_tape(sqlacc_cassette, sent, then):
    with client(sqlacc_cassette) as api:
        made = api.agents.create({"code": CODE, "description": sent})
        assert made.description == NAME
        if then:
            api.agents.get(then)

@pytest.mark.sqlacc(cassette=["mine", "sandbox/agent/list-*"], unplayed=True)
def test_one_beside_the_test_and_several_at_once(sqlacc_cassette):
    with client(sqlacc_cassette) as api:
        assert api.agents.get(CODE).code == CODE
        assert len(api.agents.list().records) > 1
"""


def test_a_recording_is_replayed_strictly(folder: pytest.Pytester) -> None:
    (folder.path / "cassettes").mkdir()
    shutil.copy(TAPE, folder.path / "cassettes" / "mine.yaml")
    made = load(TAPE).calls[0].args["record"]
    told, text = run(folder, test_played=PLAYED % ((made["code"], made["description"]),))
    assert told == {"passed": 3, "failed": 2, "errors": 3}, text
    assert re.search(r"PASSED .*test_tape\[played\]", text)
    assert re.search(r"PASSED .*several_at_once", text)
    for name, words in {
        "unplayed": f"GET /agent/{made['code']} was recorded and never asked for",
        "changed": f'body description: expected "{made["description"]}", received "Else"',
        "unknown": "GET /agent/NOBODY was not recorded",
    }.items():
        assert re.search(rf"ERROR .*test_tape\[{name}\]", text)
        assert words in text


WRONG = {
    "reading={}": "has no 'reading'",
    "readings={'no_such': '1'}": "no_such",
    "readings={'not_found': '999'}": "999",
    "readings=['not_found']": "takes readings as a mapping",
    "faults=[{'kind': 'no such kind'}]": "a fault needs a kind",
    "now='yesterday'": "yesterday",
    "now=7": "now must be a moment",
    "spec='/no/such/place'": "/no/such/place",
    "'positional'": "takes names only",
}
NO_TAPE = {
    "": "needs @pytest.mark.sqlacc",
    "cassette=7": "needs @pytest.mark.sqlacc",
    "cassette='sandbox/agent/create-minimun'": "no cassette 'sandbox/agent/create-minimun'",
    "cassette='no*such'": r"no cassette 'no\*such'",
    "cassette='broken.yaml'": "broken.yaml: no YAML",
}


def test_what_is_wrong_with_a_mark_is_told_in_a_line(folder: pytest.Pytester) -> None:
    (folder.path / "broken.yaml").write_text("x: [")
    tests = [
        f"@pytest.mark.sqlacc({mark})\ndef test_{number}(sqlacc_{fixture}): pass\n"
        for fixture, marks in (("sandbox", WRONG), ("cassette", NO_TAPE))
        for number, mark in enumerate(marks, len(WRONG) if fixture == "cassette" else 0)
    ]
    told, text = run(folder, test_wrong="\n".join(tests))
    assert told == {"errors": len(tests)}, text
    for number, words in enumerate([*WRONG.values(), *NO_TAPE.values()]):
        assert re.search(rf"^ERROR test_wrong.py::test_{number} - Failed: .*{words}", text, re.M), (words, text)
    assert "fixtures.py" not in text


def test_who_does_not_ask_for_it_pays_nothing() -> None:
    """The plugin is loaded by every pytest of the environment."""
    heavy = (
        "yaml",
        "uvicorn",
        "jsonschema",
        "rich",
        "requests",
        "sqlacc_codegen",
        "sqlacc_contract.fixtures",
        "sqlite3",
    )
    code = f"import sqlacc_contract.pytest_plugin, sys; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_mark_is_described(pytestconfig: pytest.Config) -> None:
    assert any(line.startswith("sqlacc(readings={}") for line in pytestconfig.getini("markers"))
