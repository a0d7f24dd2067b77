"""The driver program: one JSON object a line in and out, whatever else is printed."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

PACKAGE = Path(__file__).parents[3] / "generated" / "python"
CONFIG = {
    "cmd": "config",
    "access_key": "0123456789.sql.my/API",
    "secret_key": "a secret",
    "region": "ap-southeast-5",
    "service": "sqlaccount",
    "clock": "2026-01-15T10:00:00Z",
    "timeout_ms": 2000,
    "retry": {"attempts": 3, "base_ms": 100, "max_ms": 1000},
    "validate": True,
    "sleep": "virtual",
}


class Program:
    """The driver as a process."""

    def __init__(self) -> None:
        environment = {**os.environ, "PYTHONPATH": str(PACKAGE), "PYTHONDONTWRITEBYTECODE": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "sqlacc_client.driver"],
            cwd=PACKAGE,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def tell(self, *messages: Any) -> list[dict[str, Any]]:
        """Send commands, read as many answers, in order of seq."""
        assert self.process.stdin
        assert self.process.stdout
        for number, message in enumerate(messages):
            line = message if isinstance(message, bytes) else json.dumps({"seq": number, **message}).encode()
            self.process.stdin.write(line + b"\n")
        self.process.stdin.flush()
        answers = [json.loads(self.process.stdout.readline()) for _ in messages]
        return sorted(answers, key=lambda answer: answer.get("seq", -1))

    def value(self, message: dict[str, Any]) -> Any:
        (answer,) = self.tell(message)
        assert "value" in answer, answer
        return answer["value"]


@pytest.fixture(scope="module")
def program() -> Iterator[Program]:
    program = Program()
    yield program
    program.process.communicate(timeout=20)
    assert program.process.returncode == 0


@pytest.fixture
def configured(program: Program) -> Program:
    assert program.tell({**CONFIG, "base_url": "https://books.test"}) == [{"seq": 0, "ok": {}}]
    return program


def test_start_says_who_it_is(program: Program, real_api: Any) -> None:
    from sqlacc_codegen.api_json import spec_sha256

    (answer,) = program.tell({"cmd": "start", "protocol": 1, "spec_sha256": "0" * 64})
    about = answer["ok"]
    assert (about["protocol"], about["language"], about["spec_version"]) == (1, "python", real_api.version)
    assert about["spec_sha256"] == spec_sha256(real_api)
    assert {"sales_invoices.create", "workflows.settle_invoice", "client.ping"} <= set(about["operations"])
    assert len(about["operations"]) == len(set(about["operations"]))


@pytest.mark.parametrize("line", [b"{", b"[]", b"5", b'{"cmd":"dance","seq":0}', b'{"seq":0}', b"\xff"])
def test_what_is_no_command_is_told(program: Program, line: bytes) -> None:
    (answer,) = program.tell(line)
    assert answer["client_error"]["kind"] == "usage"


def test_build_gives_the_request(configured: Program) -> None:
    args = {"record": {"code": "A", "companyname": "ü", "creditlimit": {"$dec": "1.50"}, "udf_n": {"$int": str(2**60)}}}
    request = configured.value({"cmd": "build", "op": "customers.create", "args": args})
    assert (request["method"], request["target"]) == ("POST", "/customer")
    body = base64.b64decode(request["body_b64"]).decode()
    assert body == '{"code":"A","companyname":"ü","creditlimit":"1.50","udf_n":1152921504606846976}'
    headers = {name.lower(): value for name, value in request["headers"].items()}
    assert headers["x-amz-date"] == "20260115T100000Z"
    found = configured.value({"cmd": "build", "op": "customers.find", "args": {"where": {"code": "300*"}}})
    assert found["target"] == "/customer/*?code=300*"
    (refused,) = configured.tell({"cmd": "build", "op": "customers.create", "args": {"record": {"code": "x" * 99}}})
    assert refused["client_error"]["kind"] == "validation"
    assert refused["client_error"]["fields"] == ["code", "companyname"]


def test_sign_gives_the_steps(configured: Program) -> None:
    message = {
        "cmd": "sign",
        "method": "GET",
        "url": "https://books.test/salesinvoice/*?docno=1",
        "headers": {},
        "body_b64": "",
        "clock": "2026-01-31T23:59:59Z",
    }
    signed = configured.value(message)
    assert signed["canonical_request"].splitlines()[:3] == ["GET", "/salesinvoice/%2A", "docno=1"]
    assert signed["string_to_sign"].splitlines()[1] == "20260131T235959Z"
    assert signed["authorization"].startswith("AWS4-HMAC-SHA256 Credential=0123456789.sql.my/API/20260131/")


@pytest.mark.parametrize(
    ("op", "status", "body", "expected"),
    [
        (
            "sales_invoices.get",
            200,
            '{"data":[{"dockey":9007199254740993,"docdate":"2026-01-15","docamt":12.50,"docref1":"","udf_x":1.0}]}',
            {
                "dockey": {"$int": "9007199254740993"},
                "docdate": {"$date": "2026-01-15"},
                "docamt": {"$dec": "12.50"},
                "docref1": "",
                "udf_x": {"$dec": "1.0"},
            },
        ),
        ("customers.list", 200, '{"data":[]}', {"records": [], "offset": 0, "count": 0, "more": False}),
        ("customers.find", 400, '{"message":"not found"}', None),
        ("customers.delete", 204, "", None),
        ("client.raw", 200, "plain", {"status": 200, "text": "plain"}),
        (
            "sales_invoices.pdf",
            200,
            "%PDF-1\n%%EOF",
            {"$pdf": {"sha256": "1b0c1b1e7c1a5a9a", "len": 12}},
        ),
    ],
)
def test_parse_gives_the_value(configured: Program, op: str, status: int, body: str, expected: Any) -> None:
    response = {"status": status, "headers": {}, "body_b64": base64.b64encode(body.encode()).decode()}
    value = configured.value({"cmd": "parse", "op": op, "response": response})
    if "$pdf" in (expected or {}):
        import hashlib

        expected = {"$pdf": {"sha256": hashlib.sha256(body.encode()).hexdigest(), "len": len(body)}}
    assert value == expected


def test_parse_gives_the_error(configured: Program) -> None:
    body = base64.b64encode(b'{"message":"no","n":1.50}').decode()
    response = {"status": 401, "headers": {}, "body_b64": body}
    (answer,) = configured.tell({"cmd": "parse", "op": "agents.get", "response": response})
    error = {"kind": "authentication", "status": 401, "message": "no", "body": {"message": "no", "n": {"$dec": "1.50"}}}
    assert answer["api_error"] == error


def test_calls_run_at_the_same_time_and_tell_events(
    program: Program, serve: Callable[..., Any], answer: Callable[..., bytes]
) -> None:
    import threading

    gate = threading.Barrier(8, timeout=10)
    seen: list[str] = []

    def respond(request: Any, _: Any) -> bytes:
        seen.append(request.headers["x-case"])
        if request.target == "/agent/busy" and seen.count("busy") == 1:
            return answer(503)
        if request.target.startswith("/agent/wait"):
            gate.wait()
        return answer(200, json.dumps({"data": [{"code": request.target.rpartition("/")[2]}]}).encode())

    server = serve(respond)
    program.tell({**CONFIG, "base_url": server.url})
    calls = [{"cmd": "call", "case": f"c{n}", "op": "agents.get", "args": {"key": f"wait{n}"}} for n in range(8)]
    assert [found["value"]["code"] for found in program.tell(*calls)] == [f"wait{n}" for n in range(8)]
    (busy,) = program.tell({"cmd": "call", "case": "busy", "op": "agents.get", "args": {"key": "busy"}})
    assert [event["type"] for event in busy["events"]] == ["attempt", "sleep", "attempt"]
    assert busy["events"][0] == {"type": "attempt", "method": "GET", "target": "/agent/busy", "status": 503}
    assert busy["events"][1]["ms"] == 50
    assert sorted(seen) == sorted([f"c{n}" for n in range(8)] + ["busy", "busy"])


@pytest.mark.parametrize(
    ("op", "args"),
    [
        ("agents.dance", {}),
        ("nothing.get", {"key": "A"}),
        ("agents.get", {}),
        ("agents.get", {"key": "A", "nonsense": 1}),
        ("workflows.nothing", {}),
        ("agents.list", {"offset": -1}),
    ],
)
def test_wrong_calls_do_not_end_the_program(configured: Program, op: str, args: dict[str, Any]) -> None:
    (answer,) = configured.tell({"cmd": "call", "case": "c", "op": op, "args": args})
    assert answer["client_error"]["kind"] == "usage"
    assert answer["events"] == []


def test_prints_do_not_reach_the_protocol() -> None:
    program = Program()
    program.process.communicate(timeout=20)
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE), "PYTHONDONTWRITEBYTECODE": "1"}
    code = (
        "import os, sys, sqlacc_client.driver as d\n"
        "run = d.Driver.run\n"
        "def loud(self, input):\n"
        "    print('printed'); sys.stdout.write('written'); os.write(1, b'raw')\n"
        "    run(self, input)\n"
        "d.Driver.run = loud\n"
        "d.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], input=b'{"cmd":"config"}\n', env=environment, capture_output=True, check=True
    )
    (line,) = done.stdout.splitlines()
    assert json.loads(line)["client_error"]["kind"] == "usage"
    assert b"printed" in done.stderr
    assert b"raw" in done.stderr
