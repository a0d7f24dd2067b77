"""Recordings: what is kept is clean and whole, replays strictly, and every tampering is noticed."""

from __future__ import annotations

import base64
import gzip
import json
import random
import re
import shutil
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import vcr
import yaml
from click.testing import CliRunner
from vcr.serializers import yamlserializer

from faulty import client_with, faults
from sqlacc_codegen.cli import main
from sqlacc_codegen.ir import Api
from sqlacc_codegen.language import language
from sqlacc_contract.cases import Case
from sqlacc_contract.client_package import client_module
from sqlacc_contract.play import Play
from sqlacc_contract.recordings import leaks as leak
from sqlacc_contract.recordings.cassette import (
    EXAMPLE_ACCESS_KEY,
    EXAMPLE_MOMENT,
    EXAMPLE_SECRET_KEY,
    LENGTH,
    Call,
    Cassette,
    Interaction,
    dump,
    load,
    read,
)
from sqlacc_contract.recordings.check import check
from sqlacc_contract.recordings.compare import changes, place, volatile
from sqlacc_contract.recordings.perturb import ALONE, BOM, FORMS, TOGETHER
from sqlacc_contract.recordings.player import files, recorded_cases
from sqlacc_contract.recordings.record import NotKept, Studio, oracle_replay, sandbox_studio
from sqlacc_contract.recordings.replay import NOT_RECORDED, Replay
from sqlacc_contract.recordings.scrub import Scrubber
from sqlacc_contract.recordings.takes import MANY, Take, sandbox_takes
from sqlacc_contract.results import Line, is_good, of_type
from sqlacc_contract.sandbox.exchange import Request, Response
from sqlacc_contract.tokens import Number, parse, text
from sqlacc_contract.toolchain import ready
from sqlacc_contract.verify import Plan, verify

HERE = Path(__file__).parent
FOLDER = HERE / "cassettes"
CREATE = FOLDER / "sandbox" / "sales_invoice" / "create-minimum.yaml"
TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def kept() -> list[Cassette]:
    return [load(path) for path in files(FOLDER)]


@pytest.fixture(scope="module")
def invoice() -> Cassette:
    return load(CREATE)


@pytest.fixture(scope="module")
def studio(api: Api) -> Studio:
    return sandbox_studio(api)


def take(api: Api, id: str) -> Take:
    return next(one for one in sandbox_takes(api) if one.case.id == id)


# --- the cassettes of this repository -----------------------------------------------------------------------------


@pytest.mark.slow
def test_the_cassettes_fit_the_spec(api: Api) -> None:
    errors = [str(one) for one in check(api, FOLDER, date.today()) if not one.warning]
    assert not errors, "\n".join(errors[:5])


def test_every_operation_workflow_and_recipe_is_recorded(api: Api, kept: list[Cassette]) -> None:
    played = {call.op for cassette in kept for call in cassette.calls if call.ends == "value"}
    operations = {f"{o.plural.snake()}.{kind}" for o in api.objects for kind in o.by_operation}
    flows = {f"workflows.{w.id}" for w in api.workflows if w.kind != "recipe"}
    assert operations | flows <= played
    recorded = {cassette.case.partition("/")[0] for cassette in kept}
    assert {w.id for w in api.workflows} <= recorded
    pages = next(c for c in kept if c.case.endswith(f"iterate[{MANY} records]"))
    assert [one.target.partition("?")[2] for one in pages.interactions] == [
        f"offset={offset}&limit=50" for offset in (0, 50, 100)
    ]


def test_what_goes_wrong_on_the_way_is_recorded_too(kept: list[Cassette]) -> None:
    """Faults say that they are none of the server's doing; refusals are the sandbox's own."""
    everything = [one for cassette in kept for one in cassette.interactions]
    faulty = [one for one in everything if one.faulty]
    assert {one.status for one in faulty} >= {200, 302, 400, 429, 500, 502, 503, 504}
    assert {one.status for one in everything if not one.faulty} >= {200, 400, 401, 404, 409, 500}
    told = [dict(one.answer_headers) for one in faulty]
    assert any("retry-after" in headers for headers in told)
    assert any("text/html" in headers["content-type"] for headers in told)
    assert all(int(h[LENGTH]) > len(one.answer) for one, h in zip(faulty, told, strict=True) if LENGTH in h)
    assert {one.method for one, h in zip(faulty, told, strict=True) if LENGTH in h} == {"GET", "POST", "PUT"}
    ends = {call.ends for cassette in kept for call in cassette.calls}
    kinds = ("authentication", "not_found", "stale", "duplicate", "rate_limit", "licence", "server")
    assert {f"api_error {kind}" for kind in kinds} <= ends
    assert {"client_error ambiguous_write", "client_error unexpected_response"} <= ends


