"""Odd messages for all drivers -> their answers in one neutral form, so that languages can be compared.

What a message may hold is what every language can hold: a `$dec` is a plain number, a `$date` a day of the calendar.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlacc_codegen.ir import Api
from sqlacc_contract.tokens import Number, parse

VECTORS = json.loads(Path(__file__).with_name("parity_vectors.json").read_text("utf-8"))
Message = dict[str, Any]
_EXPONENT = re.compile(r"-?[0-9.]+[eE][+-]?[0-9]+")


def messages(api: Api) -> Iterator[Message]:
    """Requests to build and answers to read."""
    for o in api.objects:
        plural = o.plural.snake()
        for example in o.examples:
            if example.purpose != "update":
                yield build(f"{plural}.create", record=example.payload)
        for where in ({"code": "A"}, {"docno": "300*~ /漢"}):
            yield build(f"{plural}.list", where=where, offset=3, limit=7)
            yield build(f"{plural}.find", where=where)
    head = VECTORS["head"]
    stored = VECTORS["stored"]
    for field in VECTORS["fields"]:
        for value in VECTORS["given"]:
            yield build("sales_invoices.create", record=head | {field: value})
            yield build("sales_invoices.update", record=stored, changes={field: value})
            yield build("sales_invoices.update", record=stored | {field: value}, changes={"docref1": "n"})
    for changes in VECTORS["changes"]:
        yield build("sales_invoices.update", record=VECTORS["two lines"], changes=changes)
    yield from _tables()
    for op, args in VECTORS["build"]:
        yield build(op, **args)
    for name in VECTORS["names"]:
        yield build("sales_invoices.create", record=head | {name: "v"})
        yield build("sales_invoices.update", record=stored | {name: "v"}, changes={"docref1": "n"})
        yield read("sales_invoices.get", json.dumps({"dockey": 35, name: {"a": 1}, "udf_x": {name: [1]}}))
        odd = {"dockey": 35, name: 1, "sdsdocdetail": [{"dtlkey": 1, name: None}]}
        yield read("sales_invoices.list", json.dumps({"data": [odd]}))
    for value in VECTORS["counters"]:
        yield build("sales_invoices.update", record=stored | {"updatecount": value}, changes={"docref1": "n"})
        yield build("agents.update", record={"code": "A", "updatecount": value}, changes={"description": "n"})
    yield from _questions()
    for field in VECTORS["fields"]:
        decimals = VECTORS["received decimals"] if field in ("docamt", "currencyrate") else []
        for value in VECTORS["received"] + decimals:
            yield read("sales_invoices.get", f'{{"dockey":35,"{field}":{value}}}')
            row = f'{{"dockey":35,"{field}":{value},"sdsdocdetail":[{{"dtlkey":1,"qty":{value}}}]}}'
            yield read("sales_invoices.list", f'{{"data":[{row}]}}')
    operations = ("get", "list", "find", "create", "update", "delete", "pdf")
    for body in VECTORS["bodies"]:
        for name in operations:
            yield read(f"sales_invoices.{name}", body)
    for status in VECTORS["statuses"]:
        for body in VECTORS["refusals"]:
            for name in operations:
                yield read(f"sales_invoices.{name}", body, status)
    for kind in ("application/pdf", "text/html"):
        for body in VECTORS["pdfs"]:
            yield read("sales_invoices.pdf", body, headers={"content-type": kind})


def _tables() -> Iterator[Message]:
    """What may stand where the rows of a record do, and where the key of a row does."""
    head, stored, two = VECTORS["head"], VECTORS["stored"], VECTORS["two lines"]
    new = head["sdsdocdetail"][0]
    for value in VECTORS["tables"]:
        yield build("sales_invoices.update", record=two | {"sdsdocdetail": value}, changes={"docref1": "n"})
        yield build("sales_invoices.update", record=two, changes={"sdsdocdetail": value})
        yield build(
            "sales_invoices.update", record=stored, changes={"sdsdocdetail": [{"dtlkey": 1, "sdsserialnumber": value}]}
        )
        nested = [stored["sdsdocdetail"][0] | {"sdsserialnumber": value}]
        yield build("sales_invoices.update", record=stored | {"sdsdocdetail": nested}, changes={"docref1": "n"})
        yield build("sales_invoices.create", record=head | {"sdsdocdetail": value})
        yield build("sales_invoices.create", record=head | {"sdsdocdetail": [new | {"sdsserialnumber": value}]})
        customer = {"code": "A", "sdsbranch": []}
        yield build("customers.update", record=customer | {"sdsbranch": value}, changes={"companyname": "n"})
        yield build("customers.update", record=customer | {"sdsbankacc": value}, changes={"companyname": "n"})
        yield build("customers.update", record=customer, changes={"sdsbankacc": value})
        item = {"dockey": 1, "code": "A", "sdsuom": []}
        yield build("stock_items.update", record=item | {"sdsuom": value}, changes={"description": "n"})
        yield build("stock_items.update", record=item, changes={"sdscategory": value})
    for key in VECTORS["row keys"]:
        rows = {"sdsdocdetail": [{"dtlkey": key, "qty": {"$dec": "1"}}]}
        yield build("sales_invoices.update", record=stored | rows, changes={"docref1": "n"})
        yield build("sales_invoices.update", record=stored, changes=rows)
    for key in VECTORS["row keys"][:5]:
        yield build("sales_invoices.create", record=head | {"sdsdocdetail": [new | {"dtlkey": key, "dockey": key}]})


def _questions() -> Iterator[Message]:
    """What is asked of the server: filters, reports, and endpoints that the caller spells."""
    wheres = [{name: value} for name in ("code", "docref1") for value in VECTORS["filters"]] + VECTORS["where"]
    for where in wheres:
        for plural in ("sales_invoices", "agents"):
            yield build(f"{plural}.list", where=where)
            yield build(f"{plural}.find", where=where)
    for template in VECTORS["reports"]:
        yield build("sales_invoices.pdf", key=1, template=template)
    for path in VECTORS["paths"]:
        yield build("client.raw", method="GET", path=path)
        yield build("client.raw", method="GET", path=path, query={"a": "~ *", "b": "é"})
    for method in VECTORS["methods"]:
        yield build("client.raw", method=method, path="/x")
        yield build("client.raw", method=method, path="/x", body={"a": 1})
    for query in VECTORS["queries"]:
        yield build("client.raw", method="GET", path="/x", query=query)
    for body in VECTORS["raw bodies"]:
        yield build("client.raw", method="POST", path="/x", body=body)


def build(op: str, **args: Any) -> Message:
    return {"cmd": "build", "op": op, "args": args}


def read(op: str, body: str, status: int = 200, headers: dict[str, str] | None = None) -> Message:
    """`body` holds its bytes as latin-1 when it begins with `bytes:`."""
    raw = body[6:].encode("latin-1") if body.startswith("bytes:") else body.encode()
    response = {
        "status": status,
        "headers": headers or {"content-type": "application/json"},
        "body_b64": b64encode(raw).decode(),
    }
    return {"cmd": "parse", "op": op, "response": response}


def neutral(message: Message, answer: dict[str, Any]) -> Any:
    """What has to be the same in all languages: requests token by token, values, kinds of error, the server's words."""
    if "api_error" in answer:
        error = answer["api_error"]
        return ["api_error", error["kind"], error["status"], error["message"]]
    if "client_error" in answer:
        return ["client_error", answer["client_error"]["kind"], sorted(set(answer["client_error"].get("fields") or []))]
    if "value" not in answer:
        return ["no answer", answer]
    value = answer["value"]
    if message["cmd"] == "parse":
        return ["value", _plain(value)]
    headers = {name.lower(): text for name, text in value["headers"].items()}
    body = b64decode(value["body_b64"])
    tokens = _tokens(parse(body)) if body else None
    return ["request", value["method"], value["target"], headers.get("content-type"), headers.get("accept"), tokens]


def _tokens(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _tokens(value[name]) for name in sorted(value)}
    if isinstance(value, list):
        return [_tokens(item) for item in value]
    return ["number", _digits(str(value))] if isinstance(value, Number) else value


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        if value.keys() == {"$dec"}:
            return {"$dec": _digits(value["$dec"])}
        return {name: _plain(value[name]) for name in sorted(value)}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return _digits(value) if isinstance(value, str) and _EXPONENT.fullmatch(value) else value


def _digits(text: str) -> str:
    """1E+2 and 1e2 are the same digits."""
    return re.sub(r"[eE]\+?", "e", text)
