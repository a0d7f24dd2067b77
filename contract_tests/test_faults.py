"""Faults of careless clients, as data: each edit fits the generated client, and `verify` notices a sample of them.

All of them: `python contract_tests/bench/mutants.py`.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from drivers import driver_of
from faulty import FAULTY, Fault, faults, noticed_by
from sqlacc_codegen.ir import Api

SEED, SAMPLE = 20261122, 3


def sample() -> list[Fault]:
    dice = random.Random(SEED)
    return [fault for id in FAULTY for fault in dice.sample(faults(id), SAMPLE)]


@pytest.mark.parametrize("language", FAULTY)
def test_every_edit_fits_the_generated_client(language: str, generated: Path) -> None:
    found = {}
    for fault in faults(language):
        text = (generated / language / fault.file).read_text("utf-8")
        found[fault.name] = text.count(fault.find)
        assert fault.find != fault.replace, fault.name
    assert len(found) >= 50
    assert {name: count for name, count in found.items() if count != 1} == {}


@pytest.mark.parametrize("fault", sample(), ids=lambda fault: f"{fault.language}: {fault.name}")
def test_a_fault_is_noticed(fault: Fault, api: Api, generated: Path) -> None:
    with driver_of(fault.language, api, generated):
        pass  # skips where the toolchain is missing
    line = noticed_by(fault, api, generated)
    assert line is not None, "no case turned red"
    assert "client_error usage" not in line["message"], line["message"]