def test_as_many_answers_are_used_up_as_the_retry_policy_asks_for(kept: list[Cassette]) -> None:
    used = {c.case: [one.status for one in c.interactions] for c in kept}
    assert used["agent/get[503 for ever]"][1:] == [503, 503, 503, 503]
    assert used["agent/get[502 and 504 pages]"][1:] == [502, 504, 200]
    assert used["agent/create[429 is repeated]"] == [429, 200]
    assert used["agent/create[503]"] == [503]


def test_they_are_marked_as_the_sandboxs_and_signed_with_the_example_key(kept: list[Cassette]) -> None:
    for cassette in kept:
        assert (cassette.origin.source, cassette.origin.host) == ("sandbox", "sandbox.test")
        for one in cassette.interactions:
            assert f"Credential={EXAMPLE_ACCESS_KEY}/20150830/" in str(one.header("authorization"))


def test_a_file_is_exactly_what_its_cassette_gives() -> None:
    for path in files(FOLDER)[::3]:
        assert dump(load(path)) == path.read_text("utf-8")


def test_nothing_personal_of_the_demo_is_in_them(api: Api) -> None:
    demo = yaml.safe_load((HERE.parent / "spec" / "demo.yaml").read_text("utf-8"))["objects"]["customer"]
    o = api.object("customer")
    marked = {f.wire for table in (o, *o.lines) for f in table.fields if f.personal}
    texts = set(re.findall(rf"'(?:{'|'.join(marked)})': '([^']{{8,}})'", str(demo)))
    assert len(texts) > 20
    everything = "".join(path.read_text("utf-8") for path in files(FOLDER))
    assert not [one for one in texts if one in everything]


def test_vcrpys_own_player_plays_them(invoice: Cassette) -> None:
    client_class = client_module("client").Client
    keys = {"access_key": EXAMPLE_ACCESS_KEY, "secret_key": EXAMPLE_SECRET_KEY}
    expected = json.loads(invoice.interactions[0].answer)
    with (
        vcr.use_cassette(str(CREATE), record_mode="none") as player,
        client_class(base_url="https://sandbox.test", **keys) as client,
    ):
        made = client.sales_invoices.create(json.loads(invoice.interactions[0].body))
        assert made.docno == expected["docno"]
        assert client.sales_invoices.get(made.dockey).docno == made.docno
        assert player.all_played


@pytest.mark.slow
def test_vcrpys_player_neither_misses_a_client_nor_stays_behind(invoice: Cassette) -> None:
    client_class, failed = client_module("client").Client, client_module("errors").ConnectionFailed
    keys = {"access_key": EXAMPLE_ACCESS_KEY, "secret_key": EXAMPLE_SECRET_KEY}
    with client_class(base_url="http://127.0.0.1:1", sleep=lambda *_: None, **keys) as elsewhere:
        with pytest.raises(failed):
            elsewhere.ping()
        with (
            client_class(base_url="https://sandbox.test", **keys) as client,  # made before the player begins
            vcr.use_cassette(str(CREATE), record_mode="none") as player,
        ):
            made = client.sales_invoices.create(json.loads(invoice.interactions[0].body))
            assert client.sales_invoices.get(made.dockey).docno == made.docno
            assert player.all_played
        with pytest.raises(failed):
            elsewhere.ping()


@pytest.mark.slow
def test_vcrpy_reads_every_file(kept: list[Cassette]) -> None:
    for path, cassette in zip(files(FOLDER), kept, strict=True):
        asked, told, *_ = vcr.serialize.deserialize(path.read_text("utf-8"), yamlserializer)
        found = [(a.method, a.uri, a.body or b"", t["body"]["string"]) for a, t in zip(asked, told, strict=True)]
        host = f"https://{cassette.origin.host}"
        assert found == [(one.method, host + one.target, one.body, one.answer) for one in cassette.interactions]


