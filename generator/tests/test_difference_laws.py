"""Laws of `sqlacc diff` over random changes: of the comparison itself, and of comparing exports instead of specs."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from sqlacc_codegen.api_json import as_json, from_json
from sqlacc_codegen.difference import exported, report
from sqlacc_codegen.difference.change import WEIGHTS, Change, bump
from sqlacc_codegen.difference.compare import compare
from sqlacc_codegen.difference.lacks import Partial, pair
from sqlacc_codegen.difference.revisions import revision
from sqlacc_codegen.exporters import jsonschema, openapi
from sqlacc_codegen.files import write
from sqlacc_codegen.ir import Api
from sqlacc_codegen.load import load
from sqlacc_codegen.problems import Place, Problems

from .changed_specs import Edit, edits

ROOT = Path(__file__).parents[2]
SPECS = {
    "spec": load(ROOT / "spec"),
    "kitchen_sink": load(ROOT / "generator" / "tests" / "kitchen_sink"),
    "small": load(ROOT / "generator" / "tests" / "specs" / "small"),
}
API = SPECS["spec"]
SMALL = SPECS["kitchen_sink"]  # every kind of thing in little space
STEPS = ("none", "patch", "minor", "major")


def by_print(changes: tuple[Change, ...]) -> dict[str, Change]:
    return {change.fingerprint: change for change in changes}


def weights(changes: tuple[Change, ...]) -> dict[str, tuple[str, str, str]]:
    return {c.fingerprint: (c.code, c.readers, c.writers) for c in changes}


def through_openapi(api: Api, home: Path) -> Partial:
    (home / "openapi.yaml").write_text(openapi.export(api)["openapi.yaml"], encoding="utf-8")
    return exported.openapi(home / "openapi.yaml")


def through_json_schemas(api: Api, home: Path) -> Partial:
    for name, text in jsonschema.export(api).items():
        (home / name).write_text(text, encoding="utf-8")
    return exported.json_schemas(home)


def through_postman(api: Api, home: Path) -> Partial:
    from sqlacc_postman.exporters import collection
    from sqlacc_postman.importing.as_api import LACKS
    from sqlacc_postman.importing.importer import as_folder, read_collection

    (home / "collection.json").write_text(collection.export(api)["collection.json"], encoding="utf-8")
    base = ROOT / "generator" / "tests" / "kitchen_sink"
    write(as_folder(read_collection(home / "collection.json", base), base), home / "spec")
    return Partial(load(home / "spec"), LACKS)


FORMATS = {"openapi": through_openapi, "jsonschema": through_json_schemas}


@pytest.mark.parametrize("name", SPECS)
@pytest.mark.parametrize("format", FORMATS)
def test_specs_and_their_own_export_do_not_differ(name: str, format: str, tmp_path: Path) -> None:
    api = SPECS[name]
    back = FORMATS[format](api, tmp_path)
    for old, new in (pair(back, Partial(api)), pair(Partial(api), back)):
        assert compare(old, new) == ()


# What OpenAPI drops although it is no part of what the other side lends; everything else comes back as it was.
NOT_CARRIED = (
    "objects.operations.doc",
    "objects.operations.evidence",
    "objects.pdf.category",
    "objects.pdf.note",
    "objects.rules.evidence",
    "readings.choices.evidence",
    "readings.doc",
    "scopes.doc",
    "scopes.evidence",
    "scopes.id",
)


@pytest.mark.parametrize("name", SPECS)
def test_everything_else_comes_back_from_openapi_as_it_was(name: str, tmp_path: Path) -> None:
    api = SPECS[name]
    back, _ = pair(through_openapi(api, tmp_path), Partial(api))
    lost = {path for path in _unequal(api, back, "") if not path.startswith(NOT_CARRIED)}
    assert {path.rpartition(".")[2] for path in lost} <= {"sdk"}


def _unequal(one: Any, other: Any, path: str) -> list[str]:
    """Paths of attributes in which two parts of an Api differ."""
    if is_dataclass(one) and type(one) is type(other):
        inner = [(f.name, getattr(one, f.name), getattr(other, f.name)) for f in fields(one)]
        return [text for name, a, b in inner for text in _unequal(a, b, f"{path}.{name}".lstrip("."))]
    if isinstance(one, tuple) and isinstance(other, tuple) and len(one) == len(other):
        return [text for a, b in zip(one, other, strict=True) for text in _unequal(a, b, path)]
    return [] if one == other else [path]


@pytest.mark.slow
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(edits(SMALL), st.sampled_from(sorted(FORMATS)))
def test_a_change_is_the_same_seen_through_exports(
    tmp_path_factory: pytest.TempPathFactory, edit: Edit, format: str
) -> None:
    new = edit(SMALL)
    home = tmp_path_factory.mktemp("exports")
    (home / "old").mkdir()
    (home / "new").mkdir()
    old_file, new_file = FORMATS[format](SMALL, home / "old"), FORMATS[format](new, home / "new")
    seen = weights(compare(*pair(old_file, new_file)))
    lacks = {"operation", "index", "examples", "report"} if format == "jsonschema" else set()
    true = compare(SMALL, new)
    assert seen == {key: value for key, value in weights(true).items() if value[0].partition("-")[0] not in lacks}


@settings(max_examples=20, suppress_health_check=list(HealthCheck))
@given(edits(SMALL))
def test_a_change_is_the_same_seen_through_postman(tmp_path_factory: pytest.TempPathFactory, edit: Edit) -> None:
    assume("no " not in edit.place)  # samples still show what the tables no longer tell of
    assume(".name=" not in edit.place)  # words that do not spell the wire name are no spec
    new, home = edit(SMALL), tmp_path_factory.mktemp("postman")
    seen = weights(compare(*pair(Partial(SMALL), through_postman(new, home))))
    assert seen == weights(compare(SMALL, new))


@pytest.mark.slow
@settings(max_examples=30)
@given(edits(API), edits(API))
def test_a_change_weighs_the_same_whatever_else_changes(one: Edit, other: Edit) -> None:
    assume(one.object != other.object)
    first, second = weights(compare(API, one(API))), weights(compare(API, other(API)))
    both = compare(API, other(one(API)))
    assert weights(both) == first | second
    steps = [STEPS.index(bump(compare(API, edit(API)))) for edit in (one, other)]
    assert STEPS.index(bump(both)) == max(steps)


@pytest.mark.slow
@settings(max_examples=20)
@given(st.lists(edits(SMALL), max_size=3))
def test_a_spec_does_not_differ_from_itself_nor_from_its_json(several: list[Edit]) -> None:
    api = SMALL
    for edit in several:
        api = edit(api)
    assert compare(api, api) == ()
    again = from_json(json.loads(json.dumps(as_json(api))))
    assert compare(api, again) == compare(again, api) == ()


OPPOSITES = {
    "field-added": "field-removed",
    "table-added": "table-removed",
    "operation-added": "operation-removed",
    "index-added": "index-removed",
    "report-added": "report-removed",
    "rule-added": "rule-removed",
    "value-added": "value-removed",
    "narrowed": "widened",
}
OPPOSITES |= {new: old for old, new in OPPOSITES.items()}


@pytest.mark.slow
@given(edits(API))
def test_there_and_back_are_opposites(edit: Edit) -> None:
    new = edit(API)
    there, back = compare(API, new), compare(new, API)
    assert sorted((c.where, OPPOSITES.get(c.code, c.code)) for c in there) == sorted((c.where, c.code) for c in back)
    for change in there:
        if change.code.endswith("-removed") and change.code not in ("rule-removed", "value-removed", "reading-removed"):
            assert change.weight != "safe", "what somebody may use does not go in silence"
        if change.code.endswith("-added") and change.writers == "breaking":
            assert change.code in ("rule-added", "field-added")


changes = st.builds(
    Change,
    where=st.text(max_size=20),
    code=st.sampled_from(["field-added", "narrowed", "doc-changed"]),
    message=st.text(max_size=40),
    readers=st.sampled_from(WEIGHTS),
    writers=st.sampled_from(WEIGHTS),
    fact=st.none() | st.text(max_size=5),
    addition=st.booleans(),
)


@given(st.lists(changes, max_size=6), changes)
def test_one_more_change_never_lowers_the_version_step(several: list[Change], more: Change) -> None:
    assert STEPS.index(bump([*several, more])) >= STEPS.index(bump(several))


@given(st.lists(changes, max_size=5))
def test_reports_hold_every_change_and_nothing_that_a_text_smuggles_in(several: list[Change]) -> None:
    approved = frozenset(change.fingerprint for change in several[:1])
    found = json.loads(report.as_json(several, approved, Place))
    assert [row["fingerprint"] for row in found["changes"]] == [change.fingerprint for change in several]
    log = json.loads(report.as_sarif(several, approved, Place))
    assert len(log["runs"][0]["results"]) == len(several)
    text = report.as_markdown(several, approved, {})
    bullets = [line for line in text.split("\n") if line.startswith("- ")]
    assert len(bullets) == len(several)
    assert all(line.startswith(("#", "- ", "  - ", "Suggested", "No changes")) for line in text.split("\n") if line)


@pytest.mark.slow
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_broken_export_is_no_crash(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    document = openapi.document(SMALL)
    odd = st.none() | st.integers() | st.text(max_size=5) | st.just([]) | st.just({}) | st.just([None])
    holder: Any = document
    while True:  # walk down and break one thing
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(holder[key], (dict, list)) or not holder[key] or data.draw(st.integers(0, 3)) == 0:
            holder[key] = data.draw(odd)
            break
        holder = holder[key]
    file = tmp_path_factory.mktemp("broken") / "openapi.yaml"
    file.write_text(yaml.dump(document, Dumper=yaml.CSafeDumper, sort_keys=False), encoding="utf-8")
    try:
        found = revision(str(file), {}).found
    except Problems as problems:
        assert [problem.code for problem in problems.found] == ["unreadable-export"]  # noqa: PT017
        return
    assert compare(found.api, found.api) == ()
    assert report.as_markdown(compare(*pair(found, Partial(SMALL))), frozenset(), {})
