"""A body to a stored record: create, update and delete, each all or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import localcontext
from typing import Any

from . import amounts, effects, fill, guards, journal, landing, numbering, rows, rules, shown
from .arithmetic import EXACT
from .desk import Desk
from .errors import ApiError
from .plan import NONE, Plan
from .rows import Row
from .store import Effect, Key, Record, column
from .values import TOO_LONG

_NOTHING = (None, "", NONE)
_NO_KEY = (None, 0, -1)
NEXT = "<<New>>"  # the SDK's mark for "give me the next number"
MODIFIED = "lastmodified"
COUNTER = "updatecount"


def create(desk: Desk, plan: Plan, body: Mapping[str, Any]) -> Record:
    """Store a new record."""
    _refuse_empty_keys(desk, plan, body)
    head = rows.lay(plan.table, body, None, desk.omitted)
    with desk.store.transaction(), localcontext(EXACT):
        return _save(desk, plan, head, None, None)


def update(desk: Desk, plan: Plan, key: Key, body: Mapping[str, Any]) -> Record:
    """Lay a body over the record with this key."""
    with desk.store.transaction(), localcontext(EXACT):
        record = desk.store.text(plan.id, key)
        stored = desk.store.get(plan.id, key)
        if record is None or stored is None:
            raise desk.words.missing(f"{plan.title} {key}")
        _check_key(plan, key, body)
        _check_counter(desk, plan, record.version, body)
        omitted = "replaced" if plan.behaviour.get("lines") == "replaced" else desk.omitted
        head = rows.lay(plan.table, body, stored, omitted)
        if desk.readings.value("omitted_fields", "kept") == "cleared":
            _clear(plan, head)
        return _save(desk, plan, head, key, (record.version or 0) + 1)


def delete(desk: Desk, plan: Plan, key: Key) -> None:
    """Remove a record that nothing refers to."""
    with desk.store.transaction(), localcontext(EXACT):
        record = desk.store.get(plan.id, key)
        if record is None:
            raise desk.words.missing(f"{plan.title} {key}")
        guards.deletion(desk, plan, key, record)
        old = desk.store.effects(plan.id, key)
        desk.store.replace_effects(plan.id, key, old, [])
        desk.store.delete(plan.id, key)
        shown.others(desk, old, (plan.id, key))


def counter(desk: Desk, plan: Plan) -> str | None:
    """The update counter's name; one reading gives stock items one."""
    if plan.counter is None and not plan.key_is_text and desk.readings.value("item_counter", "absent") == "present":
        return COUNTER
    return plan.counter


# --- what has to be right before anything is worked out ----------------------------------------------------------


def _refuse_empty_keys(desk: Desk, plan: Plan, body: Mapping[str, Any]) -> None:
    if desk.readings.value("empty_keys", "accepted") != "crash" or plan.key_is_text:
        return
    number = plan.behaviour.get("numbering", {}).get("field")
    if (number in body and body[number] in (None, "")) or (plan.key in body and body[plan.key] in _NO_KEY):
        raise ApiError(500, "MainDataSet: Dataset not in edit or insert mode")


def _check_key(plan: Plan, key: Key, body: Mapping[str, Any]) -> None:
    sent = body.get(plan.key)
    if sent != key and sent not in _NO_KEY:
        raise ApiError(400, f"{plan.key} {sent} in the body is not the {key} of the path")


def _check_counter(desk: Desk, plan: Plan, version: int | None, body: Mapping[str, Any]) -> None:
    wire = counter(desk, plan)
    if wire is None:
        return
    sent, stored = body.get(wire), version or 0
    if sent is not None and sent.__class__ is not int:
        raise ApiError(400, f"{wire} must be an integer")
    lenient = desk.readings.value("update_counter", "plus_one") == "lenient"
    if sent != stored + 1 and not (lenient and (sent or 0) == stored):
        raise desk.words.stale(f"{wire} {sent} was sent, the stored value plus one is {stored + 1}")


def _clear(plan: Plan, head: Row) -> None:
    """Under one reading, header fields that an update does not send go back to their defaults."""
    kept = {plan.key, plan.counter, plan.code}
    for wire, spec in plan.table.columns.items():
        if wire not in head.sent and wire not in kept and not spec.server:
            head.values[wire] = spec.default
    for wire in plan.table.required:
        if head.values.get(wire) in (None, ""):
            raise ApiError(400, f"{wire} is required")


# --- the way of every record -------------------------------------------------------------------------------------


def _save(desk: Desk, plan: Plan, head: Row, key: Key | None, version: int | None) -> Record:
    number = plan.behaviour.get("numbering", {}).get("field")
    rows.check_required(head, number)
    fill.header(desk, plan, head)
    _number(desk, plan, head)
    fill.lines(desk, plan, head)
    _check_codes(desk, head)
    if key is None:
        key = head.values[plan.key] if plan.key_is_text else desk.store.next(plan.key)
    _stamp(desk, plan, head, key, version)
    amounts.apply(desk, plan, head)
    landing.apply(desk, plan, head)
    journal.apply(desk, plan, head)
    rules.check(plan, head)
    _check_unique(desk, plan, head, key)
    if head.new:
        guards.creation(desk, plan, head)
    else:
        guards.change(desk, plan, head, key)
    _apply_effects(desk, plan, head, key)
    return _store(desk, plan, head, key, version)