# --- recording ----------------------------------------------------------------------------------------------------


def test_recording_twice_gives_the_same_bytes(api: Api, studio: Studio) -> None:
    one = take(api, "sales_invoice/create[minimum]")
    assert dump(studio.record(one)) == dump(studio.record(one))


def test_a_pseudonym_has_the_same_form_everywhere(api: Api) -> None:
    first, other = Scrubber(api, b"key"), Scrubber(api, b"another key")
    for original in ("Bahar Trading Sdn. Bhd.", "+60 12-345 6789", "中文 é", "x@y.example", ""):
        made = first.pseudonym(original)
        assert [(c.isalpha(), c.isdigit(), c.isupper()) for c in made] == [
            (c.isalpha(), c.isdigit(), c.isupper()) for c in original
        ]
        assert made == Scrubber(api, b"key").pseudonym(original)
        assert made != original or not original
        assert made != other.pseudonym(original) or not original


def test_personal_texts_go_wherever_they_stand(api: Api) -> None:
    body = b'{"code":"300-A0001","companyname":"Bahar Trading","remark":"ask Bahar Trading now",'
    body += b'"udf_x":"Bahar","udf_n":12.5}'
    told = (("content-type", "application/json"), ("set-cookie", "Bahar Trading"))
    one = Interaction(
        "PUT", "/customer/300-A0001?companyname=Bahar%20Trading", (("cookie", "x"),), body, 200, told, body
    )
    (made,), _ = Scrubber(api, b"key").all((one,), ())
    assert "Bahar" not in str(made)
    found = json.loads(made.body)
    assert found["code"] == "300-A0001"
    assert found["remark"] == f"ask {found['companyname']} now"
    assert re.fullmatch(r"[1-9]{2}\.[1-9]", str(found["udf_n"]))
    assert made.body == made.answer


def test_two_names_never_become_one(api: Api) -> None:
    scrubber = Scrubber(api, b"key")
    codes = [f"{one}{other}" for one in "ABCDEFGHIJ" for other in "KLMNOPQRST"]
    made = [scrubber.pseudonym(code) for code in codes]
    assert len(set(made)) == len(codes)
    assert not [code for code, name in zip(codes, made, strict=True) if code == name]


def test_people_are_hidden_in_codes_and_in_addresses_of_records(api: Api) -> None:
    told = (("content-type", "application/json"),)
    answer = b'{"data":[{"code":"FARAH","description":"Farah Contoh"}]}'
    one = Interaction("GET", "/agent/FARAH", (), b"", 200, told, answer)
    other = Interaction("GET", "/agent/*?code=FARAH", (), b"", 200, told, answer)
    call = Call("agents.get", {"key": "FARAH"}, "value", 1)
    made, calls = Scrubber(api, b"key").all((one, other), (call,))
    code = json.loads(made[0].answer)["data"][0]["code"]
    assert "FARAH" not in str(made) + str(calls)
    assert [made[0].target, made[1].target, calls[0].args["key"]] == [f"/agent/{code}", f"/agent/*?code={code}", code]


def test_all_free_text_can_be_hidden_and_everything_still_replays(api: Api, studio: Studio) -> None:
    strict = replace(studio, texts=True, kept=set())
    for id in ("settle_invoice/workflow[two invoices]", "sales_invoice/pdf[default report]", "agent/find[nothing]"):
        assert strict.record(take(api, id)).origin.scrubbed[-1].startswith("all other fields of free text")
    assert not strict.kept
    studio.kept.clear()
    studio.record(take(api, "sales_invoice/create[minimum]"))
    assert "sales_invoice.description" in studio.kept


def test_an_answer_round_the_records_keeps_its_form_only(api: Api) -> None:
    answer = (
        b'{"status":"ok","pagination":{"count":2,"next":"Bahar"},"data":"Bahar","items":["Bahar"],"more":{"a":"Bahar"}}'
    )
    for status in (200, 400):
        told = (("content-type", "application/json"),)
        one = Interaction("GET", "/customer", (), b"", status, told, answer)
        (made,), _ = Scrubber(api, b"key").all((one,), ())
        assert b"Bahar" not in made.answer
        assert made.answer.startswith(b'{"status":"ok","pagination":{"count":2,')


