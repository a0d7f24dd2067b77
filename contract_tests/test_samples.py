"""The sample code of the documentation and the examples of the READMEs run, and print what is recorded of them."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from drivers import toolchain_needed
from sqlacc_codegen.emit import emit
from sqlacc_codegen.files import write
from sqlacc_codegen.ir import Api
from sqlacc_codegen.language import language, language_ids
from sqlacc_codegen.load import load
from sqlacc_codegen.snippets import printed, snippets
from sqlacc_contract.samples.play import Outcome, play
from sqlacc_contract.samples.recorded import findings, stale
from sqlacc_contract.samples.sample import Sample, samples, speakers
from test_sandbox_new_object import DELIVERY

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 20  # lines of a sample


def played(api: Api, speaker: str, generated: Path, chosen: list[Sample]) -> list[Outcome]:
    with toolchain_needed():
        return play(api, speaker, chosen, generated)


# Languages that have to be compiled first are left to the full lane.
COMPILED = [id for id in language_ids() if language(id).driver.build]
ALL = [pytest.param(id, marks=pytest.mark.slow) if id in COMPILED else id for id in speakers()]


@pytest.mark.slow
@pytest.mark.parametrize("speaker", ALL)
def test_every_sample_prints_what_is_recorded(speaker: str, api: Api, generated: Path) -> None:
    everything = samples(api, speaker, generated)
    assert not stale(speaker, everything)
    assert len({sample.name for sample in everything}) == len(everything)
    assert findings(speaker, played(api, speaker, generated, everything)) == []


def test_every_operation_has_a_short_sample_in_every_language(api: Api) -> None:
    found = snippets(api)
    wanted = {
        (o.id, operation.kind, speaker) for o in api.objects for operation in o.operations for speaker in speakers()
    }
    assert {(s.object, s.operation, s.language) for s in found} == wanted
    assert [s.id for s in found if s.code.count("\n") > LONGEST or not s.code.endswith("\n")] == []
    assert [s.id for s in found if printed(s) is None] == []


@pytest.mark.slow
def test_a_sample_that_prints_something_else_is_told(api: Api, generated: Path) -> None:
    sample = next(s for s in samples(api, "python", generated) if s.name == "agent-get")
    lied = replace(sample, code=sample.code.replace("agent.code", "agent.code.lower()"))
    failed = replace(sample, code="raise SystemExit(3)\n")
    (good,), (other,), (broken,) = (played(api, "python", generated, [one]) for one in (sample, lied, failed))
    assert (good.printed, other.printed) == ("HALIM Halim Contoh\n", "halim Halim Contoh\n")
    assert findings("python", [good]) == []
    assert "run `sqlacc snippets --record --lang python`" in findings("python", [other])[0]
    assert "prints something else" in findings("python", [replace(other, sample=sample)])[0]
    assert "SystemExit: 3" in findings("python", [broken])[0]


@pytest.mark.slow
def test_each_sample_begins_with_the_same_records(api: Api, generated: Path) -> None:
    create = next(s for s in samples(api, "python", generated) if s.name == "sales_order-create")
    first, second = played(api, "python", generated, [create, create])
    assert first.printed == second.printed != ""


@pytest.mark.slow
def test_a_new_object_has_samples_that_run(tmp_path: Path) -> None:
    """One more YAML file without demo records: what its samples speak about is stored before they run."""
    spec = Path(shutil.copytree(ROOT / "spec", tmp_path / "spec"))
    (spec / "objects" / "delivery_order.yaml").write_text(DELIVERY)
    with_deliveries = load(spec)
    write(emit(with_deliveries, language("gas")), tmp_path / "gas")
    chosen = [s for s in samples(with_deliveries, "gas", tmp_path) if s.name.startswith("delivery_order-")]
    outcomes = played(with_deliveries, "gas", tmp_path, chosen)
    assert [outcome.error for outcome in outcomes] == [""] * len(with_deliveries.object("delivery_order").operations)
    printed = {outcome.sample.name.removeprefix("delivery_order-"): outcome.printed for outcome in outcomes}
    assert printed["get"] == printed["find"] == printed["list"]
    assert (printed["delete"], printed["create"][:2]) == ("deleted\n", "DO")


def test_texts_of_a_spec_stay_texts_in_samples() -> None:
    kitchen_sink = load(ROOT / "generator" / "tests" / "kitchen_sink")
    found = [snippet for snippet in snippets(kitchen_sink) if snippet.language == "python"]
    assert found
    for snippet in found:
        compile(snippet.code, snippet.id, "exec")
