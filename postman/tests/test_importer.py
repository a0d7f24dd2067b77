"""What the importer makes of the ways in which people write collections."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sqlacc_codegen.files import write
from sqlacc_codegen.lint import check_spec
from sqlacc_codegen.load import load
from sqlacc_codegen.problems import Problems
from sqlacc_postman.importing.importer import Imported, as_folder

from .conftest import SPEC, Import, collection, request

BODY = {"dockey": 0, "docno": "Q-1", "docdate": "2026-01-15", "amount": "25.10", "shop": "KL", "done": True}


def only(imported: Imported) -> dict[str, Any]:
    (spec,) = imported.objects.values()
    return spec


def said(imported: Imported, kind: Any) -> str:
    return "\n".join(f"{note.where}: {note.what}" for note in imported.report.of(kind))


def test_an_object_with_types_evidence_and_samples(imported: Import) -> None:
    found = imported(
        collection(
            request("GET", "/salesquotation"),
            request("GET", "/salesquotation/:dockey"),
            request(
                "POST", "/salesquotation", BODY | {"sdsdocdetail": [{"dtlkey": 0, "qty": "1.00", "weight": "2.5"}]}
            ),
            request("PUT", "/salesquotation/35", {"shop": "PJ", "updatecount": 4}),
            request("DELETE", "/salesquotation/{{dockey}}"),
        )
    )
    spec = only(found)
    assert (spec["object"], spec["title"], spec["kind"], spec["key"]) == (
        "sales_quotation", "Sales Quotation", "document", "dockey",
    )  # fmt: skip
    assert spec["operations"] == ["list", "get", "create", "update", "delete"]
    assert spec["counter"] == "updatecount"
    types = {wire: field["type"] for wire, field in spec["fields"].items()}
    assert types["docdate"] == "date"
    assert types["amount"] == "decimal(2)"
    assert types["shop"] == "text"
    assert types["done"] == "flag"
    assert all(field["evidence"].startswith("inferred POSTMAN (") for field in spec["fields"].values())
    assert "sample value KL" in spec["fields"]["shop"]["evidence"]
    assert spec["lines"]["sdsdocdetail"]["key"] == "dtlkey"
    assert spec["lines"]["sdsdocdetail"]["fields"]["weight"]["type"] == "decimal(1)"
    assert spec["examples"]["update"]["payload"] == {"shop": "PJ"}
    assert "dockey" not in spec["examples"]["full"]["payload"]


@pytest.mark.slow
@pytest.mark.parametrize("form", [":dockey", "{{dockey}}", "{dockey}", "<dockey>", "35"])
@pytest.mark.parametrize("parts", [True, False])
def test_path_variables_in_all_notations(imported: Import, form: str, parts: bool) -> None:
    url: Any = {"raw": f"https://api.sql.my/joborder/{form}"}
    if parts:
        url |= {"host": ["api", "sql", "my"], "path": ["joborder", form]}
    got = imported(
        collection({"name": "Get", "request": {"method": "GET", "url": url}}, request("POST", "/joborder", BODY))
    )
    assert only(got)["operations"] == ["get", "create"]
    assert only(got)["key"] == "dockey"


def test_version_2_0(imported: Import) -> None:
    data = {
        "info": {"name": "Old", "schema": "https://schema.getpostman.com/json/collection/v2.0.0/collection.json"},
        "auth": {"type": "awsv4", "awsv4": {"accessKey": "{{access_key}}", "secretKey": "{{secret_key}}"}},
        "item": [
            {"name": "all", "request": "https://api.sql.my/joborder?offset=0"},
            {"name": "new", "request": {"method": "POST", "url": "https://api.sql.my/joborder", "header": "A: b\nC: d",
                                        "body": {"mode": "raw", "raw": json.dumps(BODY)}}},
        ],
    }  # fmt: skip
    assert only(imported(data))["operations"] == ["list", "create"]


def test_folders_variables_and_environments(imported: Import) -> None:
    inner = {"name": "Job Order", "item": [request("POST", "/{{path}}", {"shop": "{{shop}}", "n": "x"})]}
    inner["item"][0]["request"]["body"]["raw"] = '{"shop": "{{shop}}", "count": {{count}}}'
    data = collection({"name": "Stock", "item": [inner]}, variable=[{"key": "path", "value": "joborder"}])
    spec = only(imported(data, [{"key": "shop", "value": "KL"}, {"key": "count", "value": "7", "enabled": True}]))
    assert spec["object"] == "job_order"
    assert spec["examples"]["full"]["payload"] == {"shop": "KL", "count": 7}


def test_comments_commas_and_what_they_tell(imported: Import) -> None:
    body = """{
      "shop": "KL", // Shop, max 20 characters, required
      /* how many */ "count": 7,
      "remark": "a // b", # optional
      "rows": [{"a": 1,}, ],
    }"""
    spec = only(imported(collection(request("POST", "/joborder", body))))
    assert spec["fields"]["shop"]["type"] == "text(20)"
    assert spec["fields"]["shop"]["create"] == "required"
    assert spec["fields"]["remark"]["create"] == "optional"
    assert spec["fields"]["remark"]["example"] == "a // b"
    assert spec["lines"]["rows"]["fields"]["a"]["type"] == "integer"


def test_several_samples_of_one_object(imported: Import) -> None:
    found = imported(
        collection(
            request("POST", "/joborder", {"a": 1, "b": "2026-01-01"}, "Small"),
            request("POST", "/joborder", {"a": 2.5, "b": "soon", "c": "x", "d": None}, "Large"),
            request("POST", "/joborder", {"a": 1, "b": "2026-01-01"}, "Small again"),
        )
    )
    spec = only(found)
    assert spec["fields"]["a"]["type"] == "decimal(1)"
    assert "several kinds" in spec["fields"]["b"]["evidence"]
    assert "no sample shows a value" in spec["fields"]["d"]["evidence"]
    assert spec["examples"]["full"]["payload"]["a"] == "2.5"
    assert "the same request as item[0]" in said(found, "unsure")


def test_saved_answers_filters_and_reports(imported: Import) -> None:
    get = request("GET", "/joborder/:dockey")
    get["response"] = [
        {"code": 200, "body": '{"data": [{"dockey": 5, "weight": "1.250"}]}'},
        {"code": 400, "body": "no"},
    ]
    pdf = request(
        "GET", "/joborder/:dockey", header=[{"key": "Content-Type", "value": "application/pdf;template=Job 1"}]
    )
    listing = request("GET", "/joborder")
    listing["request"]["url"]["query"] = [
        {"key": "shop", "value": "", "disabled": True, "description": "Shop, size 8"}, {"key": "offset", "value": "0"},
    ]  # fmt: skip
    spec = only(imported(collection(get, pdf, listing)))
    assert spec["fields"]["weight"]["type"] == "decimal(3)"
    assert spec["fields"]["shop"]["doc"] == "Shop, size 8"
    assert "offset" not in spec["fields"]
    assert spec["pdf"]["default"] == "Job 1"
    assert "pdf" in spec["operations"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "kind", "word"),
    [
        ({"mode": "urlencoded", "urlencoded": [{"key": "shop", "value": "KL"}]}, "unsure", "urlencoded"),
        ({"mode": "formdata", "formdata": [{"key": "f", "type": "file", "src": "/etc/passwd"}]}, "lost", "a file"),
        ({"mode": "file", "file": {"src": "a"}}, "lost", "mode file"),
        ({"mode": "graphql", "graphql": {"query": "{a}"}}, "lost", "graphql"),
        ({"mode": "raw", "raw": "<xml/>"}, "lost", "no JSON"),
    ],
)
def test_bodies_of_other_modes_are_told(imported: Import, body: Any, kind: str, word: str) -> None:
    item = {"name": "New", "request": {"method": "POST", "url": "https://h/joborder", "body": body}}
    assert word in said(imported(collection(item, request("GET", "/joborder/:dockey"))), kind)


SECRET = "hunter2hunter2"
ACCESS = "00112233445566778899aabbccddeeff.sql.my/JOHN"


def test_secrets_are_never_written(imported: Import, tmp_path: Path) -> None:
    item = request("POST", "/joborder", {"shop": SECRET, "remark": f"key {ACCESS}", "password": "swordfish99"})
    item["request"]["auth"] = {"type": "awsv4", "awsv4": [{"key": "secretKey", "value": SECRET}]}
    item["request"]["description"] = f"Use {SECRET}"
    item["response"] = [
        {"code": 200, "body": json.dumps({"note": f"AWS4-HMAC-SHA256 Credential={ACCESS}"}),
         "originalRequest": {"header": [{"key": "Authorization", "value": f"AWS4-HMAC-SHA256 Credential={ACCESS}"}]}},
    ]  # fmt: skip
    folder = {"name": "Job Order", "description": f"The key is {SECRET}.", "item": [item]}
    found = imported(collection(folder, variable=[{"key": "access_key", "value": ACCESS}]))
    files = as_folder(found, SPEC)
    text = "\n".join(files.values()) + found.report.markdown() + found.report.json()
    for secret in (SECRET, ACCESS, "00112233445566778899aabbccddeeff", "swordfish99"):
        assert secret not in text
    assert found.report.counts["secret"] >= 5


@pytest.mark.slow
def test_importing_twice_changes_nothing_and_keeps_what_is_written(imported: Import, tmp_path: Path) -> None:
    import shutil

    from sqlacc_postman.importing.into import additions

    spec = tmp_path / "spec"
    shutil.copytree(SPEC, spec)
    rows = [{"dtlkey": 0, "itemcode": "ANT", "qty": "1", "udf_row": "x", "udfrows": [{"a": 1}]}]
    data = collection(
        request("POST", "/salesinvoice", {"docno": 7, "udf_shop": "7", "docdate": True, "sdsdocdetail": rows})
    )
    found = imported(data)
    texts = additions(found, spec)
    assert {path.name for path in texts} == {"sales_invoice.yaml", "api.yaml"}
    for path, text in texts.items():
        before, after = path.read_text(encoding="utf-8").splitlines(), text.splitlines()
        position = iter(after)
        assert all(line in position for line in before), "a line that was there is gone"
        path.write_text(text, encoding="utf-8")
    api = load(spec)
    invoice = api.object("sales_invoice")
    assert invoice.by_wire["udf_shop"].type.kind == "text"
    assert invoice.tables["sdsdocdetail"].by_wire["udf_row"].create == "unknown"
    assert [path for path, _ in invoice.all_tables()][-1] == ("sdsdocdetail", "udfrows")
    assert not check_spec(spec)
    assert "docdate" in said(found, "conflict")
    assert additions(imported(data), spec) == {}


@pytest.mark.slow
def test_a_master_becomes_an_object_and_its_demo_rows_stay_codes(imported: Import, tmp_path: Path) -> None:
    import shutil

    from sqlacc_contract.sandbox import Sandbox
    from sqlacc_contract.sandbox.caller import Caller
    from sqlacc_postman.importing.into import additions

    shutil.copytree(SPEC, tmp_path / "spec")
    body = {"code": "ZZ", "description": "Zero", "isactive": True}
    calls = [request("GET", "/tax"), request("GET", "/tax/:autokey"), request("POST", "/tax", body)]
    found = imported(collection(*calls))
    assert found.objects["tax"]["identity"] == ["code"]
    for path, text in additions(found, tmp_path / "spec").items():
        path.write_text(text, encoding="utf-8")
    assert not said(found, "conflict")
    assert not check_spec(tmp_path / "spec")
    api = load(tmp_path / "spec")
    assert "tax" in api.by_id
    assert "tax" in api.demo["masters"]
    assert all(master.id != "tax" for master in api.masters)
    sandbox = Sandbox(api)
    call = Caller(sandbox)
    assert call.good("POST", "/tax", body)["code"] == "ZZ"
    line = {"itemcode": "ANT", "qty": "1", "unitprice": "100.00"}
    for tax, sound in (("ZZ", True), ("SV", True), ("NONE", False)):  # made here, a row of the demo, neither
        invoice = {"code": "300-C0001", "docdate": "2026-01-15", "sdsdocdetail": [line | {"tax": tax}]}
        assert (call("POST", "/salesinvoice", invoice).status < 300) is sound, tax
    sandbox.close()


@pytest.mark.slow
def test_every_known_endpoint_makes_sound_specs(imported: Import, tmp_path: Path) -> None:
    api = load(SPEC)
    paths = [(o.title, o.path) for o in api.objects] + [(m.title, m.path) for m in api.masters if m.path]
    folders = []
    for title, path in paths:
        items = [request(m, path + tail, BODY if m in ("POST", "PUT") else None, f"{m} {title}")
                 for m, tail in (("GET", ""), ("GET", "/:dockey"), ("POST", ""), ("PUT", "/:dockey"))]  # fmt: skip
        folders.append({"name": title, "item": items})
    found = imported(collection(*folders))
    assert len(found.objects) == len(paths) > 80
    write(as_folder(found, SPEC), tmp_path / "spec")
    assert not check_spec(tmp_path / "spec")


def test_an_object_that_is_called_like_others_in_the_plural(imported: Import, tmp_path: Path) -> None:
    paths = ("/value", "/values", "/boxes", "/box")
    found = imported(collection(*(request("POST", path, BODY) for path in paths)))
    assert len(found.objects) == len(paths)
    names = [*found.objects, *(spec["plural"] for spec in found.objects.values())]
    assert len(names) == len(set(names))
    write(as_folder(found, SPEC), tmp_path / "spec")
    assert not check_spec(tmp_path / "spec")
    file = tmp_path / "spec" / "objects" / "value.yaml"
    file.write_text(file.read_text().replace("plural: values", "plural: box"))
    assert "is also the id of an object" in str(check_spec(tmp_path / "spec")[0])


def test_files_that_are_no_collection(imported: Import) -> None:
    for text, word in (
        ("", "not JSON"), ("nope", "not JSON"), ('{"item": [', "not JSON"), ("[]", "not a Postman collection"),
        ('{"requests": []}', "v1"), ('{"values": []}', "environment"), ('{"openapi": "3.1.0"}', "OpenAPI"),
        ("[" * 200_000 + "]" * 200_000, "nested too deep"), ('{"item": {}}', "not a Postman collection"),
    ):  # fmt: skip
        with pytest.raises(Problems, match=word):
            imported(text)
