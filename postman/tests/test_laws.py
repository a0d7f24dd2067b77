"""The law of round trips: what is exported to Postman comes back the same, but for what Postman has no words for."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from sqlacc_codegen.files import write
from sqlacc_codegen.ir import Api, Object
from sqlacc_codegen.load import load
from sqlacc_postman.exporters import collection
from sqlacc_postman.importing.importer import CANNOT_SAY, as_folder, read_collection
from sqlacc_postman.importing.into import additions

ROOT = Path(__file__).parents[2]
SPEC = ROOT / "spec"
API = load(SPEC)
KITCHEN = ROOT / "generator" / "tests" / "kitchen_sink"


def round_trip(api: Api, base: Path, home: Path) -> Api:
    """The Api of what was imported from what was exported."""
    file = home / "collection.json"
    file.write_text(collection.export(api)["collection.json"], encoding="utf-8")
    write(as_folder(read_collection(file, base), base), home / "spec")
    return load(home / "spec")


def sayable(api: Api) -> Api:
    """The Api without what Postman cannot say."""
    objects = tuple(sorted((replace(o, behaviour={}) for o in api.objects), key=lambda o: o.id))
    return replace(
        api,
        objects=objects,
        masters=tuple(sorted(api.masters, key=lambda m: m.id)),
        sources=tuple(sorted(api.sources, key=lambda s: s.tag)),
        workflows=(),
        demo={},
        facts={},
        readings=(),
        errors=(),
        scopes=(),
        page_size=0,
    )


@pytest.mark.slow
@pytest.mark.parametrize("base", [SPEC, KITCHEN], ids=["spec", "kitchen sink"])
def test_export_and_import_give_the_same_api(base: Path, tmp_path: Path) -> None:
    api = load(base)
    again = round_trip(api, base, tmp_path)
    for one, other in zip(sayable(api).objects, sayable(again).objects, strict=True):
        assert _parts(one) == _parts(other)
    assert sayable(again) == sayable(api)


def _parts(object: Object) -> dict[str, object]:
    return {"fields": [vars(f) for f in object.fields], "examples": object.examples, "lines": object.lines}


@pytest.mark.slow
def test_edited_tables_are_read_and_contradictions_told(tmp_path: Path) -> None:
    text = collection.export(API)["collection.json"]
    row = next(line for line in text.split("\\n") if line.startswith("| isactive | flag |"))
    more = row.replace("| isactive |", "| udf_region |").replace("| flag |", "| text(8) |").replace("| true |", "| |")
    broken = row.replace("| isactive |", "| Not A Name |")
    text = text.replace(row, "\\n".join((row.replace("| flag |", "| integer |"), more, broken)), 1)
    file = tmp_path / "collection.json"
    file.write_text(text, encoding="utf-8")
    found = read_collection(file, SPEC)
    texts = additions(found, SPEC)
    assert [path.name for path in texts] == ["agent.yaml"]
    assert "udf_region:" in next(iter(texts.values()))
    assert "type is flag in the spec, integer in the collection" in found.report.markdown()
    assert "no usable wire name" in found.report.markdown()


def test_what_cannot_be_said_is_listed() -> None:
    assert set(CANNOT_SAY) == {
        "behaviour", "demo", "errors", "facts", "page_size", "readings", "scopes", "workflows",
    }  # fmt: skip


def test_the_export_is_the_same_every_time() -> None:
    one, other = collection.export(API), collection.export(load(SPEC))
    assert one == other
    ids = _ids(json.loads(one["collection.json"]))
    assert len(ids) == len(set(ids))


def _ids(value: object) -> list[str]:
    if isinstance(value, list):
        return [id for item in value for id in _ids(item)]
    if isinstance(value, dict):
        own = [value["id"]] if isinstance(value.get("id"), str) else []
        return own + [id for key, item in value.items() if key != "originalRequest" for id in _ids(item)]
    return []
