"""Faults of the harness itself and of its cassettes that no hash tells: each is noticed, and the network is not needed.

What stands elsewhere: tampered, expired and leaking cassettes in test_recordings, expected failures in test_expected,
drivers that lie in test_driver, runs of nothing in test_verify.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from sqlacc_codegen.cli import main
from sqlacc_codegen.ir import Api
from sqlacc_codegen.language import language
from sqlacc_contract import faults
from sqlacc_contract.house import House
from sqlacc_contract.judge import Settings
from sqlacc_contract.recordings.cassette import Cassette, Interaction, dump, load
from sqlacc_contract.recordings.check import check
from sqlacc_contract.recordings.player import recorded_cases
from sqlacc_contract.results import Line, digest, is_good, of_type
from sqlacc_contract.toolchain import ready
from sqlacc_contract.verify import Plan, verify

FOLDER = Path(__file__).parent / "cassettes"
TODAY = date(2026, 11, 22)


@pytest.fixture
def cassette() -> Cassette:
    return load(FOLDER / "sandbox" / "sales_invoice" / "create-minimum.yaml")


def run(api: Api, generated: Path, plan: Plan, **options: object) -> list[Line]:
    start = ready(language("python"), generated)
    return list(verify(api, [language("python")], plan, lambda _: start, **options))  # type: ignore[arg-type]


def written(cassette: Cassette, folder: Path) -> Path:
    """The forged cassette in a folder of its own; its hashes are those of what is in it now."""
    path = folder / cassette.file
    path.parent.mkdir(parents=True)
    path.write_text(dump(cassette), encoding="utf-8")
    return folder


# --- forged cassettes ---------------------------------------------------------------------------------------------

Forge = Callable[[tuple[Interaction, ...]], tuple[Interaction, ...]]
FORGED: dict[str, tuple[Forge, str]] = {
    "the last interaction removed": (lambda told: told[:-1], "its calls made 2 requests, it holds 1"),
    "the first interaction removed": (lambda told: told[1:], "its calls made 2 requests, it holds 1"),
    "an interaction added": (lambda told: (*told, told[-1]), "its calls made 2 requests, it holds 3"),
    "an interaction in the place of another": (lambda told: (told[0], told[0]), "GET /salesinvoice/27"),
    "a digit of a request": (
        lambda told: (replace(told[0], body=told[0].body.replace(b'"1.00"', b'"2.00"')), *told[1:]),
        'sdsdocdetail[0].qty: expected "2.00", received "1.00"',
    ),
    "another status": (lambda told: (replace(told[0], status=409), *told[1:]), "sales_invoices.create"),
}


def replayed(folder: Path, api: Api, generated: Path) -> Line:
    """The answers as they stand there, played by the Python client."""
    cases = [case for case in recorded_cases(folder) if "," not in case.name]
    (line,) = of_type(run(api, generated, Plan(), everything=cases), "case")
    return line


@pytest.mark.slow
@pytest.mark.parametrize("forgery", FORGED)
def test_a_forged_cassette_turns_the_replay_red(
    forgery: str, cassette: Cassette, api: Api, generated: Path, tmp_path: Path
) -> None:
    forge, words = FORGED[forgery]
    forged = replace(cassette, interactions=forge(cassette.interactions))
    line = replayed(written(forged, tmp_path), api, generated)
    assert not is_good(line)
    assert words in line["message"]


def test_interactions_are_found_in_any_order(cassette: Cassette, api: Api, generated: Path, tmp_path: Path) -> None:
    """What differs is found by method and target; two that are asked alike keep their order."""
    swapped = replace(cassette, interactions=cassette.interactions[::-1])
    line = replayed(written(swapped, tmp_path), api, generated)
    assert is_good(line), line["message"]


@pytest.mark.slow
def test_an_expired_cassette_fails_the_scheduled_check(cassette: Cassette, tmp_path: Path) -> None:
    old = (date.today() - timedelta(days=200)).isoformat()
    folder = written(replace(cassette, origin=replace(cassette.origin, recorded=old)), tmp_path)
    for options, code, words in (([], 0, "warning: "), (["--expire"], 1, "error: ")):
        result = CliRunner().invoke(main, ["record", "--check", "--out", str(folder), *options])
        assert result.exit_code == code
        assert f"{words}{cassette.file}: is 200 days old and has expired" in " ".join(result.output.split())


@pytest.mark.slow
def test_cassettes_are_checked_without_a_network(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(self: socket.socket, address: object) -> None:
        raise AssertionError(f"a check of cassettes reached for {address}")

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket.socket, "connect_ex", connect)
    assert not [str(one) for one in check(api, FOLDER, TODAY) if not one.warning]


# --- a run that depends on who plays ------------------------------------------------------------------------------


class Uneven(House):
    """Breaks every third case that it plays: which ones these are depends on the number of workers."""

    played = 0

    def renew(self, readings: Mapping[str, str], moment: float | None = None) -> Settings:
        settings = super().renew(readings, moment)
        self.played += 1
        if self.played % 3 == 0:
            self.tap.faults.append(faults.status(418, "short and stout"))
        return settings


@pytest.mark.slow
def test_another_result_with_more_workers_has_another_digest(api: Api, generated: Path) -> None:
    plan = Plan(only=("agent/list", "agent/get"), fast=True)
    alone, together = (run(api, generated, plan, workers=workers, house=Uneven) for workers in (1, 2))
    assert [line["id"] for line in of_type(alone, "case")] == [line["id"] for line in of_type(together, "case")]
    assert digest(alone) != digest(together)
