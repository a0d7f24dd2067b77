"""Faults of careless clients, as data: each edit fits, no language lacks one, and verify notices a sample of them.

All of them: `./dev mutants`, which is `python contract_tests/bench/mutants.py`.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from drivers import LANGUAGES, driver_of
from faulty import Edit, Fault, Misfit, edited, faults, missing, noticed_by, places, without
from sqlacc_codegen.ir import Api

SEED, SAMPLE = 20261122, 3


def sample() -> list[Fault]:
    """The seed may be any: a fault that survives is told by `./dev mutants` too."""
    return [fault for id in LANGUAGES for fault in random.Random(f"{SEED} {id}").sample(faults(id), SAMPLE)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_edit_fits_the_generated_client(language: str, generated: Path) -> None:
    wrong = [words for fault in faults(language) if (words := misfit(fault, generated / language))]
    assert not wrong, "\n".join(wrong)


def misfit(fault: Fault, client: Path) -> str:
    try:
        edited(fault, client)
    except Misfit as told:
        return str(told)
    return ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_lacks_a_fault_that_another_has(language: str) -> None:
    assert missing(language) == []
    assert len(faults(language)) >= 100
    everywhere = {fault.name for id in LANGUAGES for fault in faults(id)}
    assert without(language).keys() <= everywhere - {fault.name for fault in faults(language)}
    assert all(len(reason) > 20 for reason in without(language).values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_place_is_used(language: str) -> None:
    files = {(edit.file, edit.find) for fault in faults(language) for edit in fault.edits}
    assert [name for name, place in places(language).items() if (place.file, place.find) not in files] == []


@pytest.mark.parametrize(
    ("find", "replace", "words"),
    [
        ("no such text", "x", "stands there 0 times"),
        ("two", "x", "stands there 2 times"),
        ("one", "one", "changes nothing"),
    ],
)
def test_an_edit_that_does_not_fit_is_told_with_file_and_fault(
    find: str, replace: str, words: str, tmp_path: Path
) -> None:
    (tmp_path / "client.x").write_text("one two two", encoding="utf-8")
    fault = Fault("x", "forgets everything", (Edit("client.x", find, replace),))
    with pytest.raises(Misfit, match=rf"x: forgets everything: client\.x: .*{words}"):
        edited(fault, tmp_path)
    with pytest.raises(Misfit, match=r"gone\.x: the text to find stands there 0 times"):
        edited(fault._replace(edits=(Edit("gone.x", find, replace),)), tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("fault", sample(), ids=lambda fault: f"{fault.language}: {fault.name}")
def test_a_fault_is_noticed(fault: Fault, api: Api, generated: Path) -> None:
    with driver_of(fault.language, api, generated):
        pass  # skips where the toolchain is missing
    assert noticed_by(fault, api, generated), "no case and no vector turned red"
