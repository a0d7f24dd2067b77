"""Rules about demo.yaml: what its records refer to is made before them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ..hints import quoted
from ..ir import Json, Lines, Object
from ..resolve_fields import Path
from .core import Context, Finding, rule

_REFERENCE = re.compile(r"=[a-z][a-z0-9_]*/.+")


def without_references(value: Json) -> Json:
    """Demo data with null for each `=sales_order/SO-00001/dockey`, a key that only the sandbox knows."""
    if isinstance(value, dict):
        return {key: without_references(item) for key, item in value.items()}
    if isinstance(value, list):
        return [without_references(item) for item in value]
    return None if isinstance(value, str) and _REFERENCE.fullmatch(value) else value


@rule("demo-reference", "Demo data refers to a record, row or field that no earlier record makes.")
def demo_references(context: Context) -> Iterator[Finding]:
    made: dict[tuple[str, str], Mapping[str, Json]] = {}
    for id, records in context.api.demo.get("objects", {}).items():
        object = context.api.by_id.get(id)
        for index, record in enumerate(records):
            for path, text in _references(("objects", id, index), record):
                wrong = _dangling(context, made, text)
                if wrong:
                    yield Finding(context.spec.demo, path, f"{quoted(text)}: {wrong}")
            if object and object.identity:
                made[id, str(record.get(object.identity[0]))] = record


def _references(path: Path, value: Json) -> Iterator[tuple[Path, str]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        if isinstance(item, str) and _REFERENCE.fullmatch(item):
            yield (*path, key), item
        else:
            yield from _references((*path, key), item)


def _dangling(context: Context, made: Mapping[tuple[str, str], Mapping[str, Json]], text: str) -> str:
    """Why `=object/number/field` or `=object/number/table/row/field` leads nowhere."""
    id, number, *rest = text[1:].split("/")
    object, record = context.api.by_id.get(id), made.get((id, number))
    if not object or record is None:
        return f"no earlier record of {quoted(id)} has the number {quoted(number)}"
    holder: Object | Lines = object
    if len(rest) == 3 and rest[0] in object.tables:
        holder, rows = object.tables[rest[0]], record.get(rest[0])
        count = len(rows) if isinstance(rows, list) else 0
        if not rest[1].isdigit() or not 1 <= int(rest[1]) <= count:
            return f"the record has {count} such rows"
        rest = rest[2:]
    return "" if len(rest) == 1 and rest[0] in holder.by_wire else f"there is no {quoted('/'.join(rest))}"
