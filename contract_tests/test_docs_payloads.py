"""The payload files of the documentation: the sandbox takes each of them as it stands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sqlacc_codegen.ir import Api
from sqlacc_contract.sandbox import Sandbox
from sqlacc_contract.sandbox.caller import Caller

from .conftest import ROOT

FOLDER = ROOT / "generated/docs/extra/payloads"
INDEX = json.loads((FOLDER / "index.json").read_text("utf-8"))["payloads"]
_OF_OBJECTS = [entry for entry in INDEX if entry["object"]]


@pytest.fixture(scope="module")
def call(api: Api) -> Caller:
    return Caller(Sandbox(api))


def _payload(entry: dict[str, Any]) -> Any:
    return json.loads((FOLDER / entry["file"]).read_text("utf-8"))


@pytest.mark.parametrize("entry", _OF_OBJECTS, ids=lambda entry: str(Path(entry["file"]).with_suffix("")))
def test_the_sandbox_takes_it(call: Caller, api: Api, entry: dict[str, Any]) -> None:
    """As it stands, but for keys of records that were read before: those are this sandbox's own."""
    call.sandbox.reset()
    object, payload = api.object(entry["object"]), _payload(entry)
    method, _, path = entry["request"].partition(" ")
    if entry["purpose"] != "update":
        stored = call.good(method, path, _continuing(call, api, entry, payload))
        assert stored[object.key]
        return
    full = next(other for other in _OF_OBJECTS if other["object"] == object.id and other["purpose"] == "full")
    stored = call.good("POST", object.path, _payload(full))
    body = {name: _rows(value, stored.get(name)) for name, value in payload.items()}
    if object.counter:
        body[object.counter] = (stored[object.counter] or 0) + 1
    changed = call.good(method, path.replace(f"{{{object.key}}}", str(stored[object.key])), body)
    plain = {name: value for name, value in payload.items() if not isinstance(value, list) and name != object.key}
    assert {name: changed[name] for name in plain} == plain


def _rows(value: Any, stored: Any) -> Any:
    """The n of a row key in an example is the n-th row of the record."""
    if not isinstance(value, list):
        return value
    keyed = [{key: stored[row[key] - 1][key] for key in ("dtlkey", "autokey") if row.get(key, 0) > 0} for row in value]
    return [{**row, **keys} for row, keys in zip(value, keyed, strict=True)]


def _continuing(call: Caller, api: Api, entry: dict[str, Any], payload: Any) -> Any:
    """The payload with its links to rows of another document leading to one that was just stored."""
    flow = next((flow for flow in api.workflows if entry["file"].startswith(f"{flow.id}/")), None)
    if not flow or flow.kind != "transfer":
        return payload
    table, link = flow.args["table"], set(flow.args["link"].values())
    rows = [{name: value for name, value in row.items() if name not in link} for row in payload[table]]
    order = call.good("POST", api.object(flow.args["source"]).path, {**payload, table: rows})
    keys = [
        {flow.args["link"]["document"]: order[flow.args["document_key"]], flow.args["link"]["line"]: row["dtlkey"]}
        for row in order[table]
    ]
    return {**payload, table: [{**row, **linked} for row, linked in zip(payload[table], keys, strict=True)]}
