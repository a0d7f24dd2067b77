"""The path of a change -> what it is called in a language: `SalesInvoiceLine.qty`, `client.sales_invoices.pdf()`."""

from __future__ import annotations

from dataclasses import dataclass

from ..ir import Api, Field, Lines, Object
from ..language import Language


@dataclass(frozen=True)
class Symbol:
    """The name in code; `field` is what it names when that is a field."""

    text: str
    field: Field | None = None


def symbol(where: str, api: Api, language: Language) -> Symbol | None:
    """Nothing when the path leads to no part of the Api that has a name in code."""
    id, *path = where.split(".")
    if id not in api.by_id:
        return None
    object = api.by_id[id]
    prose, roles = language.prose, language.roles
    client = prose.client.format(resource=roles["resource"](object.plural))
    if not path:
        return Symbol(client)
    method = path[0].removesuffix("()")
    if len(path) == 1 and (path[0] != method or (method == "pdf" and method not in object.by_wire)):
        return Symbol(prose.method.format(client=client, method=roles["method"](method)))
    holder: Object | Lines = object
    for wire in path[:-1]:
        tables = {table.wire: table for table in holder.lines}
        if wire not in tables:
            return None
        holder = tables[wire]
    columns: tuple[Field | Lines, ...] = (*holder.fields, *holder.lines)
    thing = next((column for column in columns if column.wire == path[-1]), None)
    if thing is None:
        return None
    owner = roles["class"](holder.item if isinstance(holder, Lines) else holder)
    text = prose.field.format(owner=owner, field=roles["field"](thing))
    return Symbol(text, thing if isinstance(thing, Field) else None)
