"""A Change -> what the users of each language see: the names of their own code, not of the specs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..ir import Api, Field, Lines, Object
from ..language import Language
from .change import Change

_SEEN = {
    "field-added": "{symbol} is new",
    "field-removed": "{symbol} is gone",
    "object-added": "{symbol} is new",
    "object-removed": "{symbol} is gone",
    "operation-added": "{symbol} is new",
    "operation-removed": "{symbol} is gone",
    "table-added": "{symbol} is new",
    "table-removed": "{symbol} is gone",
    "type-changed": "the type of {symbol} changes",
    "presence-changed": "validation of {symbol} changes",
    "narrowed": "validation of {symbol} gets stricter",
    "widened": "validation of {symbol} gets looser",
    "name-changed": "{symbol} is spelled differently",
}


def with_effects(changes: Iterable[Change], old: Api, new: Api, languages: Iterable[Language]) -> tuple[Change, ...]:
    """The changes, each with `effects` for the languages in which it shows in code."""
    languages = tuple(languages)
    return tuple(replace(change, effects=_effects(change, old, new, languages)) for change in changes)


def _effects(change: Change, old: Api, new: Api, languages: tuple[Language, ...]) -> dict[str, str]:
    text = _SEEN.get(change.code)
    if not text:
        return {}
    found = {}
    for language in languages:
        symbol = _symbol(change.where, new, language) or _symbol(change.where, old, language)
        if symbol:
            found[language.id] = text.format(symbol=symbol)
    return found


def _symbol(where: str, api: Api, language: Language) -> str | None:
    """`SalesInvoiceLine.qty` or `client.sales_invoices.pdf` as the language spells it."""
    id, *path = where.split(".")
    if id not in api.by_id:
        return None
    object = api.by_id[id]
    roles = language.roles
    if not path:
        return f"client.{roles['resource'](object.plural)}"
    if path[0].endswith("()"):
        return f"client.{roles['resource'](object.plural)}.{roles['method'](path[0][:-2])}"
    holder: Object | Lines = object
    for wire in path[:-1]:
        tables = {table.wire: table for table in holder.lines}
        if wire not in tables:
            return None
        holder = tables[wire]
    columns: tuple[Field | Lines, ...] = (*holder.fields, *holder.lines)
    thing = next((column for column in columns if column.wire == path[-1]), None)
    owner = roles["class"](holder.item if isinstance(holder, Lines) else holder)
    return f"{owner}.{roles['field'](thing)}" if thing else None
