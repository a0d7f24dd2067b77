"""`sqlacc init`, `doctor` and `new` from outside: what they say, what they write, and that no key is ever shown."""

from __future__ import annotations

import json
import os
import pty
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from sqlacc_codegen.cli import main
from sqlacc_codegen.ir import Api
from sqlacc_contract.first.profile_file import NoProfileFileError, sections, with_profile
from sqlacc_contract.first.reach import reach
from sqlacc_contract.sandbox import DEMO_ACCESS_KEY, DEMO_SECRET_KEY, Sandbox

FORM = "0123456789abcdef0123456789abcdef.sql.my/APIUSER"
SETTINGS = {"access_key": FORM, "secret_key": "s3cret=;#%x"}


@pytest.fixture
def sandbox(api: Api) -> Iterator[Sandbox]:
    with Sandbox.serve(api) as served:
        yield served


def sqlacc(*arguments: object, stdin: str = "", **variables: str | None) -> Result:
    cleared: dict[str, str | None] = {name: None for name in os.environ if name.startswith("SQLACC_")}
    cleared |= {name: None for name in os.environ if name.lower().endswith("_proxy")}
    done = CliRunner().invoke(main, [str(a) for a in arguments], input=stdin, env={**cleared, **variables})
    assert DEMO_SECRET_KEY not in done.output
    assert "Traceback" not in done.output
    return done


# --- the profiles file ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# mine\n",
        "[other]\naccess_key = a\nsecret_key = b ; not a comment\n",
        "[other]\r\naccess_key = a\r\n\r\n; end\r\n",
        "\n\n[other]\naccess_key: a\n  b\n",
        "[démo]\naccess_key = a\n",
    ],
)
def test_a_profile_is_added_behind_what_is_there(text: str) -> None:
    made = with_profile(text, "demo", SETTINGS)
    assert made.startswith(text.rstrip())
    assert sections(made) == sections(text) | {"demo": SETTINGS}
    assert with_profile(made, "demo", SETTINGS) == made


def test_a_profile_is_changed_where_it_stands() -> None:
    text = "[a]\nx = 1\n\n[demo]\n; the shop's\nSecret_Key = old\n  went on\nregion = r\n# kept\n\n[b]\ny = 2\n"
    made = with_profile(text, "demo", SETTINGS)
    assert made == (
        "[a]\nx = 1\n\n[demo]\n; the shop's\nsecret_key = s3cret=;#%x\nregion = r\n# kept\n"
        f"access_key = {FORM}\n\n[b]\ny = 2\n"
    )


@pytest.mark.parametrize(
    ("text", "name", "settings"),
    [
        ("[demo]\n[demo]\n", "demo", SETTINGS),
        ("no section\n", "demo", SETTINGS),
        ("", "demo", {"secret_key": "two\nlines"}),
        ("", "demo", {"secret_key": " spaces "}),
        ("", "a]b\n", SETTINGS),
    ],
)
def test_what_cannot_be_kept_is_refused(text: str, name: str, settings: dict[str, str]) -> None:
    with pytest.raises(NoProfileFileError):
        with_profile(text, name, settings)


# --- init ----------------------------------------------------------------------------------------------------------


