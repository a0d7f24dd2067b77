"""An Api -> what every single-request operation of it would send and read, and what a driver has wrong about that.

Values are made from the kinds of the fields alone, so that any spec can be played; the oracle is that of `verify`.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

from sqlacc_codegen.ir import Api, Field, Lines, Object
from sqlacc_contract.conversation import Policy, Talk
from sqlacc_contract.decode import Outcome
from sqlacc_contract.driver import Driver
from sqlacc_contract.judge import answer_differences
from sqlacc_contract.properties.suites.alike import as_stored, request_differences
from sqlacc_contract.script import steps
from sqlacc_contract.tagged import bare, kind_of, untag
from sqlacc_contract.tokens import text as written
from sqlacc_contract.wire import Reply, Request

Row = dict[str, Any]
SETTINGS = {"base_url": "http://127.0.0.1:9", "access_key": "a", "secret_key": "s", "validate": False}
PDF = b"%PDF-1.4\n1 0 obj\n%%EOF\n"
JSON = {"content-type": "application/json"}


def wrong(api: Api, driver: Driver) -> tuple[int, list[str]]:
    """How many operations were played, and every difference."""
    driver.config(**SETTINGS)
    asked = [question for o in api.objects for question in questions(o)]
    messages = [_message(op, args, reply) for op, args, reply in asked]
    found: list[str] = []
    for (op, args, reply), answer in zip(asked, driver.ask_all(messages), strict=True):
        request, ending = _played(api, op, args, reply)
        body = answer.body or {"client_error": {"kind": answer.ending, "message": answer.message}}
        if ending is not None:
            found += [f"{op} reads {one}" for one in answer_differences(ending, body)]
        elif "value" in body:
            found += [f"{op} sends {one}" for one in request_differences(request, body["value"])]
        else:
            found.append(f"{op} sends no {request}: {json.dumps(body)[:300]}")
    return len(asked), found


def questions(o: Object) -> Iterator[tuple[str, Row, Reply | None]]:
    """Operation, arguments, and the answer to be read; without one it is what would be sent that counts."""
    record = row_of(o)
    stored = as_stored(o, record, 35, 4)
    key = stored[o.key]
    token = untag(o, stored)
    indexed = next((wire for wire in o.indexed if bare(stored.get(wire)) is not None), None)
    args: dict[str, Row] = {
        "list": {"where": {o.key: key}},
        "get": {"key": key},
        "create": {"record": record},
        "update": {
            "record": stored,
            "changes": {wire: record[wire] for wire in record if wire in o.by_wire and wire not in (o.key, o.counter)},
        },
        "delete": {"key": key},
        "pdf": {"key": key},
    }
    answers: dict[str, Any] = {"list": {"data": [token, token]}, "get": {"data": [token]}, "create": token}
    answers |= {"update": token, "delete": {}}
    if indexed:
        args["find"], answers["find"] = {"where": {indexed: stored[indexed]}}, {"data": [token]}
    for kind in o.by_operation:
        if kind not in args:
            continue
        op = f"{o.plural.snake()}.{kind}"
        yield op, args[kind], None
        pdf = Reply(200, {"content-type": "application/pdf"}, PDF)
        yield op, args[kind], pdf if kind == "pdf" else Reply(200, JSON, written(answers[kind]).encode())


def row_of(table: Object | Lines) -> Row:
    """A value in every field but the keys that the server gives, and two rows in every table."""
    given = [f for f in table.fields if f.wire != table.key or (isinstance(table, Object) and kind_of(f) != "integer")]
    return {f.wire: value_of(f) for f in given} | {below.wire: [row_of(below)] * 2 for below in table.lines}


def value_of(field: Field) -> Any:
    kind = kind_of(field)
    if kind == "text":
        size = getattr(field.type, "size", None) or 12
        return f"{field.wire} é漢"[-size:]
    values: Row = {
        "integer": 7,
        "epoch": 1_768_435_200,
        "flag": True,
        "decimal": {"$dec": "12.50"},
        "date": {"$date": "2026-01-15"},
        "moment": "2026-01-31T09:30:00.000Z",
        "blob": None,
    }
    return values[kind]


def _message(op: str, args: Row, reply: Reply | None) -> Row:
    if reply is None:
        return {"cmd": "build", "op": op, "args": args}
    body = b64encode(reply.body).decode()
    response = {"status": reply.status, "headers": dict(reply.headers), "body_b64": body}
    return {"cmd": "parse", "op": op, "response": response}


def _played(api: Api, op: str, args: Row, reply: Reply | None) -> tuple[Request, Outcome | None]:
    """What the oracle sends first, and how it ends with the answer."""
    conversation = steps(Talk(api, Policy()), op, args)
    request = next(conversation)
    assert isinstance(request, Request)
    if reply is None:
        return request, None
    try:
        conversation.send(reply)
    except StopIteration as stop:
        return request, Outcome("value", stop.value)
    raise AssertionError(f"{op} asks for more than one answer")
