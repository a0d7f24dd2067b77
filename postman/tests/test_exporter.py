"""The exported collection: complete, deterministic, without secrets; and the commands."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from sqlacc_codegen.cli import main
from sqlacc_codegen.load import load
from sqlacc_postman.exporters import collection, environments

from .conftest import SCHEMA, SPEC

API = load(SPEC)
COLLECTION: dict[str, Any] = json.loads(collection.export(API)["collection.json"])
ENVIRONMENTS = {name: json.loads(text) for name, text in environments.export(API).items()}


def items(value: Any) -> Iterator[dict[str, Any]]:
    for item in value["item"]:
        yield from items(item) if "item" in item else [item]


def folder(title: str) -> dict[str, Any]:
    (found,) = [item for item in COLLECTION["item"] if item["name"] == title]
    return dict(found)


def test_a_folder_for_each_object_with_a_request_for_each_operation_and_sample() -> None:
    assert COLLECTION["info"]["schema"] == SCHEMA
    for object in API.objects:
        names = [item["name"] for item in items(folder(object.title))]
        assert {"List", "Next page", "Filter", "Find", "Get", "Delete", "Gone"} <= set(names)
        creates = [name for name in names if name.startswith("Create: ")]
        assert sorted(creates) == sorted(f"Create: {e.title}" for e in object.examples if e.purpose != "update")
        assert ("PDF" in names) == ("pdf" in object.by_operation and object.pdf is not None)


def test_every_request_is_tested_and_signed_by_variables() -> None:
    assert all(item["event"][0]["script"]["exec"] for item in items(COLLECTION))
    assert COLLECTION["auth"]["type"] == "awsv4"
    assert {value["value"] for value in COLLECTION["auth"]["awsv4"]} == {
        "{{access_key}}", "{{secret_key}}", "{{region}}", "{{service}}", "{{session_token}}",
    }  # fmt: skip
    assert all("auth" not in item["request"] for item in items(COLLECTION))


def test_every_variable_that_is_used_is_set_somewhere() -> None:
    text = json.dumps(COLLECTION)
    used = set(re.findall(r"\{\{([a-z_0-9]+)\}\}", text))
    known = {variable["key"] for variable in COLLECTION["variable"]}
    known |= {value["key"] for environment in ENVIRONMENTS.values() for value in environment["values"]}
    known |= set(re.findall(r'collectionVariables\.set\("([a-z_0-9]+)"', text.replace('\\"', '"')))
    assert used <= known


def test_environments_hold_no_secrets() -> None:
    assert len(ENVIRONMENTS) == 3
    for environment in ENVIRONMENTS.values():
        values = {value["key"]: value for value in environment["values"]}
        for name in ("access_key", "secret_key", "session_token"):
            assert values[name]["value"] == ""
            assert values[name]["type"] == "secret"
    assert "sandbox-secret" not in json.dumps(COLLECTION)


def test_saved_answers_say_what_they_are() -> None:
    saved = [answer for item in items(COLLECTION) for answer in item["response"]]
    assert len(saved) > 50
    assert {answer["name"] for answer in saved} == {"Example, made from the spec"}


def run(*args: str) -> Result:
    return CliRunner().invoke(main, args, standalone_mode=False)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("format", "names"),
    [
        ("postman", {"collection.json", "environments"}),
        ("openapi", {"openapi.yaml"}),
        ("jsonschema", {f"{object.id}.json" for object in API.objects} | {"index.json"}),
    ],
)
def test_export_writes_what_it_says(tmp_path: Path, format: str, names: set[str]) -> None:
    done = run("export", format, "-o", str(tmp_path / "out"), "--spec", str(SPEC))
    assert done.return_value == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == names


@pytest.mark.slow
def test_import_by_the_command_line(tmp_path: Path) -> None:
    run("export", "postman", "-o", str(tmp_path), "--spec", str(SPEC))
    file, report = str(tmp_path / "collection.json"), tmp_path / "loss.json"
    spec = tmp_path / "spec"
    shutil.copytree(SPEC, spec)
    before = {path: path.read_bytes() for path in spec.rglob("*.yaml")}
    done = run("import", "postman", file, "--into", str(spec), "--report", str(report))
    assert done.return_value == 0, done.output
    assert {path: path.read_bytes() for path in spec.rglob("*.yaml")} == before
    assert json.loads(report.read_text(encoding="utf-8"))["counts"]["conflict"] == 0
    dry = run("import", "postman", file, "--out", str(tmp_path / "new"), "--spec", str(SPEC), "--dry-run")
    assert dry.return_value == 0
    assert not (tmp_path / "new").exists()
    assert run("import", "postman", file, "--out", str(tmp_path / "new"), "--spec", str(SPEC)).return_value == 0
    again = run("import", "postman", file, "--out", str(tmp_path / "new"), "--spec", str(SPEC))
    assert again.return_value == 0
    assert "wrote 18 files" not in again.output


@pytest.mark.slow
def test_diff_reads_a_collection(tmp_path: Path) -> None:
    run("export", "postman", "-o", str(tmp_path), "--spec", str(SPEC))
    done = run("diff", str(tmp_path / "collection.json"), str(SPEC))
    assert done.return_value == 0
    assert "No changes." in done.output
