"""What the server answered -> where it is not what the spec says: names, types, sizes of pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sqlacc_codegen.ir import Api, Lines, Object

from .tagged import kind_of, rows_of
from .tap import Exchange
from .tokens import MISSING, NOTHING, Difference, Number, Token, brief, parse

USER_FIELD = "udf_"


def server_differences(api: Api, exchange: Exchange) -> Iterator[Difference]:
    """Judges a successful JSON answer of an object's endpoint, as the server behaves without any rival reading."""
    if exchange.faulty or exchange.reply.broken or not 200 <= exchange.reply.status < 300:
        return
    path, _, query = exchange.target.partition("?")
    o = next((o for o in api.objects if path == o.path or path.startswith(o.path + "/")), None)
    if o is None or exchange.method == "DELETE":
        return
    pdf = (exchange.header("content-type") or "").startswith("application/pdf")
    kind = exchange.reply.headers.get("content-type", "")
    if pdf:
        if kind != "application/pdf":
            yield Difference("server: content type", "application/pdf", kind or MISSING)
        return
    if not kind.startswith("application/json"):
        yield Difference("server: content type", "application/json", kind or MISSING)
        return
    try:
        body = parse(exchange.reply.body)
    except ValueError:
        yield Difference("server: answer", "JSON", brief(exchange.reply.body.decode("utf-8", "replace")))
        return
    listed = exchange.method == "GET" and path == o.path
    many = listed or path.endswith("/*")
    records = body.get("data") if isinstance(body, dict) and "data" in body else [body]
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        yield Difference("server: records", "a list of objects", brief(records))
        return
    if many:
        yield from _page(api, query, records)
    for index, record in enumerate(records[:3]):
        yield from _record(o, record, f"server: record {index + 1} ", whole=not listed)


def _page(api: Api, query: str, records: list[Any]) -> Iterator[Difference]:
    asked = re.search(r"(?:^|&)limit=([0-9]+)", query)
    most = min(int(asked[1]) if asked else api.page_size, api.page_size)
    if len(records) > most:
        yield Difference("server: rows of a page", f"at most {most}", str(len(records)))


def _record(table: Object | Lines, record: Mapping[str, Token], at: str, whole: bool) -> Iterator[Difference]:
    tables = rows_of(table)
    for wire, token in record.items():
        if wire in tables:
            if not whole:
                yield Difference(f"{at}{wire}", NOTHING, "rows in a list")
            elif isinstance(token, list):
                for index, row in enumerate(token):
                    yield from _record(tables[wire], row, f"{at}{wire}[{index}].", whole)
        elif wire in table.by_wire:
            if not _fits(kind_of(table.by_wire[wire]), token):
                yield Difference(f"{at}{wire}", kind_of(table.by_wire[wire]), brief(token))
        elif not wire.startswith(USER_FIELD):
            yield Difference(f"{at}{wire}", "no such field", brief(token))
    if isinstance(table, Object):
        for field in table.fields:
            if field.wire not in record and (whole or not field.detail_only):
                yield Difference(f"{at}{field.wire}", "the field", MISSING)


def _fits(kind: str, token: Token) -> bool:
    if token is None or kind in ("blob", "moment"):
        return True
    if kind in ("integer", "epoch"):
        return isinstance(token, Number) and re.fullmatch(r"-?[0-9]+", token) is not None
    if isinstance(token, Number):
        return False
    if kind == "flag":
        return isinstance(token, bool)
    if not isinstance(token, str):
        return False
    forms = {"decimal": r"(-?[0-9]+(\.[0-9]+)?)?", "date": r"([0-9]{4}-[0-9]{2}-[0-9]{2})?"}
    return kind not in forms or re.fullmatch(forms[kind], token) is not None
