"""OpenAPI and JSON Schema, judged by other people's tools and by the examples of the specs."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator

from sqlacc_codegen.exporters import jsonschema, openapi
from sqlacc_codegen.ir import Api, Json
from sqlacc_codegen.load import load

API = load(Path(__file__).parents[2] / "spec")
SCHEMAS = {id: json.loads(text) for id, text in jsonschema.export(API).items()}
OPENAPI = yaml.load(openapi.export(API)["openapi.yaml"], Loader=yaml.CSafeLoader)


def schema(id: str, purpose: str) -> Draft202012Validator:
    document = SCHEMAS[f"{id}.json"]
    inner = {"$ref": f"#/$defs/{purpose}", "$defs": document["$defs"]}
    return Draft202012Validator(inner, format_checker=FormatChecker())


@pytest.mark.slow
def test_openapi_is_valid_for_an_independent_validator() -> None:
    assert OPENAPI["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(OPENAPI).validate()


def test_openapi_has_every_operation_once() -> None:
    ids = [op["operationId"] for item in OPENAPI["paths"].values() for verb, op in item.items() if verb != "parameters"]
    assert len(ids) == len(set(ids))
    expected = {
        f"{object.plural.camel()}{operation.kind.capitalize()}"
        for object in API.objects
        for operation in object.operations
        if operation.kind != "pdf"
    }
    assert expected <= set(ids)
    for object in API.objects:
        if object.pdf:
            assert (
                OPENAPI["paths"][f"{object.path}/{{{object.key}}}"]["get"]["x-sqlacc-pdf"]["default"]
                == object.pdf.default
            )


def test_openapi_carries_readings_and_scopes() -> None:
    assert set(OPENAPI["x-sqlacc-readings"]) == {reading.id for reading in API.readings}
    scopes = OPENAPI["components"]["securitySchemes"]["sigv4"]["x-sqlacc-scopes"]
    assert scopes[0] == {"region": "ap-southeast-5", "service": "sqlaccount"}


@pytest.mark.parametrize("id", [object.id for object in API.objects])
def test_schemas_accept_the_examples(id: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[f"{id}.json"])
    examples = API.object(id).examples
    assert {example.purpose for example in examples} == {"minimum", "full", "update"}
    for example in examples:
        purpose = "update" if example.purpose == "update" else "create"
        assert list(schema(id, purpose).iter_errors(example.payload)) == []


def broken(payload: Json, **changes: Json) -> Json:
    return {**payload, **changes}


def minimum(id: str) -> Json:
    (example,) = [e for e in API.object(id).examples if e.purpose == "minimum"]
    return example.payload


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"docdate": "15/01/2026"}, "date"),
        ({"docamt": 12.5}, "not of type"),
        ({"docamt": "12.345"}, "does not match"),
        ({"docamt": "1,000.00"}, "does not match"),
        ({"code": None}, "not of type"),
        ({"docno": "x" * 21}, "too long"),
        ({"sdsdocdetail": []}, "non-empty"),
        ({"sdsdocdetail": [{"qty": 1}]}, "not of type"),
        ({"nosuchfield": 1}, "nosuchfield"),
        ({"cancelled": "T"}, "not of type"),
    ],
)
def test_schemas_refuse_what_a_create_must_not_hold(changes: dict[str, Json], word: str) -> None:
    errors = [
        e.message for e in schema("sales_invoice", "create").iter_errors(broken(minimum("sales_invoice"), **changes))
    ]
    assert any(word in message for message in errors), errors


def test_schemas_let_user_fields_through_and_records_stay_open() -> None:
    payload = broken(minimum("sales_invoice"), udf_shop="7")
    assert list(schema("sales_invoice", "create").iter_errors(payload)) == []
    seen = {"dockey": 1, "docamt": 12.5, "brandnew": {"a": 1}, "sdsdocdetail": None}
    assert list(schema("sales_invoice", "record").iter_errors(seen)) == []


def test_evidence_reaches_the_exports() -> None:
    def walk(api: Api) -> int:
        return sum(len(o.fields) + sum(len(t.fields) for _, t in o.all_tables()) for o in api.objects)

    told = 0
    for object in API.objects:
        defs = SCHEMAS[f"{object.id}.json"]["$defs"]
        for name, definition in defs.items():
            if name.split("_")[0] == "record":
                told += sum(
                    "x-sqlacc-evidence" in p
                    for p in definition["properties"].values()
                    if "x-sqlacc-row-key" not in p and p.get("items") is None
                )
    assert told == walk(API)


def test_every_extension_is_documented() -> None:
    text = (Path(__file__).parents[2] / "postman" / "README.md").read_text(encoding="utf-8")
    told = json.dumps(OPENAPI) + json.dumps(SCHEMAS)
    names = set(re.findall(r'"x-sqlacc(-[a-z-]+)"', told))
    assert len(names) > 15
    assert not {name for name in names if f"`x-sqlacc{name}`" not in text and f"`{name}`" not in text}


def test_an_object_is_not_hidden_by_the_service() -> None:
    agent = API.object("agent")
    operations = tuple(replace(o, path=o.path.replace("/agent", "/version")) for o in agent.operations)
    moved = replace(agent, path="/version", operations=operations)
    document = openapi.document(replace(API, objects=(moved,)))
    assert {"get", "post"} <= set(document["paths"]["/version"])
    assert "/profile" in document["paths"]