def test_init_tries_the_keys_and_writes_for_the_owner_alone(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "new" / "profiles.ini"
    keys = {"SQLACC_SECRET_KEY": DEMO_SECRET_KEY, "SQLACC_PROFILES": str(path)}
    done = sqlacc("init", "--profile", "here", "--access-key", DEMO_ACCESS_KEY, "--base-url", sandbox.url, **keys)
    assert done.exit_code == 0, done.output
    assert "keys accepted" in done.stderr
    assert done.stdout.count("\nsqlacc ") == 3
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert sections(path.read_text())["here"]["base_url"] == sandbox.url
    assert sqlacc("ping", "--profile", "here", SQLACC_PROFILES=str(path)).exit_code == 0
    assert [p.name for p in path.parent.iterdir()] == ["profiles.ini"]


def test_init_with_keys_that_do_not_work_writes_nothing(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "profiles.ini"
    given = ["init", "--file", path, "--access-key", DEMO_ACCESS_KEY, "--base-url", sandbox.url, "--secret-stdin"]
    done = sqlacc(*given, stdin="wrong-secret\n")
    assert (done.exit_code, path.exists()) == (1, False)
    assert "authentication: " in done.stderr
    assert "wrong-secret" not in done.output
    assert sqlacc(*given, "--no-check", stdin="wrong-secret\n").exit_code == 0
    assert path.exists()


def test_init_keeps_a_link_a_neighbour_and_the_old_profile(tmp_path: Path) -> None:
    real, link = tmp_path / "real.ini", tmp_path / "profiles.ini"
    real.write_text("\ufeff# mine\n[demo]\naccess_key = old\nsecret_key = old\n", "utf-8")
    real.chmod(0o644)
    link.symlink_to(real)
    given = ["init", "--file", link, "--access-key", FORM, "--secret-stdin", "--no-check"]
    refused = sqlacc(*given, stdin="s")
    assert (refused.exit_code, "--replace" in refused.stderr) == (2, True)
    shown = sqlacc(*given, "--replace", "--dry-run", stdin="s3cret")
    assert (shown.exit_code, "s3cret" in shown.output, FORM in shown.output) == (0, False, False)
    assert "old" in real.read_text()
    assert sqlacc(*given, "--replace", stdin="s3cret\n").exit_code == 0
    assert link.is_symlink()
    assert real.read_text() == f"# mine\n[demo]\naccess_key = {FORM}\nsecret_key = s3cret\n"
    assert stat.S_IMODE(real.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "no access key: give --access-key, or set SQLACC_ACCESS_KEY"),
        (["--access-key", FORM], "no secret key: pipe it in with --secret-stdin, or set SQLACC_SECRET_KEY"),
        (["--access-key", FORM, "--secret-stdin"], "no secret key"),
        (["--profile", "a]b"], "is no name for a profile"),
        (["--profile", ""], "is no name for a profile"),
        (["--secret-key", "x"], "No such option"),
    ],
)
def test_init_without_a_terminal_says_what_is_missing(arguments: list[str], told: str, tmp_path: Path) -> None:
    done = sqlacc("init", "--file", tmp_path / "p.ini", *arguments)
    assert done.exit_code == 2
    assert told in " ".join(done.stderr.split())
    assert not (tmp_path / "p.ini").exists()


