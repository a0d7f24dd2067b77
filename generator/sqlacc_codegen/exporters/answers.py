"""An Object -> an example of its answers, made from the spec: nobody recorded it."""

from __future__ import annotations

from ..ir import Json, Object


def record(object: Object) -> dict[str, Json]:
    """The fullest sample as it would come back."""
    for purpose in ("full", "minimum"):
        for example in object.examples:
            if example.purpose == purpose and isinstance(example.payload, dict):
                return {object.key: key(object), **example.payload}
    return {object.key: key(object)}


def header(object: Object) -> dict[str, Json]:
    """The same as a row of a list: without lines."""
    return {wire: value for wire, value in record(object).items() if wire not in object.tables}


def page(rows: list[Json], size: int, offset: int = 0) -> dict[str, Json]:
    """A page of `size` at most that holds these rows."""
    return {"pagination": {"offset": offset, "limit": size, "count": len(rows)}, "data": rows}


def key(object: Object) -> Json:
    """A key as the server might have given it."""
    field = object.by_wire[object.key]
    return field.example if field.example is not None else 1 if field.type.kind == "integer" else "CODE"
