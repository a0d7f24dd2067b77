"""The oracle: an operation and its values -> the request that must be seen, written once and knowing no client."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import quote

from sqlacc_codegen.ir import Lines, Object

from .tagged import Tagged, bare, rows_of, untag
from .tokens import Token, parse

UNRESERVED = "-._~"  # beside letters and digits, which `quote` never touches
JSON_TYPE = "application/json"
COUNTER = "updatecount"


@dataclass(frozen=True)
class Request:
    """What must go over the wire. `body` is tokens; None is no body. `headers` are the ones that carry meaning."""

    method: str
    target: str  # raw: path and query as they stand in the request line
    body: Token = None
    headers: Mapping[str, str | None] = field(default_factory=dict)  # lower case; None: must be absent

    def __str__(self) -> str:
        return f"{self.method} {self.target}"


@dataclass(frozen=True)
class Reply:
    """What came back. `broken` is empty, or how the exchange failed: refused, broken or timeout."""

    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)  # lower case
    body: bytes = b""
    broken: str = ""

    @cached_property
    def tokens(self) -> Token:
        """The JSON of the body, read once; ValueError when it is none. Shared: not to be changed."""
        return parse(self.body)


# --- single requests ----------------------------------------------------------------------------------------------


def list_rows(o: Object, where: Mapping[str, Tagged], offset: int, limit: int) -> Request:
    return _read(f"{o.path}?{query([*where.items(), ('offset', offset), ('limit', limit)])}")


def detail(o: Object, where: Mapping[str, Tagged], page: tuple[int, int] | None = None) -> Request:
    """The detail form `/salesinvoice/*?docno=`; the star is literal on the wire."""
    paging = [("offset", page[0]), ("limit", page[1])] if page else []
    return _read(f"{o.path}/*?{query([*where.items(), *paging])}")


def get(o: Object, key: Tagged) -> Request:
    return _read(at(o, key))


def create(o: Object, record: Mapping[str, Tagged]) -> Request:
    return _write("POST", o.path, create_body(o, record))


def update(o: Object, record: Mapping[str, Tagged], changes: Mapping[str, Tagged]) -> Request:
    return _write("PUT", at(o, record[o.key]), update_body(o, record, changes))


def delete(o: Object, key: Tagged) -> Request:
    return Request("DELETE", at(o, key), None, {"content-type": None, "accept": JSON_TYPE})


def pdf(o: Object, key: Tagged, template: str | None) -> Request:
    assert o.pdf is not None
    kind = f"application/pdf;template={template or o.pdf.default}"
    return Request("GET", at(o, key), None, {"content-type": kind, "accept": "application/pdf"})


def raw(method: str, path: str, pairs: Mapping[str, Tagged], body: Tagged = None) -> Request:
    target = f"{path}?{query(pairs.items())}" if pairs else path
    if body is None:
        return Request(method, target, None, {"content-type": None})
    return _write(method, target, untag(None, body))


def _read(target: str) -> Request:
    return Request("GET", target, None, {"content-type": None, "accept": JSON_TYPE})


def _write(method: str, target: str, body: Token) -> Request:
    return Request(method, target, body, {"content-type": JSON_TYPE, "accept": JSON_TYPE})


# --- parts of the target ------------------------------------------------------------------------------------------


def at(o: Object, key: Tagged) -> str:
    return f"{o.path}/{quote(_text(key), safe=UNRESERVED)}"


def query(pairs: Iterable[tuple[str, Tagged]]) -> str:
    """Filters in the order given; `*` and `~` stay literal in values."""
    return "&".join(
        f"{quote(name, safe=UNRESERVED)}={quote(_text(value), safe=UNRESERVED + '*')}" for name, value in pairs
    )


def _text(value: Tagged) -> str:
    value = bare(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


# --- bodies -------------------------------------------------------------------------------------------------------


def create_body(o: Object, record: Mapping[str, Tagged]) -> dict[str, Token]:
    """Without the placeholders of keys that the server gives, and without an empty number."""
    issued = o.by_wire[o.key].type.kind == "integer"
    number = o.behaviour.get("numbering", {}).get("field", "docno")
    body = _without_keys(o, untag(o, record), {o.key} if issued else set())
    if body.get(number) in ("", None):
        body.pop(number, None)
    return body


def _without_keys(table: Object | Lines, row: dict[str, Token], keys: set[str | None]) -> dict[str, Token]:
    found = {}
    tables = rows_of(table)
    for wire, token in row.items():
        if wire in keys and token in (None, "", "0", "-1"):
            continue
        rows = tables.get(wire)
        if rows and isinstance(token, list):
            token = [_without_keys(rows, item, keys | {rows.key}) if isinstance(item, dict) else item for item in token]
        found[wire] = token
    return found


def update_body(o: Object, record: Mapping[str, Tagged], changes: Mapping[str, Tagged]) -> dict[str, Token]:
    """The record as read, the changes merged, lines by their key, and the counter one higher."""
    merged = merge(o, record, changes)
    counter = o.counter or (COUNTER if COUNTER in record else None)  # reading item_counter
    if counter:
        merged[counter] = int(bare(record.get(counter)) or 0) + 1
    return untag(o, merged)


def merge(table: Object | Lines, record: Mapping[str, Tagged], changes: Mapping[str, Tagged]) -> dict[str, Tagged]:
    merged = dict(record)
    tables = rows_of(table)
    for wire, value in changes.items():
        rows = tables.get(wire)
        if rows and rows.key and isinstance(value, list):
            merged[wire] = _merge_rows(rows, merged.get(wire) or [], value)
        else:
            merged[wire] = value
    return merged


def _merge_rows(table: Lines, stored: list[Any], changes: list[Any]) -> list[Any]:
    """Rows named by key change or go, rows without a key are added, all others stay."""
    key = table.key or ""
    by_key = {change[key]: change for change in changes if key in change}
    rows = []
    for row in stored:
        change = by_key.get(row.get(key))
        if change is None:
            rows.append(row)
        elif not change.get("$remove"):
            rows.append(merge(table, row, {k: v for k, v in change.items() if k != "$remove"}))
    return rows + [change for change in changes if key not in change]
