"""Query parameters to conditions on records: field filters with `*`, offset and limit."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import unquote_plus

from . import values
from .errors import ApiError
from .plan import Column, Plan
from .store import column as extracted

_WHOLE = re.compile(r"-?[0-9]{1,19}")
_USER_FIELD = re.compile(r"udf_[a-z0-9_]{1,60}")
_FLAGS = {"true": 1, "1": 1, "t": 1, "false": 0, "0": 0, "f": 0}
_PAGING = {"offset", "limit"}


class Query(NamedTuple):
    """A list's or detail form's parameters."""

    filters: list[tuple[str, str]]
    offset: int
    limit: int


class Condition(NamedTuple):
    """SQL of a WHERE clause with its values; empty for all records."""

    where: str
    values: list[Any]


def parse(query: bytes, page_size: int) -> Query:
    """Names are taken without regard to case."""
    filters: list[tuple[str, str]] = []
    paging: dict[str, str] = {}
    for pair in query.split(b"&") if query else ():
        name_bytes, _, value_bytes = pair.partition(b"=")
        try:
            name, value = (unquote_plus(part.decode("ascii"), errors="strict") for part in (name_bytes, value_bytes))
        except UnicodeDecodeError:
            raise ApiError(400, "The query is not percent-encoded UTF-8") from None
        name = name.lower()
        if "\0" in name or "\0" in value:
            raise ApiError(400, "The query holds the character U+0000")
        if name in _PAGING:
            paging[name] = value
        elif name:
            filters.append((name, value))
    offset = _whole("offset", paging.get("offset", "0"), 0)
    limit = _whole("limit", paging.get("limit", str(page_size)), 1)
    return Query(filters, offset, min(limit, page_size))


def _whole(name: str, text: str, least: int) -> int:
    if not _WHOLE.fullmatch(text) or not least <= int(text) <= values.LARGEST:
        raise ApiError(400, f"{name} must be an integer, {least} or more")
    return int(text)


def condition(
    plan: Plan, filters: Sequence[tuple[str, str]], refuse_unknown: bool, only: Sequence[str] | None = None
) -> Condition:
    """What the filters ask of a record. `only`: fields that may be asked for; others count as unknown."""
    parts: list[str] = []
    bound: list[Any] = []
    for name, value in filters:
        column = plan.table.columns.get(name)
        if name in plan.table.detail or (only is not None and name not in only):
            column = None
        if column is None and not (only is None and _USER_FIELD.fullmatch(name)):
            if refuse_unknown:
                raise ApiError(400, f"There is no field {name} to filter by")
            continue
        sql, value_bound = _compare(name, column, value)
        parts.append(sql)
        bound += value_bound
    return Condition(" AND ".join(parts), bound)


def _compare(name: str, column: Column | None, value: str) -> tuple[str, list[Any]]:
    field = extracted(name)
    if "*" in value:
        pattern = value.replace("[", "[[]").replace("?", "[?]")
        return f"CAST({field} AS TEXT) GLOB ?", [pattern]
    if value == "":
        return f"coalesce({field}, '') = ''", []
    kind = column.kind if column is not None else "text"
    if column is None:
        return f"CAST({field} AS TEXT) = ?", [value]
    if kind == "flag":
        if value.lower() not in _FLAGS:
            raise ApiError(400, f"The filter {name} must be true or false")
        return f"{field} = ?", [_FLAGS[value.lower()]]
    try:
        if kind in {"integer", "epoch", "enum"}:
            return f"{field} = ?", [_integer(value)]
        return f"{field} = ?", [column.accept(value)]
    except values.UnfitError as error:
        if kind == "text":  # too long to be anywhere
            return "0", []
        raise ApiError(400, f"The filter {name} {error}") from None


def _integer(value: str) -> int:
    if not _WHOLE.fullmatch(value) or abs(int(value)) > values.LARGEST:
        raise values.UnfitError("must be an integer")
    return int(value)


def fits(row: Mapping[str, Any], filters: Sequence[tuple[str, str]]) -> bool:
    """The same for a master's row, in memory; unknown names are ignored."""
    return all(_row_fits(row[name], value) for name, value in filters if name in row)


def _row_fits(have: Any, value: str) -> bool:
    text = "" if have is None else str(have).lower() if isinstance(have, bool) else str(have)
    if "*" in value:
        return re.fullmatch(".*".join(map(re.escape, value.split("*"))), text, re.DOTALL) is not None
    return text == value
