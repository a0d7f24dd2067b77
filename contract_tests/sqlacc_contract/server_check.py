"""What the server answered -> where it is not what the spec says: names, types, sizes of pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sqlacc_codegen.ir import Api, Lines, Object

from .tagged import columns
from .tap import Exchange
from .tokens import MISSING, NOTHING, Difference, Number, Token, brief
from .wire import COUNTER

USER_FIELD = "udf_"


UNJUDGED = "server"  # among readings: an answer that is recorded, and judged by others
ANY = "any"  # among readings: a real server, which may behave in each of the ways that the readings leave open
OTHER_KINDS = {  # reading, value -> fields of this wire name or kind are answered as the other kind
    ("decimal_form", "number"): ("decimal", "number"),
    ("styleid_type", "integer"): ("styleid", "integer"),
    ("isbase_type", "flag"): ("isbase", "flag"),
}


def server_differences(api: Api, exchange: Exchange, readings: Mapping[str, str] | None = None) -> Iterator[Difference]:
    """Judges a successful JSON answer of an object's endpoint, by the readings that the server plays."""
    played = readings or {}
    if exchange.faulty or exchange.reply.broken or not 200 <= exchange.reply.status < 300 or UNJUDGED in played:
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
        body = exchange.reply.tokens
    except ValueError:
        yield Difference("server: answer", "JSON", brief(exchange.reply.body.decode("utf-8", "replace")))
        return
    listed = exchange.method == "GET" and path == o.path
    many = listed or path.endswith("/*")
    records = [body]
    for name in ("data", "items"):
        if isinstance(body, dict) and name in body and o.key not in body:
            records = body[name]
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        yield Difference("server: records", "a list of objects", brief(records))
        return
    if many:
        yield from _page(api, query, records, played)
    kinds = dict(change for at, change in OTHER_KINDS.items() if played.get(at[0]) == at[1] or ANY in played)
    extra = {COUNTER} if played.get("item_counter") == "present" or ANY in played else set()
    for index, record in enumerate(records[:3]):
        wrong = _record(o, record, f"server: record {index + 1} ", not listed, kinds)
        yield from (one for one in wrong if one.path.split(" ")[-1] not in extra)


def _page(api: Api, query: str, records: list[Any], readings: Mapping[str, str]) -> Iterator[Difference]:
    asked = re.search(r"(?:^|&)limit=([0-9]+)", query)
    heeded = readings.get("limit_parameter") != "ignored" and ANY not in readings
    most = min(int(asked[1]) if asked and heeded else api.page_size, api.page_size)
    if len(records) > most:
        yield Difference("server: rows of a page", f"at most {most}", str(len(records)))


def _record(
    table: Object | Lines, record: Mapping[str, Token], at: str, whole: bool, kinds: Mapping[str, str]
) -> Iterator[Difference]:
    known = columns(table)
    for wire, token in record.items():
        kind = known.get(wire)
        if kind is None:
            if not wire.startswith(USER_FIELD):
                yield Difference(f"{at}{wire}", "no such field", brief(token))
        elif not isinstance(kind, str):
            if not whole:
                yield Difference(f"{at}{wire}", NOTHING, "rows in a list")
            elif isinstance(token, list):
                for index, row in enumerate(token):
                    yield from _record(kind, row, f"{at}{wire}[{index}].", whole, kinds)
        elif token is not None and not FITS[kind](token):
            other = kinds.get(wire) or kinds.get(kind)
            if not (other and FITS[other](token)):
                yield Difference(f"{at}{wire}", kind, brief(token))
    if isinstance(table, Object):
        for field in table.fields:
            if field.wire not in record and (whole or not field.detail_only):
                yield Difference(f"{at}{field.wire}", "the field", MISSING)


def _text_as(form: str) -> Callable[[Token], bool]:
    fits = re.compile(form).fullmatch
    return lambda token: isinstance(token, str) and not isinstance(token, Number) and fits(token) is not None


_INTEGER = re.compile(r"-?[0-9]+").fullmatch
FITS: dict[str, Callable[[Token], bool]] = {  # kind of a field -> whether a value that is not null may stand there
    "blob": lambda _: True,
    "moment": lambda _: True,
    "integer": lambda token: isinstance(token, Number) and _INTEGER(token) is not None,
    "epoch": lambda token: isinstance(token, Number) and _INTEGER(token) is not None,
    "number": lambda token: isinstance(token, Number),
    "flag": lambda token: isinstance(token, bool),
    "text": lambda token: isinstance(token, str) and not isinstance(token, Number),
    "decimal": _text_as(r"(-?[0-9]+(\.[0-9]+)?)?"),
    "date": _text_as(r"([0-9]{4}-[0-9]{2}-[0-9]{2})?"),
}