@pytest.mark.parametrize("lazy", ["pseudonym", "_unknown", "replaced", "interaction"])
def test_a_scrubber_that_forgets_something_is_stopped_by_the_canary(
    lazy: str, api: Api, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Scrubber.pseudonym

    def forget(self: Scrubber, value: Any) -> Any:
        if lazy == "pseudonym":
            self.known[value] = real(self, value)
        return value

    monkeypatch.setattr(Scrubber, lazy, forget)
    with pytest.raises(NotKept, match="would leak"):
        studio.record(take(api, "agent/get[existing]"))


def test_an_object_of_wrong_behaviour_is_not_kept(api: Api, studio: Studio) -> None:
    def expects_too_much(play: Play) -> None:
        play.equal(1, len(play.value("agents.list")["records"]), "agents")

    one = take(api, "agent/list[first page]")
    with pytest.raises(NotKept, match="agents: value: expected 1"):
        studio.record(Take(replace(one.case, play=expects_too_much)))


SECRET = "wJalr/XUtn+FEMI é K7MDENG"
CODED: dict[str, Callable[[bytes], bytes]] = {
    "raw": lambda raw: raw,
    "base64": base64.b64encode,
    "URL": lambda _: b"wJalr%2FXUtn%2BFEMI%20%C3%A9%20K7MDENG",
    "JSON": lambda _: json.dumps(SECRET).encode()[1:-1],
    "hex": lambda raw: raw.hex().upper().encode(),
    "hex behind a digit": lambda raw: b"a" + raw.hex().upper().encode(),
    "gzip": gzip.compress,
    "base64 of gzip": lambda raw: base64.b64encode(gzip.compress(raw)),
    "base64 of zlib": lambda raw: base64.b64encode(zlib.compress(raw)),
    "base64 of base64": lambda raw: base64.b64encode(base64.b64encode(raw)),
    "URL, small letters": lambda raw: re.sub(rb"%..", lambda found: found[0].lower(), quote(raw).encode()),
    "URL, each letter": lambda raw: b"".join(b"%%%02x" % one for one in raw),
    "URL of URL": lambda raw: quote(quote(raw, safe="")).encode(),
}


@pytest.mark.parametrize("form", CODED)
@pytest.mark.parametrize("before", [b"", b"a", b"ab"])
def test_a_leak_is_found_in_every_encoding(form: str, before: bytes) -> None:
    packed = CODED[form](before + SECRET.encode())
    found = list(leak.leaks([packed if form == "gzip" else b"body: " + packed + b"!"], [SECRET]))
    assert found
    assert SECRET not in found[0]


def test_what_is_clean_has_no_leak() -> None:
    assert not list(leak.leaks([CREATE.read_bytes()], [SECRET]))


# --- replay -------------------------------------------------------------------------------------------------------


def asked(one: Interaction, **changes: Any) -> Request:
    """The request of an interaction; with other contents it is signed anew."""
    from sqlacc_contract.judge import Settings
    from sqlacc_contract.recordings.scribe import signed

    changed = replace(one, **changes)
    settings = Settings("https://sandbox.test", EXAMPLE_ACCESS_KEY, EXAMPLE_SECRET_KEY, "ap-southeast-5", "sqlaccount")
    meant = {name: value for name, value in changed.headers if name in ("content-type", "accept")}
    headers = signed(changed.method, changed.target, meant, changed.body, settings, EXAMPLE_MOMENT)
    path, _, query = changed.target.encode().partition(b"?")
    return Request(changed.method, path, query, [(n.encode(), v.encode()) for n, v in headers], changed.body)


def status(response: Response) -> int:
    return response.status


def test_the_order_of_names_and_of_the_query_does_not_count(api: Api, invoice: Cassette) -> None:
    one = invoice.interactions[0]
    body = json.loads(one.body)
    turned = json.dumps({name: body[name] for name in reversed(body)}, indent=1).encode()
    assert status(Replay(invoice).respond(asked(one, body=turned))) == one.status
    listed = load(FOLDER / "sandbox" / "agent" / "list-first-page.yaml")
    page = listed.interactions[0]
    assert status(Replay(listed).respond(asked(page, target="/agent?limit=50&offset=0"))) == page.status
    assert oracle_replay(api, listed) == ""


def test_a_miss_tells_the_nearest_and_where_it_differs(invoice: Cassette) -> None:
    one, replay = invoice.interactions[0], Replay(invoice)
    body = json.loads(one.body)
    body["sdsdocdetail"][0]["qty"] = "7.77"
    assert status(replay.respond(asked(one, body=json.dumps(body).encode()))) == NOT_RECORDED
    message = str(replay.misses[0])
    expected = json.loads(one.body)["sdsdocdetail"][0]["qty"]
    assert f'body sdsdocdetail[0].qty: expected "{expected}", received "7.77"' in message
    assert "interaction 1 (POST /salesinvoice)" in message


@pytest.mark.parametrize(
    "change",
    [
        lambda body: body.replace(b'"}', b'" }').replace(b'{"', b'{"x":1,"', 1),
        lambda body: body.replace(b'"code"', b'"code":"300-A0001","code"', 1),
        lambda body: re.sub(rb'"(\d+\.\d+)"', rb"\1", body, count=1),
        lambda body: re.sub(rb'"(\d+\.\d+)"', rb'"\g<1>0"', body, count=1),
        lambda body: body[:-1],
    ],
    ids=["more", "twice", "number for text", "another zero", "cut"],
)
def test_bodies_are_compared_strictly(change: Callable[[bytes], bytes], invoice: Cassette) -> None:
    one, replay = invoice.interactions[0], Replay(invoice)
    assert change(one.body) != one.body
    assert status(replay.respond(asked(one, body=change(one.body)))) == NOT_RECORDED


def test_recorded_once_is_allowed_once_and_unplayed_is_told(invoice: Cassette) -> None:
    one, replay = invoice.interactions[0], Replay(invoice)
    assert status(replay.respond(asked(one))) == one.status
    assert replay.unplayed() == [f"{o.method} {o.target}" for o in invoice.interactions[1:]]
    assert status(replay.respond(asked(one))) == NOT_RECORDED
    assert "was recorded 1 time, and" in str(replay.misses[0])


def test_a_wrong_signature_is_a_miss(invoice: Cassette) -> None:
    replay = Replay(invoice)
    request = asked(invoice.interactions[0])
    request.body = request.body.replace(b"0", b"1", 1)
    assert status(replay.respond(request)) == NOT_RECORDED
    assert "not signed rightly" in str(replay.misses[0])


# --- perturbed answers --------------------------------------------------------------------------------------------


def perturbed(way: str, api: Api, cassette: Cassette) -> tuple[bytes, dict[str, Any], dict[str, Any]]:
    """The last answer of a cassette gone that way, and its record before and after."""
    one = cassette.interactions[-1]
    made = {**ALONE, **TOGETHER}[way].answers(api, cassette)(one)
    before, after = (parse(raw.removeprefix(BOM))["data"][0] for raw in (one.answer, made))
    return made, before, after


@pytest.mark.parametrize("way", [*ALONE, *TOGETHER])
def test_each_way_changes_an_answer_and_keeps_what_it_is_about(way: str, api: Api) -> None:
    cassette = load(FOLDER / "sandbox" / "sales_invoice" / "create-any-text.yaml")
    made, before, after = perturbed(way, api, cassette)
    assert made != cassette.interactions[-1].answer
    assert (before == after) == (way in {*FORMS, "other form"})
    assert (after["dockey"], after["docno"]) == (before["dockey"], before["docno"])


def test_numbers_are_written_otherwise_and_are_the_same(api: Api) -> None:
    cassette = load(FOLDER / "sandbox" / "sales_invoice" / "get-existing.yaml")
    _, before, after = perturbed("other numbers", api, cassette)
    (old, *_), (new, *_) = before["sdsdocdetail"], after["sdsdocdetail"]
    other = [wire for wire in old if old[wire] != new[wire]]
    assert len(other) >= 8
    assert {type(new[wire]) for wire in other} == {str, Number}
    assert all(Decimal(new[wire]) == Decimal(old[wire]) for wire in other)


def test_refusals_and_faults_are_not_perturbed(api: Api) -> None:
    for name in ("get-missing", "get-cut-answer", "get-503-for-ever"):
        cassette = load(FOLDER / "sandbox" / "agent" / f"{name}.yaml")
        refused = [one for one in cassette.interactions if one.faulty or one.status >= 400]
        assert refused
        for way in (*TOGETHER.values(), *ALONE.values()):
            assert list(map(way.answers(api, cassette), refused)) == [one.answer for one in refused]


# --- the clients --------------------------------------------------------------------------------------------------

SOME = ("agent/recorded", "sales_invoice/recorded", "_invoice/recorded", "purchase_invoices/recorded")


@cache
def recordings(folder: Path) -> list[Case]:
    return list(recorded_cases(folder))


def lines_of(api: Api, generated: Path, folder: Path, only: tuple[str, ...] = SOME) -> Iterator[Line]:
    python = language("python")
    start = ready(python, generated)
    cases = recordings(folder)
    return verify(api, [python], Plan(only=only, limit=5.0), lambda _: start, everything=cases)


@pytest.mark.slow
def test_the_python_client_plays_them(api: Api, generated: Path) -> None:
    lines = of_type(lines_of(api, generated, FOLDER, ("agent/recorded", "_invoice/recorded[workflow")), "case")
    assert not [f"{line['id']}: {line['message']}" for line in lines if not is_good(line)]
    assert len(lines) > 150
    assert {name.rpartition(", ")[2] for name in (line["name"] for line in lines)} >= {*TOGETHER, *ALONE}


@pytest.mark.slow
@pytest.mark.parametrize(
    "fault",
    [
        "sends a number for a decimal",
        "loses a trailing zero",
        "sends unsigned",
        "drops dtlkey",
        "sends absent as null",
        "asks another server",
        "does not repeat a GET",
        "repeats a GET on 500",
        "gives up on 429",
        "repeats a POST on 503",
        "tries once too often",
        "does not wait between tries",
        "takes HTML for success",
    ],
)
def test_a_bad_client_is_noticed_by_the_cassettes_alone(fault: str, api: Api, generated: Path) -> None:
    faulty = next(one for one in faults("python") if one.name == fault)
    with client_with(faulty, generated) as clients:
        bad = next(line for line in lines_of(api, clients, FOLDER) if line["type"] == "case" and not is_good(line))
    assert "client_error usage" not in bad["message"]


# --- tampering ----------------------------------------------------------------------------------------------------


def changed(document: Callable[[dict[str, Any]], object]) -> str:
    found = yaml.safe_load(CREATE.read_text("utf-8"))
    document(found)
    return yaml.safe_dump(found, sort_keys=False, allow_unicode=True)


TAMPERED: dict[str, Callable[[], str]] = {
    "not YAML": lambda: "interactions: [",
    "not decodable": lambda: "interactions: []\nversion: 1\n",
    "a digit of an answer": lambda: CREATE.read_text("utf-8").replace('"docdate":"2026-', '"docdate":"2025-', 1),
    "an interaction removed": lambda: changed(lambda d: d["interactions"].pop()),
    "all removed": lambda: changed(lambda d: (d["interactions"].clear(), d["sqlacc"]["hashes"].clear())),
    "interactions swapped": lambda: changed(lambda d: d["interactions"].reverse()),
    "a status": lambda: changed(lambda d: d["interactions"][0]["response"]["status"].update(code=201)),
    "a method": lambda: changed(lambda d: d["interactions"][0]["request"].update(method="PUT")),
    "a planted header": lambda: changed(lambda d: d["interactions"][0]["request"]["headers"].update(cookie=["x"])),
    "an argument": lambda: changed(lambda d: d["sqlacc"]["calls"][0]["args"]["record"].update(code="300-X")),
    "an ending": lambda: changed(lambda d: d["sqlacc"]["calls"][0].update(ends="api_error stale")),
    "the format": lambda: changed(lambda d: d["sqlacc"].update(format=1)),
    "a name given twice": lambda: CREATE.read_text("utf-8").replace("  source: ", "  source: live\n  source: ", 1),
    "a second value of a header": lambda: changed(
        lambda d: d["interactions"][0]["request"]["headers"]["host"].append("elsewhere.test")
    ),
    "where a plain player plays it": lambda: changed(
        lambda d: d["interactions"][0]["request"].update(uri="https://elsewhere.test/salesinvoice")
    ),
    "another source": lambda: changed(lambda d: d["sqlacc"].update(source="live")),
    "another day": lambda: changed(lambda d: d["sqlacc"].update(recorded="2026-11-21")),
    "another spec": lambda: changed(lambda d: d["sqlacc"].update(spec_sha256="0" * 64)),
    "another server": lambda: changed(lambda d: d["sqlacc"].update(server_version="sqlacc 1")),
    "a rule that was not applied": lambda: changed(lambda d: d["sqlacc"]["scrubbed"].append("names: replaced")),
    "a day that is none": lambda: changed(lambda d: d["sqlacc"].update(recorded="yesterday")),
    "a day yet to come": lambda: changed(lambda d: d["sqlacc"].update(recorded="2999-01-01")),
    "an operation that is gone": lambda: changed(lambda d: d["sqlacc"]["calls"][0].update(op="gone.create")),
    "an argument that is not taken": lambda: changed(lambda d: d["sqlacc"]["calls"][0]["args"].update(more=1)),
    "something beside it": lambda: changed(lambda d: d.update(note="a note")),
    "too deep": lambda: "[" * 5000 + "]" * 5000,
    "no calls": lambda: changed(lambda d: d["sqlacc"].update(calls=[])),
}


@pytest.mark.slow
@pytest.mark.parametrize("tampering", TAMPERED)
def test_tampering_is_noticed(tampering: str, api: Api, tmp_path: Path) -> None:
    errors = [one for one in check(api, tampered(tampering, tmp_path), TODAY) if not one.warning]
    assert errors
    assert errors[0].path == "sandbox/sales_invoice/create-minimum.yaml"


def test_each_digit_counts(api: Api, tmp_path: Path) -> None:
    """Wherever it stands: in what was sent and told, in arguments, in where the recording comes from."""
    chance, path = random.Random(7), tmp_path / "changed.yaml"
    for cassette in chance.sample(files(FOLDER), 60):
        text = cassette.read_text("utf-8")
        at = chance.choice([index for index, letter in enumerate(text) if letter.isdigit()])
        path.write_text(f"{text[:at]}{9 - int(text[at])}{text[at + 1 :]}", "utf-8")
        line = text.count("\n", 0, at) + 1
        assert [one for one in check(api, tmp_path, TODAY) if not one.warning], f"{cassette.name}:{line}"


@pytest.mark.slow
@pytest.mark.parametrize("tampering", ["not YAML", "a digit of an answer", "an argument", "an ending"])
def test_tampering_turns_verify_red(tampering: str, api: Api, tmp_path: Path, generated: Path) -> None:
    cases = list(recorded_cases(tampered(tampering, tmp_path)))
    start = ready(language("python"), generated)
    lines = of_type(verify(api, [language("python")], Plan(), lambda _: start, everything=cases), "case")
    assert any(not is_good(line) for line in lines)


def test_two_recordings_of_a_case_are_one_too_many(api: Api, invoice: Cassette, tmp_path: Path) -> None:
    folder = rehashed(invoice, tmp_path)
    shutil.copy(folder / invoice.file, folder / "copy.yaml")
    (found,) = check(api, folder, TODAY)
    assert "remove one" in found.message
    ids = [case.id for case in recorded_cases(folder)]
    assert len(set(ids)) == len(ids)


def test_how_a_file_is_laid_out_does_not_count(invoice: Cassette) -> None:
    text = dump(invoice)
    assert read(yaml.safe_dump(yaml.safe_load(text), sort_keys=False)) == invoice
    assert read(text.replace("\n", "\r\n")) == invoice


def tampered(tampering: str, folder: Path) -> Path:
    path = folder / "sandbox" / "sales_invoice" / "create-minimum.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(TAMPERED[tampering](), encoding="utf-8")
    return folder


def rehashed(cassette: Cassette, tmp_path: Path) -> Path:
    """A cassette whose forger did not forget the hashes."""
    path = tmp_path / cassette.file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dump(cassette), encoding="utf-8")
    return tmp_path


