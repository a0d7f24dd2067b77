"""`sqlacc sandbox` as people start it: ready line, signals, options, and what it says when something is wrong."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner
from requests_aws4auth import AWS4Auth

from sqlacc_contract.sandbox import DEMO_ACCESS_KEY, DEMO_SECRET_KEY
from sqlacc_contract.sandbox.command import sandbox

pytestmark = pytest.mark.slow  # a process each
SPEC = Path(__file__).resolve().parent.parent / "spec"
COMMAND = [sys.executable, "-m", "sqlacc_contract.sandbox", "--spec", str(SPEC)]


def start(*arguments: str, **environment: str) -> tuple[subprocess.Popen[str], str]:
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )
    assert process.stdout is not None
    ready = process.stdout.readline()
    assert ready.startswith("ready http://"), ready
    return process, ready.split()[1]


def end(process: subprocess.Popen[str], number: int = signal.SIGTERM) -> tuple[int, str, str]:
    process.send_signal(number)
    out, error = process.communicate(timeout=20)
    return process.returncode, out, error


def version(url: str, access: str = DEMO_ACCESS_KEY, secret: str = DEMO_SECRET_KEY) -> requests.Response:
    return requests.get(url + "/version", auth=AWS4Auth(access, secret, "ap-southeast-5", "sqlaccount"), timeout=10)


def refused(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(sandbox, ["--spec", str(SPEC), *arguments])
    assert isinstance(done.exception, SystemExit), done.exception
    assert done.stdout == ""
    return done.exit_code, done.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_a_signal_and_ends_quietly(number: int) -> None:
    process, url = start()
    assert version(url).json()["sandbox"] is True
    with socket.create_connection(("127.0.0.1", int(url.rsplit(":", 1)[1]))) as idle:
        started = time.monotonic()
        code, out, error = end(process, number)
        assert idle.recv(10) == b""
    assert code == 0
    assert time.monotonic() - started < 8
    assert out == ""
    assert DEMO_ACCESS_KEY in error
    assert "Traceback" not in error


def test_own_keys_never_show(tmp_path: Path) -> None:
    file = tmp_path / "x.db"
    access, secret = "my.sql.my/ME", "my-own-secret"
    process, url = start("--access-key", access, "--secret-key", secret, "--db", str(file), "--host", "127.0.0.1")
    assert version(url, access, secret).status_code == 200
    wrong = version(url, access, "not-my-secret")
    assert wrong.status_code == 401
    told = (
        wrong.text
        + requests.get(url + "/sandbox", timeout=10).text
        + requests.get(url + "/sandbox/log", timeout=10).text
    )
    code, out, error = end(process)
    assert code == 0
    assert secret not in out + error + told
    assert secret.encode() not in file.read_bytes()


def test_keys_may_come_from_the_environment() -> None:
    process, url = start(SQLACC_SANDBOX_ACCESS_KEY="env.sql.my/ME", SQLACC_SANDBOX_SECRET_KEY="env-secret")
    assert version(url, "env.sql.my/ME", "env-secret").status_code == 200
    _, out, error = end(process)
    assert "env-secret" not in out + error


def test_readings_faults_and_empty() -> None:
    process, url = start("--reading", "not_found=404", "--fault", "rate_limit,retry_after=7,times=1", "--empty")
    about = requests.get(url + "/sandbox", timeout=10).json()
    assert about["readings"]["not_found"] == "404"
    assert set(about["records"].values()) == {0}
    limited = version(url)
    assert (limited.status_code, limited.headers["Retry-After"]) == (429, "7")
    assert version(url).status_code == 200
    end(process)


def test_wrong_use_is_told_with_exit_code_2() -> None:
    for arguments, words in (
        (["--reading", "no_such=1"], "not_found"),
        (["--reading", "not_found"], "NAME=VALUE"),
        (["--reading", "not_found=418"], "404"),
        (["--fault", "flood"], "rate_limit"),
        (["--fault", "status,status=x"], "status"),
        (["--access-key", "x"], "belong together"),
        (["--port", "99999"], "--port"),
        (["--no-such"], "--no-such"),
    ):
        code, error = refused(*arguments)
        assert code == 2, error
        assert words in error


def test_what_cannot_be_done_is_told_with_exit_code_1(tmp_path: Path) -> None:
    broken = tmp_path / "spec"
    broken.mkdir()
    (broken / "api.yaml").write_text("version: [\n")
    other = tmp_path / "other.db"
    other.write_bytes(b"no database, but some text that is long enough")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for arguments, words in (
            (["--port", port], f"port {port}"),
            (["--host", "192.0.2.1"], "192.0.2.1"),
            (["--host", "no.such.host.invalid"], "no.such.host.invalid"),
            (["--db", str(tmp_path / "no" / "x.db")], "unable to open"),
            (["--db", str(other)], "not a database"),
            (["--spec", str(broken)], "api.yaml"),
        ):
            code, error = refused(*arguments)
            assert code == 1, error
            assert words in error
