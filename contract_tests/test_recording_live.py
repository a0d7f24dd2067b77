"""Recording a real server, played by a sandbox over HTTP: read-only, paced, tagged, tidied up, resumable, discreet."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from http.client import HTTPResponse
from io import BytesIO
from itertools import count
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sqlacc_codegen.cli import main
from sqlacc_codegen.ir import Api
from sqlacc_contract.cases.live import TAG
from sqlacc_contract.decode import BOM
from sqlacc_contract.pace import pause_for
from sqlacc_contract.properties.transport import received
from sqlacc_contract.recordings import live
from sqlacc_contract.recordings.cassette import load
from sqlacc_contract.recordings.check import check
from sqlacc_contract.recordings.forward import Forward
from sqlacc_contract.recordings.player import files
from sqlacc_contract.sandbox import Sandbox
from sqlacc_contract.sandbox.exchange import Request, Response

ACCESS, SECRET = "ACCESSKEYOFDEMO.sql.my/ME", "the secret of nobody but the demo"
COMPANY = "Contoh Trading Sdn Bhd"
Respond = Callable[[Forward, Request], Response]
pytestmark = pytest.mark.slow


@dataclass
class Live:
    """A server, a profile that reaches it, and a folder for what is recorded."""

    sandbox: Sandbox
    out: Path
    waits: list[float]

    def record(self, *options: str) -> Result:
        return CliRunner().invoke(main, ["record", "--profile", "demo", "--out", str(self.out), *options])

    @property
    def asked(self) -> list[str]:
        return [f"{entry.method} {entry.target}" for entry in self.sandbox.log]

    def numbers(self, o: str) -> list[str]:
        """Of the records that are there and were made by recording."""
        return re.findall(r'"(ZZ-[^"]*)"', str(self.sandbox.desk.store.page(o, "", [], 0, 1000)))


@pytest.fixture
def server(api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    waits: list[float] = []
    monkeypatch.setattr("sqlacc_contract.recordings.live.time.sleep", waits.append)
    with Sandbox.serve(api, keys={ACCESS: SECRET}) as sandbox:
        profiles = tmp_path / "profiles.ini"
        profiles.write_text(f"[demo]\naccess_key = {ACCESS}\nsecret_key = {SECRET}\nbase_url = {sandbox.url}\n")
        profiles.chmod(0o600)
        monkeypatch.setenv("SQLACC_PROFILES", str(profiles))
        yield Live(sandbox, tmp_path / "cassettes", waits)


def rewritten(response: Response, pattern: bytes, by: bytes) -> Response:
    headers = [(name, value) for name, value in response.headers if name != b"content-length"]
    return replace(response, headers=headers, body=re.sub(pattern, by, response.body))


def answered(
    monkeypatch: pytest.MonkeyPatch, method: str, change: Callable[[Respond, Forward, Request], Response]
) -> None:
    """Requests of this method go through `change`."""
    real = Forward.respond

    def respond(self: Forward, request: Request) -> Response:
        return change(real, self, request) if request.method == method else real(self, request)

    monkeypatch.setattr(Forward, "respond", respond)


# --- reading ------------------------------------------------------------------------------------------------------


def test_a_dry_run_tells_every_call_and_makes_none(server: Live) -> None:
    told = server.record("--only", "customer/", "--dry-run").output
    assert (
        "reads   customer/get[existing], twice\n        GET /customer?offset=0&limit=1\n        GET /customer/" in told
    )
    assert "nothing was sent" in told
    assert not server.asked
    assert not server.out.exists()
    assert SECRET not in told
    assert ACCESS not in told
    made = server.record("--only", "customer/")
    assert made.exit_code == 0, made.output
    calls = [line.strip() for line in told.splitlines() if line.startswith("        ")]
    forms = [re.sub(r"(?<=/customer/)[^*?]+$", "KEY", call) for call in calls]
    sent = {re.sub(r"(?<=/customer/)[^*?]+$", "KEY", call) for call in server.asked}
    assert {form.partition("=")[0] for form in forms} == {call.partition("=")[0] for call in sent}
    assert f"{len(server.asked)} calls" in told


def test_it_reads_and_keeps_nothing_that_tells_of_the_server(api: Api, server: Live) -> None:
    result = server.record("--only", "customer/")
    assert result.exit_code == 0, result.output
    assert {entry.method for entry in server.sandbox.log} == {"GET"}
    assert len(files(server.out)) >= 4
    written = "".join(path.read_text("utf-8") for path in files(server.out))
    assert not [one for one in (ACCESS, SECRET, server.sandbox.url.partition("//")[2]) if one in written]
    assert "source: live" in written
    assert not [one for one in check(api, server.out, date.today()) if not one.warning]


def test_the_next_run_goes_on_where_the_last_one_was(server: Live) -> None:
    assert "1 recorded, 0 not" in server.record("--only", "customer/get[existing]").output
    before = len(server.asked)
    assert "0 recorded, 0 not, 1 were there" in server.record("--only", "customer/get[existing]").output
    assert server.asked[before:] == ["GET /version"]


def test_differences_are_told_and_nothing_is_kept(server: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    only = ("--only", "customer/get")
    assert server.record(*only).exit_code == 0
    before = {path: path.read_bytes() for path in files(server.out)}
    assert "0 with changes" in server.record(*only, "--diff").output

    def renamed(real: Respond, self: Forward, request: Request) -> Response:
        return rewritten(real(self, request), rb'"area":"[^"]*"', b'"area":7')

    answered(monkeypatch, "GET", renamed)
    differing = server.record(*only, "--diff")
    assert differing.exit_code == 1
    assert "answer data[0].area: expected" in differing.output
    assert before == {path: path.read_bytes() for path in files(server.out)}


def test_what_changes_by_itself_is_learnt_by_reading_twice(server: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = count(1000)

    def ticking(real: Respond, self: Forward, request: Request) -> Response:
        return rewritten(real(self, request), rb'"lastmodified":\d+', b'"lastmodified":%d' % next(clock))

    answered(monkeypatch, "GET", ticking)
    assert server.record("--only", "sales_invoice/get[existing]").exit_code == 0
    (path,) = files(server.out)
    assert set(load(path).volatile) == {"answer data[].lastmodified"}
    assert "0 with changes" in server.record("--only", "sales_invoice/get[existing]", "--diff").output


def test_requests_keep_a_distance_and_wait_as_long_as_the_server_asks(
    server: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy = [Response(429, [(b"retry-after", b"7"), (b"content-type", b"text/html")], b"<html>busy</html>")]

    def once(real: Respond, self: Forward, request: Request) -> Response:
        return busy.pop() if busy and request.path == b"/agent" else real(self, request)

    answered(monkeypatch, "GET", once)
    monkeypatch.setattr(live, "pause_for", lambda base_url: pause_for(base_url.replace("127.0.0.1", "api.sql.my")))
    assert server.record("--only", "agent/list[first page]").exit_code == 0
    assert min(server.waits) == 0.5
    assert 7.0 in server.waits
    assert len(server.waits) == len(server.asked)  # one was answered on the way, and one asked for the version


# --- writing ------------------------------------------------------------------------------------------------------

ROUND = ("--only", "agent/create[live round]", "--write")


@pytest.mark.parametrize("name", ["Somebody Else Ltd", "CONTOH", "a", " "])
def test_it_writes_to_the_company_that_is_named_and_to_no_other(name: str, server: Live) -> None:
    refused = server.record(*ROUND, name)
    assert refused.exit_code == 2
    assert "nothing was written" in refused.output
    assert server.asked == ["GET /profile"]


def test_what_it_writes_is_tagged_and_gone_afterwards(server: Live) -> None:
    result = server.record(*ROUND, COMPANY)
    assert result.exit_code == 0, result.output
    bodies = [json.loads(entry.body) for entry in server.sandbox.log if entry.method in ("POST", "PUT")]
    assert bodies
    assert all(re.fullmatch("ZZ-[0-9a-f]{6}", body["code"]) and body["description"] == TAG for body in bodies)
    assert not server.numbers("agent")
    assert "left on the server" not in result.output
    assert "0 recorded, 0 not, 1 were there" in server.record(*ROUND, COMPANY).output


def test_a_dry_run_tells_what_would_be_written(server: Live) -> None:
    told = server.record(*ROUND, COMPANY, "--dry-run").output
    for call in (
        "writes  agent/create[live round]",
        "GET /profile",
        "POST /agent",
        "PUT /agent/ZZ-",
        "DELETE /agent/ZZ-",
    ):
        assert call in told
    assert not server.asked


def test_an_interrupted_round_is_tidied_up_and_leaves_no_half_file(
    server: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> Response:
        raise KeyboardInterrupt

    assert server.record("--only", "agent/get[existing]").exit_code == 0
    with monkeypatch.context() as patched:
        answered(patched, "PUT", interrupt)
        result = server.record("--only", "agent/", "--write", COMPANY)
    assert result.exit_code == 130
    assert "the next run goes on from there" in result.output
    assert "left on the server" not in result.output
    assert not server.numbers("agent")
    kept = [path for path in server.out.rglob("*") if path.is_file()]
    assert kept
    assert all(load(path) for path in kept)
    assert server.record("--only", "agent/", "--write", COMPANY).exit_code == 0
    assert "live round" in "".join(load(path).case for path in files(server.out))


@pytest.mark.parametrize(
    ("method", "fails", "told"),
    [
        ("DELETE", Response(500, [(b"content-type", b"application/json")], b'{"message":"locked"}'), "agent ZZ-"),
        ("POST", Response(502, [(b"content-type", b"text/html")], b"<html>bad gateway</html>"), "perhaps agent ZZ-"),
        ("POST", OSError("reset"), "perhaps agent ZZ-"),
        ("DELETE", KeyboardInterrupt(), "agent ZZ-"),
    ],
    ids=["not deleted", "no answer but a page", "broken connection", "interrupted while tidying up"],
)
def test_what_is_left_on_the_server_is_said(
    method: str, fails: Response | BaseException, told: str, server: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> Response:
        if isinstance(fails, BaseException):
            raise fails
        return fails

    answered(monkeypatch, method, failing)
    result = server.record(*ROUND, COMPANY)
    assert result.exit_code == (130 if isinstance(fails, KeyboardInterrupt) else 1)
    assert f"left on the server: {told}" in result.output
    assert not files(server.out)


# --- odd answers --------------------------------------------------------------------------------------------------


def test_a_byte_order_mark_hides_nobody_and_stays(server: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    def marked(respond: Respond, forward: Forward, request: Request) -> Response:
        return rewritten(respond(forward, request), rb"\A", BOM)

    answered(monkeypatch, "GET", marked)
    result = server.record("--only", "agent/get[existing]")
    assert result.exit_code == 0, result.output
    (path,) = files(server.out)
    assert "Halim" not in path.read_text("utf-8")
    assert all(one.answer.startswith(BOM) for one in load(path).interactions)


@pytest.mark.parametrize(
    ("body", "words"),
    [(rb"\\ud800", "half a character"), (SECRET.encode(), "would leak"), (ACCESS.encode(), "would leak")],
)
def test_what_cannot_be_kept_is_said_and_the_rest_goes_on(
    body: bytes, words: str, server: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    def odd(respond: Respond, forward: Forward, request: Request) -> Response:
        response = respond(forward, request)
        return rewritten(response, rb'(?<="description":")[^"]*', body) if b"/stockitem/" in request.path else response

    answered(monkeypatch, "GET", odd)
    result = server.record("--only", "stock_item/get[existing]", "--only", "agent/get[existing]")
    assert result.exit_code == 1
    assert "not recorded: stock_item/get[existing]: " in result.output
    assert words in result.output
    assert "1 recorded, 1 not" in result.output


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        (gzip.compress(b"[1]"), b"[1]"),
        (zlib.compress(b"[1]"), b"[1]"),
        (b"[1]", b"[1]"),
        (gzip.compress(b"[1]")[:-9], None),
    ],
    ids=["gzip", "deflate", "said to be gzip", "cut gzip"],
)
def test_an_answer_that_came_compressed_is_seen_as_it_was_before(sent: bytes, seen: bytes | None) -> None:
    class Wire:
        def makefile(self, _mode: str) -> BytesIO:
            return BytesIO(
                b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: %d\r\n\r\n" % len(sent) + sent
            )

    answer = HTTPResponse(Wire())  # type: ignore[arg-type]
    answer.begin()
    assert received(answer, answer.read()).body == (sent if seen is None else seen)


def test_a_profile_that_is_not_there_is_told(server: Live) -> None:
    result = server.record("--profile", "nobody")
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert not server.asked


# --- free text ----------------------------------------------------------------------------------------------------


def test_fields_whose_words_are_kept_are_named(server: Live) -> None:
    only = ("--only", "sales_invoice/get[existing]")
    told = server.record(*only).output
    assert "words were kept in fields of free text: " in told
    assert "sales_invoice.description" in told
    assert "sales_invoice_line.description" in told
    (path,) = files(server.out)
    before = path.read_text("utf-8")
    replaced = server.record(*only, "--again", "--replace-texts")
    assert "words were kept" not in replaced.output
    after = path.read_text("utf-8")
    description = re.findall(r'"description":"([A-Za-z ]{6,})"', before)
    assert description
    assert not [text for text in description if text in after]
    assert "all other fields of free text" in after
