"""A record as read and its changes -> the PUT that stores them: every row kept, added or removed by its key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ._body import AsRead, ReadRow, encode, is_placeholder, items, row_key, strip_keys
from ._rules import check_rules
from ._shape import Shape, Table
from ._values import INTEGER, plain
from .errors import FieldProblem, UsageError, ValidationError

REMOVE = "$remove"  # {"dtlkey": 13, "$remove": True} in the changes of an update


class Update(NamedTuple):
    """A PUT to come: the path key, the body, and the rows that must be gone afterwards as (table, row key)."""

    key: Any
    body: dict[str, Any]
    removed: tuple[tuple[str, Any], ...]


def for_update(shape: Shape, record: Any, changes: Mapping[str, Any], *, checked: bool) -> Update:
    """The body of an update: everything that was read, with the changes merged in and the counter one higher."""
    problems: list[FieldProblem] = []
    base = dict(items(record))
    before = getattr(record, "rows_as_read", None)
    mapping = isinstance(record, Mapping)
    if mapping:
        base = _all_as_read(shape, base)
    key = plain(_value(base.get(shape.path_key)))
    if is_placeholder(key) or not isinstance(key, (str, int)) or isinstance(key, bool):
        raise UsageError(f"the record has no {shape.path_key}: read it from the server first")
    if shape.lines and not _has_rows(shape, record, base):
        raise UsageError(f"this {shape.id} came without its lines, which an update could lose: get it by its key first")
    counter = shape.counter or ("updatecount" if "updatecount" in base else None)
    for wire in (counter, shape.path_key if shape.integer_key else None):
        if wire is not None and wire in changes:
            message = "is kept by the client and the server; leave it out of the changes"
            raise ValidationError([FieldProblem(wire, message)])
    merged, removed = merge(shape, base, changes, problems)
    if before is not None:
        removed += _dropped(shape, before(), merged)
    body = encode(shape, merged, problems, checked=checked)
    strip_keys(shape, body, None, copied=False)
    if counter is not None:
        body[counter] = _next(_value(base.get(counter)))
    if checked:
        problems += check_rules(shape, body, create=False)
    if problems:
        raise ValidationError(problems)
    return Update(key, body, tuple(dict.fromkeys(removed)))


def _value(value: Any) -> Any:
    return value.value if isinstance(value, AsRead) else value


def _next(counter: Any) -> int:
    """One higher; a counter that is none must not become 1, which could pass for the stored one."""
    if counter is None or counter == "":
        return 1
    if isinstance(counter, bool) or not INTEGER.fullmatch(str(counter)) or int(counter) >= 2**63 - 1:
        raise UsageError("the counter of the record is none: read it again")
    return int(counter) + 1


def _all_as_read(table: Table, record: Mapping[str, Any]) -> ReadRow:
    """A mapping that was read before: its values are the server's, row by row."""
    found = ReadRow()
    for wire, value in record.items():
        below = table.lines.get(wire)
        if below is not None and _are_rows(value):
            found[wire] = [_all_as_read(below, row) if isinstance(row, Mapping) else row for row in value]
        else:
            found[wire] = value if isinstance(value, AsRead) else AsRead(value)
    return found


def _has_rows(shape: Shape, record: Any, base: Mapping[str, Any]) -> bool:
    """Whether the rows are known: a record as it was read or made by hand, not a row of a list."""
    if getattr(record, "_partial", False):
        return False
    if getattr(record, "_read", None) is not None:
        return bool(record.rows_as_read())
    return any(_are_rows(_value(base.get(wire))) for wire in shape.lines)


def _are_rows(value: Any) -> bool:
    rows = isinstance(value, Sequence) and not isinstance(value, (str, bytes))
    return rows and all(isinstance(row, Mapping) or hasattr(row, "wire_items") for row in value)


def merge(
    table: Table, base: Mapping[str, Any], changes: Mapping[str, Any], problems: list[FieldProblem], path: str = ""
) -> tuple[dict[str, Any], list[tuple[str, Any]]]:
    """`base` with `changes`: rows named by their key are merged, rows without one added, `$remove` drops a row.

    In a table whose rows have no key the rows given take the place of those read.
    """
    merged = dict(base)
    removed: list[tuple[str, Any]] = []
    for wire, value in changes.items():
        if wire == REMOVE:
            continue
        below = table.lines.get(wire)
        if below is None or not isinstance(value, Sequence) or isinstance(value, (str, bytes)):
            merged[wire] = value
            if below is not None and value is None:
                problems.append(
                    FieldProblem(path + wire, "must be a list of rows; name rows with $remove to drop them")
                )
            continue
        if below.key is None:
            merged[wire] = list(value)
            continue
        rows = [dict(items(row)) for row in _value(base.get(wire)) or ()]
        keys = {str(row_key(below, row)): index for index, row in enumerate(rows)}
        gone: set[int] = set()
        for index, change in enumerate(value):
            here = f"{path}{wire}[{index}]"
            if not isinstance(change, Mapping) and not hasattr(change, "wire_items"):
                problems.append(FieldProblem(here, f"must be a row, not {type(change).__name__}"))
                continue
            row, key = dict(items(change)), row_key(below, change)
            drop = row.pop(REMOVE, False) is True
            if key is None and not drop:
                rows.append({name: item for name, item in row.items() if name != below.key})
            elif str(key) not in keys:
                problems.append(FieldProblem(f"{here}.{below.key}", f"the record has no row {key}"))
            elif drop:
                gone.add(keys[str(key)])
                removed.append((path + wire, key))
            else:
                at = keys[str(key)]
                row.pop(below.key or "", None)
                rows[at], deeper = merge(below, rows[at], row, problems, f"{here}.")
                removed += deeper
        merged[wire] = [row for at, row in enumerate(rows) if at not in gone]
    return merged, removed


def _dropped(table: Table, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Rows that the record had when it was read and that its lists no longer hold."""
    found = []
    for wire, keys in before.items():
        left = {str(row_key(table.lines[wire], row)) for row in _value(after.get(wire)) or ()}
        found += [(wire, key) for key in keys if str(key) not in left]
    return found


def still_there(shape: Shape, removed: Sequence[tuple[str, Any]], answer: Mapping[str, Any]) -> list[str]:
    """Removed rows that the server's answer still holds, as `sdsdocdetail[dtlkey=13]`."""
    found = []
    for path, key in removed:
        table: Table = shape
        rows: list[Any] = [answer]
        for wire in (part.partition("[")[0] for part in path.split(".")):
            table = table.lines[wire]
            rows = [row for above in rows if isinstance(above, Mapping) for row in above.get(wire) or ()]
        if any(isinstance(row, Mapping) and str(row.get(table.key or "")) == str(key) for row in rows):
            found.append(f"{path}[{table.key}={key}]")
    return found