def _number(desk: Desk, plan: Plan, head: Row) -> None:
    """Give a record its number where the client left it to the server."""
    facts = plan.behaviour.get("numbering")
    if not facts:
        return
    wire = facts["field"]
    value = head.values.get(wire)
    if value in (None, "", NEXT):
        head.values[wire] = head.old[wire] if head.old is not None else _next_number(desk, plan, head, facts)
    elif head.new and "format" in facts and desk.readings.value("typed_number", "unmoved") == "advances":
        name = f"{plan.id}.{wire}"
        upcoming = desk.store.peek(name)
        if value == numbering.number(facts["format"], upcoming, _day(desk, head)):
            desk.store.set_counter(name, upcoming + 1)


def _next_number(desk: Desk, plan: Plan, head: Row, facts: Mapping[str, Any]) -> str:
    day = _day(desk, head)
    if "format" in facts:
        name, format = f"{plan.id}.{facts['field']}", facts["format"]
    else:
        account = str(head.values.get(facts.get("account", "")) or "")
        format = numbering.code_prefix(facts["mask"], account, str(head.values.get(facts.get("name", "")) or ""))
        name = f"{plan.id}.{facts['field']}.{format}"
    while True:
        made = numbering.number(format, desk.store.next(name), day)
        if not desk.store.keys(plan.id, f"{column(facts['field'])} = ?", (made,), 1):
            return made


def _day(desk: Desk, head: Row) -> date:
    text = head.values.get("docdate")
    return date.fromisoformat(text) if text else desk.today()


def _check_codes(desk: Desk, head: Row) -> None:
    """Codes that the client sent name records that exist."""
    for row in (head, *head.below()):
        for wire, target in row.table.codes:
            if wire in row.sent and row.differs(wire):
                value = row.values[wire]
                if value not in _NOTHING and not desk.exists(target, value):
                    raise desk.words.reference(f'{row.label}{wire}: there is no {target} "{value}"')


def _stamp(desk: Desk, plan: Plan, head: Row, key: Key, version: int | None) -> None:
    """Keys, counter, time of change, numbers of rows."""
    head.values[plan.key] = key
    if plan.counter:
        head.values[plan.counter] = version
    if MODIFIED in head.values:
        head.values[MODIFIED] = int(desk.now())
    code = head.values.get(plan.code or plan.key)
    for row in head.below():
        table = row.table
        for wire in table.owner_key:
            row.values[wire] = key
        for wire in table.owner_code:
            row.values[wire] = code
        if table.key and row.new:
            row.values[table.key] = desk.store.next("row")
    thousands = desk.readings.value("line_seq", "as_sent") == "thousands"
    for wire, table in plan.table.tables.items():
        if "seq" in table.columns:
            _sequence(head.rows[wire], thousands)


def _sequence(made: list[Row], thousands: bool) -> None:
    last = 0
    for n, row in enumerate(made, 1):
        if thousands:
            row.values["seq"] = n * 1000
        elif row.values.get("seq") is None:
            row.values["seq"] = last + 1
        last = max(last, row.values["seq"])


def _check_unique(desk: Desk, plan: Plan, head: Row, key: Key) -> None:
    if not any(head.differs(wire) for wire in plan.unique):
        return
    where = " AND ".join(f"{column(wire)} = ?" for wire in plan.unique)
    taken = desk.store.keys(plan.id, where, [head.values.get(wire) for wire in plan.unique])
    if any(other != key or head.new for other in taken):
        raise desk.words.duplicate(" with ".join(f"{wire} {head.values.get(wire)}" for wire in plan.unique))


def _apply_effects(desk: Desk, plan: Plan, head: Row, key: Key) -> None:
    made = effects.of(desk, plan, head, key)
    old: list[Effect] = [] if head.new else desk.store.effects(plan.id, key)
    if made != old:
        try:
            desk.store.replace_effects(plan.id, key, old, made)
        except OverflowError as error:
            raise ApiError(400, f"A balance becomes too large ({error}): {TOO_LONG}") from None
        effects.check(desk, plan, made)
        shown.others(desk, [*old, *made], (plan.id, key))
    shown.own(desk, plan, head, key)


def _store(desk: Desk, plan: Plan, head: Row, key: Key, version: int | None) -> Record:
    record = head.as_json()
    table = plan.table
    if table.detail:
        shown_in_lists = {w: v for w, v in record.items() if w not in table.detail and w not in table.tables}
    else:
        shown_in_lists = {w: v for w, v in record.items() if w not in table.tables}
    tail = {w: v for w, v in record.items() if w not in shown_in_lists}
    return desk.store.put(plan.id, key, version, shown_in_lists, tail)
