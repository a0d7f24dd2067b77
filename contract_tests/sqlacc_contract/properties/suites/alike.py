"""Suites of requests that are built and answers that are read, without any server: alike in every language."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from sqlacc_codegen.ir import Object

from ...conversation import Talk
from ...decode import Failure, Outcome
from ...judge import answer_differences
from ...play import Row, Wrong
from ...script import steps
from ...tagged import bare, untag
from ...tokens import Difference, Number, Token, differences, parse
from ...tokens import text as written
from ...wire import Reply, Request
from ..dice import Dice
from ..records import Given, Maker
from ..scene import Scene
from .records import resolved
from .suite import Suite, with_operations


def built(scene: Scene, given: Given) -> None:
    """Every operation of an object with these values: what would be sent is what the oracle sends."""
    calls = list(operations(scene, given))
    messages = [{"cmd": "build", "op": op, "args": args} for op, args in calls]
    scene.play.calls += len(calls)
    for (op, args), answer in zip(calls, scene.play.driver.ask_all(messages), strict=True):
        expected, found = first_request(scene, op, args), list[Difference]()
        if answer.ending != "answered" or "value" not in answer.body:
            found = [Difference("request", str(expected), json.dumps(answer.body or answer.message)[:300])]
        else:
            found = list(request_differences(expected, answer.body["value"]))
        if found:
            with scene.held("P24"):
                raise Wrong(f"{op}: {found[0]}", found, "failed" if answer.ending == "answered" else answer.ending)


def operations(scene: Scene, given: Given) -> Iterator[tuple[str, Row]]:
    """What can be asked with a generated record: operation and arguments."""
    s, o = scene.s, scene.o
    record = scene.labelled(given["record"])
    stored = as_stored(o, record, given["key"], given["counter"])
    key, where = stored[o.key], {name: record[name] for name in o.identity if name in record}
    filters = {wire: record[wire] for wire in given["filters"] if wire in record and bare(record[wire]) is not None}
    yield s.op("create"), {"record": record}
    if s.can("update"):
        yield s.op("update"), {"record": stored, "changes": resolved(scene.maker, stored, given["changes"])}
    yield s.op("get"), {"key": key}
    yield s.op("delete"), {"key": key}
    yield s.op("list"), {"where": filters, "offset": given["offset"], "limit": given["limit"]}
    if where and s.can("find"):
        yield s.op("find"), {"where": where}
    if o.pdf is not None:
        yield s.op("pdf"), {"key": key, "template": o.pdf.reports[given["offset"] % len(o.pdf.reports)]}


def as_stored(o: Object, record: Row, key: int, counter: int | None) -> Row:
    """The record as it might be read: with its keys, its counter and all its tables."""
    stored: Row = {table.wire: [] for table in o.lines} | record
    if o.by_wire[o.key].type.kind == "integer":
        stored[o.key] = key
    if o.counter:
        stored[o.counter] = counter
    for table in o.lines:
        if table.key and isinstance(stored.get(table.wire), list):
            stored[table.wire] = [row | {table.key: key + n} for n, row in enumerate(stored[table.wire])]
    return stored


def first_request(scene: Scene, op: str, args: Row) -> Request:
    request = next(steps(Talk(scene.play.api, scene.play.settings.retry), op, args))
    assert isinstance(request, Request)
    return request


def request_differences(expected: Request, value: Mapping[str, Any]) -> Iterator[Difference]:
    """Target to the byte, body to the token, the headers that carry meaning."""
    if value.get("method") != expected.method:
        yield Difference("method", expected.method, str(value.get("method")))
    if value.get("target") != expected.target:
        yield Difference("target", expected.target, str(value.get("target")))
    body = b64decode(value.get("body_b64") or "")
    if expected.body is None or not body:
        if bool(body) != (expected.body is not None):
            yield Difference("body", written(expected.body), body.decode("utf-8", "backslashreplace"))
    else:
        for one in differences(expected.body, parse(body)):
            yield Difference(f"body {one.path}".rstrip(), one.expected, one.received)
    headers = {str(name).lower(): text for name, text in (value.get("headers") or {}).items()}
    for name, text in expected.headers.items():
        if headers.get(name) != text:
            yield Difference(f"header {name}", str(text), str(headers.get(name)))


def parsed(scene: Scene, given: Given) -> None:
    """Answers in every form that the specs leave open: read alike."""
    play, s, o = scene.play, scene.s, scene.o
    stored = as_stored(o, scene.labelled(given["record"]), given["key"], given["counter"])
    token = loosened(o, untag(o, stored), given["forms"]) | {n: _token(v) for n, v in given["unknown"].items()}
    answers = {"get": {"data": [token]}, "create": token, "update": {"data": [token]}, "list": {"data": [token, token]}}
    key = {"key": stored[o.key]}
    args: dict[str, Row] = {
        "get": key,
        "create": {"record": stored},
        "update": {"record": stored, "changes": {}},
        "list": {},
    }
    names = [name for name in answers if s.can(name)]
    replies = {name: _reply(answers[name], given["forms"]) for name in names}
    messages = [{"cmd": "parse", "op": s.op(name), "response": _response(replies[name])} for name in names]
    play.calls += len(names)
    for name, answer in zip(names, play.driver.ask_all(messages), strict=True):
        expected = ending(scene, s.op(name), args[name], replies[name])
        body = (
            answer.body
            if answer.ending == "answered"
            else {"client_error": {"kind": answer.ending, "message": answer.message}}
        )
        found = list(answer_differences(expected, body))
        if found:
            with scene.held("P24"):
                verdict = "failed" if answer.ending == "answered" else answer.ending
                raise Wrong(f"reading the answer to {s.op(name)}: {found[0]}", found, verdict)


def loosened(o: Object, token: Mapping[str, Token], forms: Mapping[str, bool]) -> dict[str, Token]:
    """The same record in another of the forms that servers may use."""
    made = dict(token)
    if forms["backwards"]:
        made = dict(reversed(list(made.items())))
    for wire, value in list(made.items()):
        field = o.by_wire.get(wire)
        if forms["numbers"] and field is not None and field.type.kind == "decimal" and isinstance(value, str) and value:
            made[wire] = Number(value)
        if forms["nulls"] and field is not None and wire not in (o.key, *o.identity) and value == "":
            made[wire] = None
    return made


def ending(scene: Scene, op: str, args: Row, reply: Reply) -> Outcome:
    """How the operation has to end when this is what comes back."""
    conversation = steps(Talk(scene.play.api, scene.play.settings.retry), op, args)
    next(conversation)
    try:
        conversation.send(reply)
    except StopIteration as stop:
        return Outcome("value", stop.value)
    except Failure as failure:
        return failure.outcome
    raise AssertionError(f"{op} asks for more than one answer")


def _reply(token: Token, forms: Mapping[str, bool]) -> Reply:
    raw = written(token).encode("utf-8")
    if forms["escaped"]:
        raw = "".join(c if ord(c) < 128 else json.dumps(c)[1:-1] for c in raw.decode("utf-8")).encode("ascii")
    return Reply(200, {"content-type": "application/json; charset=utf-8"}, raw)


def _response(reply: Reply) -> Row:
    return {"status": reply.status, "headers": dict(reply.headers), "body_b64": b64encode(reply.body).decode()}


def _token(value: Any) -> Token:
    return Number(value["number"]) if isinstance(value, dict) else value


# --- values -------------------------------------------------------------------------------------------------------


KEYS, OFFSETS, SURPRISES = st.integers(1, 2**31), st.integers(0, 10**6), st.text(max_size=5)
NUMBERS = ("0", "-1", "1.10", "12.0", "9007199254740993", "0.00000001")
FORMS = ("backwards", "escaped", "nulls", "numbers")


def _stored(dice: Dice, maker: Maker) -> dict[str, Any]:
    """A record, and what a server adds to it."""
    counter = dice(101) - 1
    return {
        "record": dice.draw(maker.records()),
        "key": dice.draw(KEYS),
        "counter": counter if counter >= 0 else None,
    }


@st.composite
def _built(draw: DrawFn, maker: Maker) -> Given:
    dice = Dice(draw)
    listed = sorted(field.wire for field in maker.o.fields if field.type.kind not in ("blob", "flag"))
    return {
        **_stored(dice, maker),
        "changes": draw(maker.changes()),
        "filters": list(dict.fromkeys(dice.one_of(listed) for _ in range(dice(5)))),
        "offset": draw(OFFSETS),
        "limit": 1 + dice(50),
    }


@st.composite
def _parsed(draw: DrawFn, maker: Maker) -> Given:
    dice = Dice(draw)
    return {
        **_stored(dice, maker),
        "forms": {name: dice(2) == 1 for name in FORMS},
        "unknown": {dice.one_of(("udf_a", "udf_b", "surprise")): _unknown(dice) for _ in range(dice(3))},
    }


def _unknown(dice: Dice) -> Any:
    kind = dice(4)
    if kind == 0:
        return None
    return dice(2) == 1 if kind == 1 else {"number": dice.one_of(NUMBERS)} if kind == 2 else dice.draw(SURPRISES)


ALIKE = (
    Suite(
        "built",
        "What a client would send is what the oracle sends, so it is the same in every language.",
        ("P24",),
        with_operations("create", "get"),
        _built,
        built,
        who="clients",
    ),
    Suite(
        "parsed",
        "Answers in any form that the specs leave open are read alike in every language.",
        ("P24",),
        with_operations("create", "get"),
        _parsed,
        parsed,
        who="clients",
    ),
)