def test_init_at_a_terminal_asks_and_does_not_show_the_secret(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "profiles.ini"
    leader, follower = pty.openpty()
    env = {name: text for name, text in os.environ.items() if not name.startswith("SQLACC_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "sqlacc_codegen.cli", "init", "--file", str(path), "--base-url", sandbox.url],
        stdin=follower,
        stdout=follower,
        stderr=follower,
        env=env,
        start_new_session=True,
        cwd=Path(__file__).parent.parent,
    )
    os.close(follower)
    seen = b""
    for question, answer in (
        (b"Name of the profile", "shop"),
        (b"Access key", DEMO_ACCESS_KEY),
        (b"Secret key", DEMO_SECRET_KEY),
    ):
        end = time.monotonic() + 30
        while question not in seen and time.monotonic() < end:
            seen += os.read(leader, 4096)
        time.sleep(0.1)  # the question is there before the answer is hidden
        os.write(leader, answer.encode() + b"\n")
    while chunk := _read(leader):
        seen += chunk
    assert process.wait(30) == 0, seen
    assert DEMO_SECRET_KEY.encode() not in seen
    assert sections(path.read_text())["shop"]["access_key"] == DEMO_ACCESS_KEY


def _read(leader: int) -> bytes:
    try:
        return os.read(leader, 4096)
    except OSError:  # the other end is closed
        return b""


# --- doctor --------------------------------------------------------------------------------------------------------


def doctor(*arguments: object, **variables: str) -> dict[str, dict[str, Any]]:
    done = sqlacc("doctor", "--json", *arguments, **variables)
    found = json.loads(done.stdout)
    assert done.exit_code == int(any(finding["state"] == "bad" for finding in found)), found
    assert all(finding["todo"] for finding in found if finding["state"] == "bad")
    return {finding["check"]: finding for finding in found}


@pytest.fixture
def nobody(tmp_path: Path) -> str:
    """A profiles file that is not there."""
    return str(tmp_path / "none.ini")


def test_doctor_over_a_sandbox_has_nothing_to_mend(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "profiles.ini"
    settings = {"access_key": DEMO_ACCESS_KEY, "secret_key": DEMO_SECRET_KEY, "base_url": sandbox.url}
    path.write_text(with_profile("", "here", settings))
    path.chmod(0o600)
    found = doctor("--profile", "here", SQLACC_PROFILES=str(path))
    assert {found[check]["state"] for check in ("sqlacc", "specs", "reach", "clock", "keys at the server")} == {"good"}
    assert not [finding for finding in found.values() if finding["state"] == "bad"]
    told = sqlacc("doctor", "--profile", "here", "--offline", SQLACC_PROFILES=str(path)).stdout
    assert "nothing has to be mended" in told


@pytest.mark.slow
@pytest.mark.parametrize(
    ("access_key", "secret_key", "told"),
    [
        ("secret", FORM, "exchange the two"),
        (FORM, FORM, "exchange the two"),
        (f'"{FORM}"', "s3cret", "leave the marks around it away"),
        (FORM, "...", "API Secret Key"),
        (FORM, "", "API Secret Key"),
        (FORM, "\u20ac", "API Secret Key"),
    ],
)
def test_doctor_sees_keys_that_cannot_be_right(access_key: str, secret_key: str, told: str, nobody: str) -> None:
    keys = {"SQLACC_ACCESS_KEY": access_key, "SQLACC_SECRET_KEY": secret_key, "SQLACC_PROFILES": nobody}
    found = doctor("--offline", **keys)
    assert found["keys"]["state"] == "bad"
    assert told in found["keys"]["todo"]
    assert FORM not in json.dumps(found)


def test_doctor_sees_an_open_file_a_missing_profile_and_no_ini(tmp_path: Path) -> None:
    path = tmp_path / "profiles.ini"
    path.write_text("[demo]\naccess_key = a\nsecret_key = b\n")
    path.chmod(0o640)
    found = doctor("--offline", "--profile", "other", SQLACC_PROFILES=str(path))
    assert found["profiles file"]["todo"] == f"chmod 600 {path}"
    assert found["keys"]["state"] == "bad"
    path.write_text("secret without a section\n")
    found = doctor("--offline", SQLACC_PROFILES=str(path))
    assert found["profiles file"]["state"] == "bad"
    assert "secret without" not in json.dumps(found)


@pytest.mark.slow
def test_doctor_sees_a_wrong_clock_and_refused_keys(sandbox: Sandbox, nobody: str) -> None:
    keys = {"SQLACC_ACCESS_KEY": DEMO_ACCESS_KEY, "SQLACC_BASE_URL": sandbox.url, "SQLACC_PROFILES": nobody}
    found = doctor(SQLACC_SECRET_KEY="other", **keys)
    assert found["keys at the server"]["found"].startswith("authentication: ")
    sandbox.set_clock(time.time() + 1000)
    found = doctor(SQLACC_SECRET_KEY=DEMO_SECRET_KEY, **keys)
    assert found["clock"]["state"] == "bad"
    assert "the server's clock is +" in found["clock"]["found"]


@pytest.mark.slow
def test_doctor_sees_what_is_in_the_way(nobody: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        found = doctor("--base-url", f"http://127.0.0.1:{port}", SQLACC_PROFILES=nobody)
    assert found["reach"]["todo"] == f"start it: sqlacc sandbox --port {port}"
    proxied = doctor(
        "--offline",
        "--base-url",
        "http://127.0.0.1:8080",
        SQLACC_PROFILES=nobody,
        HTTP_PROXY="http://user:pw@proxy.example:3128",
    )
    assert proxied["proxy"]["todo"] == "export NO_PROXY=127.0.0.1"
    assert "proxy.example:3128" in proxied["proxy"]["found"]
    assert "pw" not in proxied["proxy"]["found"]
    plain = doctor("--base-url", "http://books.invalid", SQLACC_PROFILES=nobody)
    assert plain["address"]["state"] == plain["reach"]["state"] == "bad"


@pytest.mark.parametrize("text", ["books.example", "https://", "http://[::1", "https://h:port", "ftp://h", ""])
def test_doctor_sees_what_is_no_address(text: str, api: Api) -> None:
    (finding,) = reach(api, text, None)
    assert (finding.check, finding.state) == ("address", "bad")


def test_doctor_names_the_command_for_a_missing_toolchain(nobody: str, tmp_path: Path) -> None:
    found = doctor("--offline", SQLACC_PROFILES=nobody, SQLACC_TOOLS=str(tmp_path))
    assert (found["C# client"]["state"], found["C# client"]["todo"]) == ("note", "./dev setup csharp")


# --- new -----------------------------------------------------------------------------------------------------------


def test_new_refuses_what_is_there_and_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "orders"
    listed = sqlacc("new", "gas", folder, "--dry-run")
    assert (listed.exit_code, folder.exists()) == (0, False)
    made = sqlacc("new", "gas", folder)
    assert made.exit_code == 0
    assert "node --test" in made.stdout
    files = sorted(str(path) for path in folder.rglob("*") if path.is_file())
    assert files == sorted(listed.stdout.splitlines())
    again = sqlacc("new", "gas", folder)
    assert (again.exit_code, "it is not empty" in again.stderr) == (2, True)
    assert list(tmp_path.iterdir()) == [folder]


def test_new_takes_an_empty_folder_and_knows_its_languages(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert sqlacc("new", "gas", empty).exit_code == 0
    assert (empty / "Sqlacc.gs").is_file()
    unknown = sqlacc("new", "pyhton", tmp_path / "x")
    assert (unknown.exit_code, 'did you mean "python"?' in unknown.stderr) == (2, True)
    file = tmp_path / "file"
    file.write_text("")
    assert sqlacc("new", "gas", file).exit_code == 2