def test_a_forged_request_does_not_fit_its_signature(api: Api, invoice: Cassette, tmp_path: Path) -> None:
    one = invoice.interactions[0]
    forged = replace(one, body=one.body.replace(b"300-", b"301-", 1))
    folder = rehashed(replace(invoice, interactions=(forged, *invoice.interactions[1:])), tmp_path)
    assert any("X-Amz-Content-Sha256" in one.message for one in check(api, folder, TODAY))


def test_an_answer_that_the_spec_does_not_know_is_found(api: Api, invoice: Cassette, tmp_path: Path) -> None:
    one = invoice.interactions[-1]
    token = json.loads(one.answer)
    (token["data"][0] if "data" in token else token)["docamt"] = True
    forged = replace(one, answer=text(token).encode())
    folder = rehashed(replace(invoice, interactions=(*invoice.interactions[:-1], forged)), tmp_path)
    assert any("docamt" in one.message for one in check(api, folder, TODAY))


@pytest.mark.parametrize(
    ("days", "expire", "warnings", "errors"),
    [(89, True, 0, 0), (91, True, 1, 0), (181, False, 1, 0), (181, True, 0, 1)],
)
def test_cassettes_grow_old(
    days: int, expire: bool, warnings: int, errors: int, api: Api, invoice: Cassette, tmp_path: Path
) -> None:
    day = TODAY - timedelta(days=days)
    origin = replace(invoice.origin, recorded=day.isoformat())
    folder = rehashed(replace(invoice, origin=origin), tmp_path)
    found = [one for one in check(api, folder, TODAY, expire) if "days old" in one.message]
    assert [sum(one.warning for one in found), sum(not one.warning for one in found)] == [warnings, errors]


