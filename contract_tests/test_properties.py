"""What holds over generated values: of every client, of the sandbox, and of what the pack promises about itself."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, Phase

from broken_servers import Asked
from drivers import LANGUAGES, driver_of
from sqlacc_codegen.cli import main
from sqlacc_codegen.ir import Api
from sqlacc_contract.cases import Case
from sqlacc_contract.cases.subject import Subject
from sqlacc_contract.driver import Driver
from sqlacc_contract.house import House
from sqlacc_contract.judge import Settings
from sqlacc_contract.play import Play, Wrong
from sqlacc_contract.properties.failures import Failure, Unreadable, load, save
from sqlacc_contract.properties.following import all_differences
from sqlacc_contract.properties.pack import OTHERS, Pack
from sqlacc_contract.properties.records import Maker
from sqlacc_contract.properties.reference import Reference
from sqlacc_contract.properties.statements import STATEMENTS
from sqlacc_contract.properties.steady import steady
from sqlacc_contract.properties.suites import SUITES
from sqlacc_contract.properties.suites.alike import operations
from sqlacc_contract.properties.sums import discounted, tax_rate
from sqlacc_contract.properties.transport import Http, Witnessed
from sqlacc_contract.properties.world import look
from sqlacc_contract.recordings.player import default_folder
from sqlacc_contract.results import Line, digest, is_good, of_type, passed
from sqlacc_contract.sandbox import DEMO_ACCESS_KEY, DEMO_SECRET_KEY, Request, Response, Sandbox
from sqlacc_contract.verify import HERE, OWN, Plan, verify
from trust import NAMES, SERVERS, noticed, play_of

SEED = 20261122


def run(api: Api, cases: Sequence[Case], workers: int = 1, **options: Any) -> list[Line]:
    return list(verify(api, [OWN], Plan(), lambda _: HERE, workers, everything=cases, **options))


def bad(lines: Sequence[Line]) -> list[str]:
    return [f"{line['id']}: {line['message']}" for line in of_type(lines, "case") if not is_good(line)]


def named(pack: Pack, *ids: str) -> list[Case]:
    return [case for case in pack.cases() if case.id in ids]


# --- the good ones: a sample, another part of the pack for each client ----------------------------------------------


def sample(api: Api, number: int) -> Iterator[Case]:
    """Every third case, beginning elsewhere for each client; together the clients try all of them."""
    for index, case in enumerate(Pack(api, SEED + number, examples=2).cases()):
        if case.who != "reference" and (index + number) % 3 == 0:
            yield case


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_client_holds_every_property(language: str, api: Api, generated: Path) -> None:
    number = LANGUAGES.index(language)
    wrong, calls = [], 0
    with House(api) as house, driver_of(language, api, generated) as driver:
        for case in sample(api, number):
            play = play_of(case, language, driver, house)
            try:
                case.play(play)
            except Wrong as failed:
                wrong.append(f"{case.id}: {failed.message}")
            calls += play.calls
    assert not wrong, "\n".join(wrong[:5])
    assert calls > 100


@pytest.mark.slow
def test_the_sandbox_holds_every_property(api: Api) -> None:
    some = default_folder() / "sandbox" / "agent"  # all recordings are checked beside their own tests
    cases = [case for case in Pack(api, SEED, examples=1, cassettes=some).cases() if case.who != "clients"]
    lines = run(api, cases)
    assert not bad(lines), "\n".join(bad(lines)[:5])
    assert passed(lines, strict=True)
    assert len(of_type(lines, "case")) == len(cases)


@pytest.mark.slow
def test_every_language_would_send_the_same(api: Api, generated: Path) -> None:
    """P24 without the oracle: what the drivers build, beside each other."""
    with House(api) as house:
        house.renew({})
        settings = house.settings
        calls = [call for id in ("sales_invoice", "customer", "journal_entry") for call in drawn_calls(api, id, house)]
    sent: dict[str, list[Any]] = {}
    for language in LANGUAGES:
        with driver_of(language, api, generated) as driver:
            sent[language] = built(driver, settings, calls)
    assert len(calls) > 50
    first = sent[LANGUAGES[0]]
    for language, requests in sent.items():
        for call, expected, received in zip(calls, first, requests, strict=True):
            assert received == expected, f"{language}: {call}"


def drawn_calls(api: Api, id: str, house: House) -> list[Any]:
    from sqlacc_contract.properties.scene import Scene
    from sqlacc_contract.properties.suites.alike import ALIKE

    suite = next(suite for suite in ALIKE if suite.id == "built")
    maker, found = maker_of(api, id, house), list[Any]()
    play = Play(api, "built", Reference(api), house.settings)
    draws(suite.given(maker), 4, lambda given: found.extend(operations(Scene(play, maker), given)))
    return found


def built(driver: Driver, settings: Settings, calls: Sequence[Any]) -> list[Any]:
    from base64 import b64decode

    driver.config(**(settings.message() | {"clock": "2026-01-15T08:00:00Z"}))
    answers = driver.ask_all([{"cmd": "build", "op": op, "args": args} for op, args in calls])
    values = [answer.body["value"] for answer in answers]
    bodies = [b64decode(one.get("body_b64") or "") for one in values]
    tokens = [json.loads(body, parse_float=str, parse_int=str) if body else None for body in bodies]
    return [(one["method"], one["target"], body) for one, body in zip(values, tokens, strict=True)]


# --- the bad ones ---------------------------------------------------------------------------------------------------

# Of each kind one; `python contract_tests/bench/properties.py servers` tries all of them.
TOLD = {
    "computes in binary": "P18",
    "is a cent off on many lines": "P19",
    "misses a row of a list": "P17",
    "settles more than is open": "P1",
    "trusts any signature": "P12",
    "wraps the update counter": "P8",
    "drips slowly": "client.raw",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", TOLD)
def test_a_broken_server_is_noticed(name: str, api: Api) -> None:
    found = noticed(api, name, seed=1)
    assert found.line is not None, f"a server that {name} was not noticed"
    assert found.line["message"].startswith(TOLD[name]), found.line["message"]


def test_there_are_many_broken_servers() -> None:
    assert len(NAMES) >= 120
    assert set(TOLD) <= set(NAMES)


@pytest.mark.slow
def test_a_failure_is_made_small_and_kept_and_played_again(api: Api, tmp_path: Path) -> None:
    pack = Pack(api, 1, examples=20, keep=tmp_path)
    broken = SERVERS["rounds halves to even"]
    lines = run(api, named(pack, "sales_invoice/properties[created]"), house=lambda api: House(api, broken))
    message = bad(lines)[0]
    assert "P18 (" in message
    kept = list(tmp_path.iterdir())
    assert len(kept) == 1
    assert f"sqlacc verify --replay {kept[0]}" in message
    failure = load(kept[0])
    rows = failure.given["values"]["record"]["sdsdocdetail"]
    assert len(rows) <= 2, "one line is enough to show it"
    assert failure.given["readings"] == {}
    text = kept[0].read_text("utf-8")
    assert DEMO_ACCESS_KEY not in text
    assert DEMO_SECRET_KEY not in text
    again = run(api, [pack.replay(failure)], house=lambda api: House(api, broken))
    assert "P18 (" in bad(again)[0]
    good = CliRunner().invoke(main, ["verify", "--replay", str(kept[0])])
    assert good.exit_code == 0, good.output
    assert "curl" in good.output
    assert "--aws-sigv4" in good.output


def test_a_failure_that_cannot_be_kept_is_still_told(api: Api, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    pack = Pack(api, SEED, examples=2, keep=tmp_path / "file" / "below", shrink=False)
    lines = run(api, named(pack, "agent/properties[deleted]"), house=lambda api: House(api, SERVERS["does not delete"]))
    assert "P14 (" in bad(lines)[0]
    assert "it was not kept: " in bad(lines)[0]


@pytest.mark.slow
def test_a_failing_life_is_kept_and_played_again(api: Api, tmp_path: Path) -> None:
    pack = Pack(api, SEED, examples=12, keep=tmp_path, readings=False)
    broken = SERVERS["does not delete"]
    lines = run(api, named(pack, "records/properties[lifecycle]"), house=lambda api: House(api, broken))
    assert "P14 (" in bad(lines)[0]
    failure = load(next(tmp_path.iterdir()))
    steps = [step["do"] for step in failure.given["values"]["steps"]]
    assert steps[-1] == "delete"
    assert len(steps) <= 3
    again = run(api, [pack.replay(failure)], house=lambda api: House(api, broken))
    assert "P14 (" in bad(again)[0]
    assert not bad(run(api, [pack.replay(failure)]))


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "{}", '{"format":1}', '{"format":1,"given":{"readings":{},"values":1}}', "\ud800", "[" * 100_000),
        '{"format":1,"given":{"readings":{},"values":1},"case":"php/agent/properties[made]","seed":"x"}',
    ],
    ids=range(8),
)
def test_what_is_no_kept_example_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "odd.json"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(Unreadable):
        load(path)
    result = CliRunner().invoke(main, ["verify", "--replay", str(path)])
    assert result.exit_code == 2
    assert "odd.json" in result.output


def test_an_example_of_a_case_that_is_gone_is_refused(tmp_path: Path) -> None:
    path = save(Failure("python/no_such/properties[created]", {"readings": {}, "values": {}}, "", "", 0), tmp_path)
    result = CliRunner().invoke(main, ["verify", "--replay", str(path)])
    assert result.exit_code == 2
    assert "there is no case" in result.output


# --- seeds ----------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_same_result_with_more_workers(api: Api) -> None:
    ids = [f"{o}/properties[{suite}]" for o in ("agent", "sales_order") for suite in ("created", "updated", "refused")]
    runs = [run(api, named(Pack(api, SEED, examples=2), *ids), workers) for workers in (1, 2)]
    assert [line["id"] for line in of_type(runs[0], "case")] == [line["id"] for line in of_type(runs[1], "case")]
    assert digest(runs[0]) == digest(runs[1])
    other = run(api, named(Pack(api, SEED + 1, examples=2), *ids))
    assert digest(other) != digest(runs[0])


def test_a_failure_is_the_same_with_more_workers(api: Api) -> None:
    broken = SERVERS["shifts dates"]
    found = []
    for workers in (1, 2):
        cases = named(Pack(api, SEED, examples=3), "agent/properties[created]", "sales_order/properties[created]")
        lines = run(api, cases, workers, house=lambda api: House(api, broken))
        assert bad(lines)
        found.append(digest(lines))
    assert found[0] == found[1]


DRAWN = """
import json, sys
sys.path.insert(0, {here!r})
from test_properties import drawn_records
{more}
print(json.dumps(drawn_records(3)))
"""


def drawn_records(count: int) -> list[Any]:
    from sqlacc_codegen.load import load
    from sqlacc_codegen.spec import default_spec

    api, found = load(default_spec()), list[Any]()
    with House(api) as house:
        house.renew({})
        draws(maker_of(api, "sales_invoice", house).records(), count, found.append)
    return found


@pytest.mark.slow
def test_a_seed_means_the_same_in_every_process() -> None:
    """Also where other modules are imported."""
    here = str(Path(__file__).parent)
    program = DRAWN.format(here=here, more="import sqlacc_postman.commands, sqlacc_codegen.emit, vectors")
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=here)
    assert json.loads(told.stdout) == drawn_records(3)


def draws(strategy: Any, count: int, take: Any) -> None:
    settings = hypothesis.settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    with steady():
        hypothesis.seed(SEED)(settings(hypothesis.given(given=strategy)(lambda given: take(given))))()


def maker_of(api: Api, id: str, house: House) -> Maker:
    with Reference(api) as caller:
        return Maker(api, Subject(api.object(id)), look(api, caller, house.settings))


# --- the pack itself --------------------------------------------------------------------------------------------------


def test_every_property_is_tried_by_some_suite() -> None:
    held = {id for suite in SUITES for id in suite.holds} | {id for ids in OTHERS.values() for id in ids}
    assert held == {one.id for one in STATEMENTS}
    assert [one.id for one in STATEMENTS] == [f"P{n}" for n in range(1, 34)]


def test_properties_are_listed() -> None:
    result = CliRunner().invoke(main, ["properties", "--json"])
    assert result.exit_code == 0
    rows = json.loads(result.output)
    assert [row["id"] for row in rows] == [one.id for one in STATEMENTS]
    assert all(row["suites"] and row["text"] for row in rows)
    assert "P29" in CliRunner().invoke(main, ["properties"]).output


def test_a_new_object_is_tried_without_further_words(api: Api) -> None:
    agent = api.object("agent")
    more = replace(api, objects=(*api.objects, replace(agent, id="seller", path="/seller")))
    suites = {case.name for case in Pack(more).cases() if case.subject == "seller"}
    assert {"created", "updated", "refused", "deleted", "listed", "looked at", "built", "parsed"} <= suites


def test_ids_of_cases_are_unique(api: Api) -> None:
    ids = [case.id for case in Pack(api).cases()]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"qty": "2.5", "unitprice": "1.01", "amount": "2.53"}, []),
        ({"qty": "2.5", "unitprice": "1.01", "amount": "2.52"}, ["P18"]),
        ({"qty": "3", "unitprice": "0.335", "amount": "1.01", "disc": ""}, []),
        ({"qty": "10", "unitprice": "25", "disc": "5%+3", "amount": "234.50"}, []),
        ({"qty": "10", "unitprice": "25", "disc": "5%+3", "amount": "234.51"}, ["P18"]),
        (
            {
                "qty": "1",
                "unitprice": "435",
                "tax": "SR",
                "taxrate": "6%",
                "taxinclusive": True,
                "amount": "410.38",
                "taxamt": "24.62",
            },
            [],
        ),
        (
            {
                "qty": "1",
                "unitprice": "435",
                "tax": "SR",
                "taxrate": "6%",
                "taxinclusive": True,
                "amount": "410.37",
                "taxamt": "24.63",
            },
            ["P18", "P18"],
        ),
        ({"qty": "1", "unitprice": "1", "tax": "ST", "taxrate": "A", "amount": "9"}, []),
        ({"qty": None, "unitprice": "1", "amount": "9"}, []),
    ],
)
def test_sums_are_worked_out_by_the_rules(row: dict[str, Any], expected: list[str], api: Api) -> None:
    total = Decimal(row["amount"]) + Decimal(row.get("taxamt", "0"))
    record = {"docamt": {"$dec": str(total)}, "sdsdocdetail": [tagged(row)]}
    assert [id for id, _ in all_differences(api.object("sales_invoice"), record, {})] == expected
    record["docamt"] = {"$dec": str(total + 1)}
    assert "P19" in [id for id, _ in all_differences(api.object("sales_invoice"), record, {})]
    assert "P19" not in [id for id, _ in all_differences(api.object("sales_invoice"), record, {"amounts": "stored"})]


def tagged(row: dict[str, Any]) -> dict[str, Any]:
    decimals = {"qty", "unitprice", "amount", "taxamt"}
    return {name: {"$dec": value} if name in decimals and value is not None else value for name, value in row.items()}


def test_texts_that_are_no_discounts_or_rates_say_nothing() -> None:
    assert discounted(Decimal(100), "half") is None
    assert discounted(Decimal(100), "10%+5") == Decimal(85)
    assert tax_rate("A") is None
    assert tax_rate("E6%") == Decimal("0.06")
    assert tax_rate("") == 0


# --- real servers -----------------------------------------------------------------------------------------------------


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SQLACC_ACCESS_KEY", DEMO_ACCESS_KEY)
    monkeypatch.setenv("SQLACC_SECRET_KEY", DEMO_SECRET_KEY)


@pytest.fixture
def at_a_url(api: Api, keys: None) -> Iterator[Sandbox]:
    with Sandbox.serve(api, readings={"limit_parameter": "ignored", "decimal_form": "number"}) as sandbox:
        yield sandbox


def at(sandbox: Sandbox, *options: str) -> Any:
    command = ["verify", "--properties", "--examples", "2", "--against", sandbox.url, "--lang", "reference"]
    return CliRunner().invoke(main, [*command, "--only", "agent/", "--only", "sales_order/", *options])


def at_all(sandbox: Sandbox) -> Any:
    company = sandbox.api.demo["profile"]["companyname"]
    command = ["verify", "--properties", "--examples", "2", "--against", sandbox.url, "--lang", "reference"]
    return CliRunner().invoke(main, [*command, "--write", company])


def test_a_real_server_is_only_read(at_a_url: Sandbox) -> None:
    before = at_a_url.counts()
    result = at(at_a_url)
    assert result.exit_code == 0, result.output
    assert {entry.method for entry in at_a_url.log} == {"GET"}
    assert at_a_url.counts() == before


@pytest.mark.slow
@pytest.mark.parametrize("reading", ["isbase_type=flag", "amounts=stored", "negative_stock=refused", "not_found=404"])
def test_no_reading_of_a_real_server_is_a_failure(reading: str, at_a_url: Sandbox, api: Api) -> None:
    name, _, value = reading.partition("=")
    at_a_url.set_readings({name: value})
    before = at_a_url.counts()
    result = at_all(at_a_url)
    assert result.exit_code == 0, result.output
    assert at_a_url.counts() == before


@pytest.mark.slow
@pytest.mark.parametrize(
    "what", [["--properties", "--examples", "2", "--lang", "reference"], ["--lang", "python"]], ids=len
)
def test_a_company_of_other_codes_is_no_failure(what: list[str], api: Api, keys: None) -> None:
    """Examples name codes of the demo; a real company has its own."""
    renamed = replace(api, demo=_renamed(api.demo, _codes(api)))
    with Sandbox.serve(renamed) as sandbox:
        before = sandbox.counts()
        company = api.demo["profile"]["companyname"]
        result = CliRunner().invoke(main, ["verify", "--against", sandbox.url, "--write", company, *what])
        assert result.exit_code == 0, result.output
        assert sandbox.counts() == before


def _codes(api: Api) -> set[str]:
    """Codes of the demo that only its records name: some are defaults that the product itself brings."""
    kinds = ("agent", "area", "customer", "location", "project", "stock_item", "supplier")
    rows = [row for part in ("masters", "objects") for kind in kinds for row in api.demo[part].get(kind, ())]
    return {row["code"] for row in rows if row["code"] != "----" and len(row["code"]) < 10}


def _renamed(demo: Any, codes: set[str]) -> Any:
    if isinstance(demo, Mapping):
        return {name: _renamed(value, codes) for name, value in demo.items()}
    if isinstance(demo, (list, tuple)):
        return [_renamed(value, codes) for value in demo]
    return f"{demo}q" if demo in codes else demo


class Keeping(Asked):
    """May not delete anything."""

    def respond(self, request: Request) -> Response:
        refusal = Response(403, [(b"content-type", b"application/json")], b'{"message": "not for this user"}')
        return refusal if request.method == "DELETE" else self.inner.respond(request)


def test_what_a_server_does_not_take_away_is_named(api: Api, keys: None) -> None:
    with House(api, Keeping) as house:
        house.renew({})
        only = ("--only", "*agent/properties[created]", "--write", api.demo["profile"]["companyname"])
        command = ["verify", "--properties", "--examples", "1", "--against", house.settings.base_url]
        result = CliRunner().invoke(main, [*command, "--lang", "reference", *only])
    assert result.exit_code == 1
    assert re.search("left on the server: agent ZZ.*not for this user", result.output), result.output


def test_with_leave_records_are_made_and_taken_away(at_a_url: Sandbox, api: Api) -> None:
    before = at_a_url.counts()
    company = api.demo["profile"]["companyname"]
    result = at(at_a_url, "--write", company)
    assert result.exit_code == 0, result.output
    assert "POST" in {entry.method for entry in at_a_url.log}
    assert at_a_url.counts() == before


@pytest.mark.parametrize("name", ["SOMEBODY ELSE SDN BHD", "Contoh", "e", " "])
def test_another_company_is_left_alone(name: str, at_a_url: Sandbox) -> None:
    result = at(at_a_url, "--write", name)
    assert result.exit_code == 2
    assert "nothing was written" in result.output
    assert {entry.method for entry in at_a_url.log} == {"GET"}


def test_a_dry_run_asks_nothing(at_a_url: Sandbox, api: Api, tmp_path: Path) -> None:
    keep = tmp_path / "failures"
    result = at(at_a_url, "--dry-run", "--write", api.demo["profile"]["companyname"], "--keep", str(keep))
    assert result.exit_code == 0
    assert "reads   reference/agent/properties[looked at]\n        GET /" in result.output
    assert re.search(r"writes  reference/agent/properties\[created\]\n( {8}.*\n)* {8}POST /agent\n", result.output)
    assert "nothing was sent" in result.output
    assert "cannot be rehearsed" not in result.output
    assert len(at_a_url.log) == 0
    assert not keep.exists()


def test_a_real_server_may_heed_the_limit(at_a_url: Sandbox) -> None:
    at_a_url.set_readings({"limit_parameter": "honoured"})
    result = at(at_a_url, "--only", "*looked at*", "--examples", "4")
    assert result.exit_code == 0, result.output


def test_a_rehearsal_makes_the_calls_that_are_made_then(at_a_url: Sandbox) -> None:
    at_a_url.set_readings({"limit_parameter": "honoured", "decimal_form": "text"})
    command = ["verify", "--against", at_a_url.url, "--lang", "python", "--only", "agent/"]
    told = CliRunner().invoke(main, [*command, "--dry-run"])
    assert len(at_a_url.log) == 0
    assert DEMO_SECRET_KEY not in told.output
    made = CliRunner().invoke(main, command)
    assert made.exit_code == 0, made.output
    asked = [f"{entry.method} {entry.target}" for entry in at_a_url.log]
    assert [line.strip() for line in told.output.splitlines() if line.startswith("        ")] == asked
    assert f"{len(asked)} calls, 0 of them write" in told.output


def test_recordings_are_no_server() -> None:
    result = CliRunner().invoke(main, ["verify", "--properties", "--against", "cassettes"])
    assert result.exit_code == 2
    assert "tried on a server" in result.output


def test_without_keys_a_real_server_is_not_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("SQLACC_ACCESS_KEY", "SQLACC_SECRET_KEY", "SQLACC_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    result = CliRunner().invoke(main, ["verify", "--properties", "--against", "http://127.0.0.1:9"])
    assert result.exit_code == 1
    assert "no keys" in result.output
    assert "internal error" not in result.output


def test_nobody_listens(api: Api) -> None:
    settings = Settings("http://127.0.0.1:9", "key.sql.my/A", "secret", "r", "s", timeout_ms=500)
    for backend in (None, Witnessed(settings.base_url, 0.5)):
        with Reference(api, backend) as caller:
            caller.config(**settings.message())
            answer = caller.ask({"cmd": "call", "case": "x", "op": "agents.list", "args": {}})
            assert answer.body["client_error"]["kind"] == "connection"
    assert Http(settings.base_url, 0.5).timeout == 0.5
