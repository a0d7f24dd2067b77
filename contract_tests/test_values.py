"""Values through every client: an answer is read as the spec says, and an update sends the same tokens back."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

import pytest

from drivers import LANGUAGES, driver_of
from sqlacc_codegen.ir import Api
from sqlacc_contract import wire
from sqlacc_contract.tagged import tag
from sqlacc_contract.tokens import differences, parse, plain, text

VECTORS = json.loads(Path(__file__).with_name("value_vectors.json").read_text("utf-8"))["vectors"]
SETTINGS = {"base_url": "http://127.0.0.1:9", "access_key": "a", "secret_key": "s", "validate": False}


def answer(api: Api, vector: dict[str, Any]) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """The resource, the record as the oracle reads it, and the parse command."""
    o = api.object(vector["object"])
    key: Any = 35 if o.by_wire[o.key].type.kind == "integer" else "300-X0001"
    head = {o.key: key} | ({o.counter: 4} if o.counter else {}) | {table.wire: [] for table in o.lines}
    record = plain(head) | parse(vector["record"].encode())
    response = {"status": 200, "headers": {"content-type": "application/json"}}
    # the escapes of the vector's own text stay: they are part of what is tested
    raw = vector["record"] if vector["id"] == "escapes of the server" else None
    body = text({"data": [record]}) if raw is None else '{"data":[' + text(plain(head))[:-1] + "," + raw[1:] + "]}"
    response["body_b64"] = b64encode(body.encode()).decode()
    resource = o.plural.snake()
    return resource, tag(o, record), {"cmd": "parse", "op": f"{resource}.get", "response": response}


@pytest.mark.parametrize("language", LANGUAGES)
def test_values_are_read_and_sent_back_alike(language: str, api: Api, generated: Path) -> None:
    wrong = []
    with driver_of(language, api, generated) as driver:
        driver.config(**SETTINGS)
        asked = [answer(api, vector) for vector in VECTORS]
        parsed = driver.ask_all(command for _, _, command in asked)
        for vector, (resource, expected, _), found in zip(VECTORS, asked, parsed, strict=True):
            value = found.body.get("value")
            wrong += [
                f"{vector['id']}: read {one}"
                for one in differences(expected, value if value is not None else found.body)
            ]
            args = {"record": expected, "changes": {}}
            built = driver.ask({"cmd": "build", "op": f"{resource}.update", "args": args}).body
            if "value" not in built:
                wrong.append(f"{vector['id']}: build {built}")
                continue
            body = wire.update(api.object(vector["object"]), expected, {}).body
            sent = parse(b64decode(built["value"]["body_b64"]))
            wrong += [f"{vector['id']}: sent {one}" for one in differences(body, sent)]
    assert not wrong, f"{len(wrong)} differences:\n" + "\n".join(wrong[:20])
