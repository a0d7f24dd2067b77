"""Shapes seen in collections of other people's making: each gives the same object, or says why not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sqlacc_codegen.files import write
from sqlacc_codegen.lint import check_spec
from sqlacc_codegen.problems import Problems
from sqlacc_postman.importing.importer import as_folder, read_collection

from .conftest import SPEC, Import, collection

BODY = '{"docno": "Q-1", "shop": "KL"}'
RAW = {"mode": "raw", "raw": BODY}


def post(url: Any, body: Any = RAW, **more: Any) -> dict[str, Any]:
    return {"name": "New", "request": {"method": "POST", "url": url, "body": body} | more}


HOST_PARTS = {
    "raw": "{{protocol}}://{{host}}:{{port}}/joborder/",
    "protocol": "{{protocol}}",
    "host": ["{{host}}"],
    "port": "{{port}}",
    "path": ["joborder", ""],
    "query": [{"key": "", "value": "", "disabled": True}, {"key": None, "value": None}],
}
NULLS = {
    "name": None, "event": None,
    "response": [None, {"code": 200, "body": None, "header": None, "originalRequest": None}],
    "request": {"auth": None, "method": "POST", "header": [None], "url": {"raw": "https://h/joborder", "query": None},
                "body": RAW | {"options": None}, "description": None},
}  # fmt: skip
SHAPES: dict[str, dict[str, Any]] = {
    "an address with a path as variable": collection(
        post("{{base}}/joborder"), variable=[{"key": "base", "value": "https://h/sql/api"}]
    ),
    "an address that ends in a slash": collection(
        post("{{base}}joborder"), variable=[{"key": "base", "value": "https://h/"}]
    ),
    "an unknown variable without a slash": collection(post({"raw": "{{base}}joborder?x=1"})),
    "variables in every part of the host": collection(post(HOST_PARTS)),
    "no raw url": collection(post({"host": "api.sql.my", "path": "/joborder"})),
    "path parts as mappings": collection(post({"host": ["h"], "path": [{"type": "string", "value": "joborder"}]})),
    "spaces and a byte order mark": collection(
        post(" https://h/joborder \n", {"mode": "raw", "raw": f"\ufeff\r\n{BODY}"})
    ),
    "nulls everywhere": collection(NULLS, auth=None, event=None, variable=None),
    "a request without url and method": collection(
        {"request": {"url": None, "method": None}}, post("https://h/joborder")
    ),
    "methods in small letters": collection(post("https://h/joborder", method="post")),
    "settings of the runner": collection(
        post("https://h/joborder") | {"protocolProfileBehavior": {"disableBodyPruning": True}},
        protocolProfileBehavior={"followRedirects": False},
    ),
    "variables of a folder": collection(
        {"name": "F", "variable": [{"key": "p", "value": "joborder"}], "auth": "none", "item": [post("https://h/{{p}}")],
         "description": {"content": "Job orders", "type": "text/plain"}}
    ),
    "numbers for texts": {"info": {"name": 5, "description": 7}, "item": [
        post("https://h/joborder", header=[{"key": 5, "value": 5}], description={"content": None}) | {"name": 5}]},
    "an answer of Postman's own API": {"collection": collection(post("https://h/joborder"))},
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", SHAPES)
def test_it_is_the_object_that_it_looks_like(name: str, imported: Import, tmp_path: Path) -> None:
    found = imported(SHAPES[name])
    assert list(found.objects) == ["job_order"]
    spec = found.objects["job_order"]
    assert spec["path"] == "/joborder"
    assert spec["operations"] == ["create"]
    assert spec["examples"]["full"]["payload"] == json.loads(BODY)
    write(as_folder(found, SPEC), tmp_path / "spec")
    assert not [p for p in check_spec(tmp_path / "spec") if p.code != "missing-example"]


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_files_as_editors_save_them(encoding: str, tmp_path: Path) -> None:
    text = json.dumps(
        collection(post("https://h/joborder")) | {"info": {"name": "請求書"}}, ensure_ascii=False, indent=1
    )
    (tmp_path / "c.json").write_bytes(text.replace("\n", "\r\n").encode(encoding))
    found = read_collection(tmp_path / "c.json", SPEC)
    assert (found.name, list(found.objects)) == ("請求書", ["job_order"])


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-32", "latin-1"])
def test_other_encodings_are_named(encoding: str, tmp_path: Path) -> None:
    text = json.dumps(collection(post("https://h/joborder")) | {"info": {"name": "größe"}}, ensure_ascii=False)
    (tmp_path / "c.json").write_bytes(text.encode(encoding))
    with pytest.raises(Problems, match=r"is not (UTF-8|JSON)"):
        read_collection(tmp_path / "c.json", SPEC)


def test_variables_that_postman_makes_up_are_no_values(imported: Import) -> None:
    body = '{"docno": "{{$guid}}", "at": "{{$isoTimestamp}}", "n": {{$randomInt}}, "shop": "KL"}'
    spec = imported(collection(post("https://h/joborder", {"mode": "raw", "raw": body}))).objects["job_order"]
    assert spec["examples"]["full"]["payload"] == {"shop": "KL"}
    assert "no sample shows a value" in spec["fields"]["at"]["evidence"]


def test_numbers_of_every_form(imported: Import, tmp_path: Path) -> None:
    body = '{"a": 1E5, "b": -0.0, "c": 1e400, "d": 12345678901234567890123, "e": 1.5e-3, "f": 1e99999999999999999999}'
    found = imported(collection(post("https://h/joborder", {"mode": "raw", "raw": body})))
    spec = found.objects["job_order"]
    kinds = {wire: field["type"] for wire, field in spec["fields"].items() if len(wire) == 1}
    assert kinds == {"a": "decimal", "b": "decimal(1)", "c": "text", "d": "decimal", "e": "decimal(4)", "f": "text"}
    assert spec["examples"]["full"]["payload"]["a"] == "100000"
    assert spec["examples"]["full"]["payload"]["e"] == "0.0015"
    write(as_folder(found, SPEC), tmp_path / "spec")
    assert not [p for p in check_spec(tmp_path / "spec") if p.code != "missing-example"]


@pytest.mark.parametrize("tail", ["*?docno=A", "%2A", "*"])
def test_searches_in_all_spellings(tail: str, imported: Import) -> None:
    get = {"name": "Find", "request": {"method": "GET", "url": {"host": ["h"], "path": ["joborder", tail]}}}
    assert imported(collection(get, post("https://h/joborder"))).objects["job_order"]["operations"] == [
        "find",
        "create",
    ]


def test_a_request_that_is_no_operation_makes_no_object(imported: Import) -> None:
    found = imported(collection(post("https://h/joborder/5"), post("https://h/widget")))
    assert list(found.objects) == ["widget"]
    assert "/joborder is no operation" in found.report.markdown().replace("\\", "")