def test_another_spec_is_told(api: Api, invoice: Cassette, tmp_path: Path) -> None:
    origin = replace(invoice.origin, spec_sha256="0" * 64)
    folder = rehashed(replace(invoice, origin=origin), tmp_path)
    assert any("has changed since" in one.message for one in check(api, folder, TODAY))


def test_a_check_of_nothing_is_an_error(api: Api, tmp_path: Path) -> None:
    assert [one.warning for one in check(api, tmp_path, TODAY)] == [False]


# --- the command --------------------------------------------------------------------------------------------------


def test_what_changes_by_itself_is_learnt_and_not_told(invoice: Cassette) -> None:
    last = invoice.interactions[-1]
    later = re.sub(rb'"lastmodified":[0-9]+', b'"lastmodified":1', last.answer)
    assert later != last.answer
    second = replace(invoice, interactions=(*invoice.interactions[:-1], replace(last, answer=later)))
    assert [place(one.path) for one in changes(invoice, second)] == list(volatile(invoice, second))
    known = replace(invoice, volatile=volatile(invoice, second))
    assert known == read(dump(known))
    assert not changes(known, second)
    fewer = replace(second, interactions=second.interactions[:-1])
    assert [one.path for one in changes(known, fewer)] == ["interactions"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["record", "--diff", "--only", "agent/"], 0, "0 with changes"),
        (["record", "--diff", "--profile", "x", "--write", "X"], 2, "never writes"),
        (["record", "--write", "X"], 2, "go with --profile"),
        (["record", "--only", "no such case"], 2, "no case fits"),
        (["record", "--profile", ""], 1, "profile"),
        (["record", "--expire"], 2, "goes with --check"),
        (["record", "--check", "--only", "no such case"], 2, "reads the whole folder"),
        (["record", "--check", "--out", str(FOLDER / "sandbox" / "agent")], 0, "0 errors"),
        (["verify", "--against", "cassettes", "--cassettes", str(HERE / "sqlacc_contract")], 2, "there is no cassette"),
        (["verify", "--against", "cassettes", "--lang", "python", "--only", "agent/recorded[get"], 0, "Good:"),
    ],
)
def test_the_commands(arguments: list[str], code: int, words: str) -> None:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == code, result.output
    assert words in result.output
