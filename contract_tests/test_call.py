"""`sqlacc call`, `sqlacc ping` and `sqlacc verify --against URL`, from the shell's side, on a sandbox that listens."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sqlacc_codegen.cli import main
from sqlacc_codegen.ir import Api
from sqlacc_contract.sandbox import DEMO_ACCESS_KEY, DEMO_SECRET_KEY, Sandbox

AGENT = '{"code": "NEW", "description": "Neu & Söhne", "isactive": true}'


@pytest.fixture
def sandbox(api: Api, generated: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Sandbox]:
    with Sandbox.serve(api) as found:
        monkeypatch.setenv("SQLACC_BASE_URL", found.url)
        monkeypatch.setenv("SQLACC_ACCESS_KEY", DEMO_ACCESS_KEY)
        monkeypatch.setenv("SQLACC_SECRET_KEY", DEMO_SECRET_KEY)
        monkeypatch.setenv("SQLACC_GENERATED", str(generated))
        monkeypatch.setenv("SQLACC_PROFILES", str(tmp_path / "profiles.ini"))
        monkeypatch.delenv("SQLACC_PROFILE", raising=False)
        yield found


def sqlacc(*arguments: str, stdin: str = "") -> Result:
    return CliRunner().invoke(main, arguments, input=stdin)


@pytest.mark.usefixtures("sandbox")
class TestRecords:
    def test_a_list_is_a_table(self) -> None:
        result = sqlacc("call", "customer", "list", "--where", "code=300-A*")
        assert result.exit_code == 0, result.output
        assert "300-A0001" in result.output
        assert "300-G0002" not in result.output
        assert "3 rows" in result.output

    def test_json_keeps_digits_as_text(self) -> None:
        result = sqlacc("call", "sales-invoices", "find", "--where", "docno=IV-00001", "--json")
        record = json.loads(result.output)
        assert record["docamt"] == "1080.00"
        assert record["docdate"] == "2026-01-10"
        assert record["sdsdocdetail"][0]["unitprice"].startswith("100.00")

    def test_a_record_shows_its_rows(self) -> None:
        result = sqlacc("call", "sales_invoice", "find", "--where", "docno=IV-00001")
        assert "sdsdocdetail" in result.output
        assert "INSTALL" in result.output

    def test_a_record_lives_and_goes(self, tmp_path: Path) -> None:
        file = tmp_path / "agent.json"
        file.write_text(AGENT, encoding="utf-8")
        assert sqlacc("call", "agent", "create", "--data", f"@{file}").exit_code == 0
        changed = sqlacc(
            "call", "agent", "update", "--key", "NEW", "--data", "@-", "--json", stdin='{"isactive": false}'
        )
        assert json.loads(changed.output) == {"code": "NEW", "description": "Neu & Söhne", "isactive": False}
        assert sqlacc("call", "agent", "delete", "--key", "NEW").output == "done\n"
        gone = sqlacc("call", "agent", "get", "--key", "NEW")
        assert gone.exit_code == 1
        assert "not_found" in gone.output
        assert "hint:" in gone.output

    def test_every_row_with_iterate(self) -> None:
        assert "4 rows" in sqlacc("call", "agent", "iterate", "--limit", "4").output

    def test_nothing_found(self) -> None:
        result = sqlacc("call", "agent", "find", "--where", "code=NOBODY")
        assert (result.exit_code, result.output) == (0, "nothing found\n")

    def test_a_pdf_goes_to_a_file(self, tmp_path: Path) -> None:
        key = json.loads(sqlacc("call", "sales_invoice", "list", "--limit", "1", "--json").output)[0]["dockey"]
        file = tmp_path / "invoice.pdf"
        assert sqlacc("call", "sales_invoice", "pdf", "--key", str(key), "-o", str(file)).exit_code == 0
        assert file.read_bytes().startswith(b"%PDF-")
        assert [path.name for path in tmp_path.iterdir()] == ["invoice.pdf"]

    def test_an_endpoint_known_by_path(self) -> None:
        assert "310-001" in sqlacc("call", "account", "get", "--key", "310-001").output

    def test_what_the_client_refuses_names_the_field(self) -> None:
        result = sqlacc("call", "sales_invoice", "create", "--data", '{"docdate": "2026-02-30"}')
        assert result.exit_code == 1
        assert "validation" in result.output
        assert "docdate" in result.output


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["frobs", "list"], "no object 'frobs'"),
        (["custmer", "list"], "customer"),
        (["agent", "explode"], "no operation 'explode'"),
        (["agent", "pdf", "--key", "A"], "no operation 'pdf'"),
        (["agent", "get"], "get needs --key"),
        (["agent", "list", "--key", "A"], "list takes no --key"),
        (["agent", "create"], "create needs --data"),
        (["agent", "create", "--data", "{"], "--data:"),
        (["agent", "create", "--data", "[1]"], "a JSON object is needed"),
        (["agent", "create", "--data", "@/no/such/file"], "--data:"),
        (["agent", "find"], "find needs --where"),
        (["agent", "list", "--where", "x"], "is not FIELD=VALUE"),
        (["sales_invoice", "get", "--key", "IV-1"], "a whole number"),
        (["sales_invoice", "get", "--key", "1", "--template", "x"], "--template goes with pdf"),
        (["account", "delete", "--key", "1"], "it has: list, get"),
    ],
)
@pytest.mark.usefixtures("sandbox")
def test_wrong_use_is_told(arguments: list[str], words: str) -> None:
    result = sqlacc("call", *arguments)
    assert result.exit_code == 2, result.output
    assert words in result.output


@pytest.mark.usefixtures("sandbox")
class TestKeys:
    def test_ping(self) -> None:
        result = sqlacc("ping")
        assert result.exit_code == 0, result.output
        assert "keys accepted" in result.output
        assert abs(json.loads(sqlacc("ping", "--json").output)["skew_seconds"]) < 5

    def test_wrong_keys_are_told_and_never_shown(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SQLACC_SECRET_KEY", "wrong-secret-key")
        result = sqlacc("ping")
        assert result.exit_code == 1
        assert "authentication" in result.output
        assert "wrong-secret-key" not in result.output
        assert DEMO_ACCESS_KEY not in result.output

    def test_no_keys(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("SQLACC_ACCESS_KEY")
        monkeypatch.delenv("SQLACC_SECRET_KEY")
        result = sqlacc("ping")
        assert result.exit_code == 1
        assert "SQLACC_ACCESS_KEY" in result.output

    def test_a_profile(self, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("SQLACC_BASE_URL")
        file = tmp_path / "profiles.ini"
        keys = f"access_key = {DEMO_ACCESS_KEY}\nsecret_key = {DEMO_SECRET_KEY}\nbase_url = {sandbox.url}\n"
        file.write_text(f"[shop]\n{keys}", encoding="utf-8")
        file.chmod(0o600)
        assert "profile shop: reached" in sqlacc("ping", "--profile", "shop").output
        file.chmod(0o644)
        result = sqlacc("ping", "--profile", "shop")
        assert result.exit_code == 1
        assert "chmod 600" in result.output
        assert DEMO_SECRET_KEY not in result.output

    def test_a_server_out_of_reach(self) -> None:
        result = sqlacc("ping", "--base-url", "http://127.0.0.1:9")
        assert result.exit_code == 1
        assert "connection" in result.output

    def test_a_missing_client_is_told(self, tmp_path: Path) -> None:
        command = [sys.executable, "-m", "sqlacc_codegen.cli", "ping"]
        environment = {"PATH": "/usr/bin:/bin", "SQLACC_GENERATED": str(tmp_path), "HOME": str(tmp_path)}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=tmp_path, check=False)
        assert done.returncode == 1
        assert "sqlacc generate --lang python" in done.stderr


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("curl"), reason="needs curl")
@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["customer", "list", "--where", "code=300-A*"], "300-A0001"),
        (["sales_invoice", "find", "--where", "docno=IV-00001"], "INSTALL"),
        (["agent", "create", "--data", AGENT], "NEW"),
        (["agent", "get", "--key", "SY"], "SY"),
    ],
)
@pytest.mark.usefixtures("sandbox")
def test_a_dry_run_is_a_curl_command_that_works(arguments: list[str], found: str) -> None:
    shown = sqlacc("call", *arguments, "--dry-run")
    assert shown.exit_code == 0, shown.output
    assert DEMO_SECRET_KEY not in shown.output
    assert DEMO_ACCESS_KEY not in shown.output
    assert "Signature" not in shown.output
    done = subprocess.run(["/bin/sh", "-c", shown.output], capture_output=True, text=True, check=False)
    assert found in done.stdout, done.stdout + done.stderr


def test_a_dry_run_sends_nothing(sandbox: Sandbox) -> None:
    assert sqlacc("call", "agent", "create", "--data", AGENT, "--dry-run").exit_code == 0
    assert sandbox.log.total == 0


# --- verify --against URL -----------------------------------------------------------------------------------------


def against(sandbox: Sandbox, *more: str) -> Result:
    only = ("--only", "agent/", "--only", "customer_payment/list")
    return sqlacc("verify", "--against", sandbox.url, "--lang", "python", *only, *more)


@pytest.mark.slow
def test_a_server_is_only_read_by_default(sandbox: Sandbox) -> None:
    before = sandbox.counts()
    result = against(sandbox)
    assert result.exit_code == 0, result.output
    assert {entry.method for entry in sandbox.log} == {"GET"}
    assert sandbox.counts() == before


@pytest.mark.slow
def test_writing_to_a_server_cleans_up(sandbox: Sandbox) -> None:
    before = sandbox.counts()
    result = against(sandbox, "--write", sandbox.api.demo["profile"]["companyname"])
    assert result.exit_code == 0, result.output
    assert {"POST", "DELETE"} <= {entry.method for entry in sandbox.log}
    assert sandbox.counts() == before


def test_a_dry_run_of_verify_touches_no_server(sandbox: Sandbox) -> None:
    result = against(sandbox, "--dry-run")
    assert result.exit_code == 0
    assert "reads   python/agent/list[first page]" in result.output
    assert "writes" not in result.output
    assert sandbox.log.total == 0
