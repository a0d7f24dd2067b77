"""Api and Object -> the errors that a caller of this object has to expect, as the specs know them."""

from __future__ import annotations

from ...ir import Api, CodeType, ErrorForm, Object


def errors(object: Object, api: Api) -> list[ErrorForm]:
    """Forms that can meet this object: no stale ones without a counter, no missing codes where no field is a code."""
    codes = any(isinstance(field.type, CodeType) for field in object.every_field())
    meets = {
        "stale": object.counter is not None,
        "reference": codes,
        "duplicate": "create" in object.by_operation,
        "not_found": True,
        "server": True,
    }
    first: dict[str, ErrorForm] = {}
    for form in api.errors:
        if meets.get(form.kind):
            first.setdefault(form.kind, form)
    return list(first.values())
