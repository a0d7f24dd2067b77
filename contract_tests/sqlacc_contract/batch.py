"""Many records -> the conversation of a batch: one by one, a result each, a journal against double booking."""

from __future__ import annotations

from collections.abc import Iterable

from sqlacc_codegen.ir import Object

from . import decode, wire
from .conversation import Names, Row, Steps, Talk
from .decode import Failure
from .tagged import Tagged
from .tokens import plain, text

REFERENCE = "docref1"


def create_many(
    talk: Talk,
    o: Object,
    records: Iterable[Row],
    by: Names | None = None,
    stop_on_error: bool = False,
    journal: str = "",
    concurrency: int = 1,
) -> Steps[Tagged]:
    """A record that the journal knows as begun is looked up before it is sent again."""
    if concurrency > 1:
        replies = yield tuple(wire.create(o, record) for record in records)
        return {"results": [{"status": "created", "record": decode.record(o, reply)} for reply in replies]}
    state = talk.journals.setdefault(journal, {}) if journal else {}
    results: list[Tagged] = []
    for number, record in enumerate(records):
        name = f"{number} {text(plain(record))}"
        if _stopped(results, stop_on_error):
            results.append({"status": "skipped"})
        elif state.get(name) == "done":
            results.append({"status": "found"})
        elif state.get(name) == "started":
            lookup = by or _known_by(o, record)
            if lookup is None:
                results.append({"status": "unknown"})
                continue
            results.append((yield from _one(talk.ensure(o, record, lookup))))
            state[name] = _state(results[-1])
        else:
            state[name] = "started"
            results.append((yield from _one(talk.create(o, record))))
            state[name] = _state(results[-1])
    return {"results": results}


def ensure_many(
    talk: Talk,
    o: Object,
    records: Iterable[Row],
    by: Names,
    stop_on_error: bool = False,
    journal: str = "",
) -> Steps[Tagged]:
    state = talk.journals.setdefault(journal, {}) if journal else {}
    results: list[Tagged] = []
    for number, record in enumerate(records):
        name = f"{number} {text(plain(record))}"
        if _stopped(results, stop_on_error):
            results.append({"status": "skipped"})
        elif state.get(name) == "done":
            results.append({"status": "found"})
        else:
            state[name] = "started"
            results.append((yield from _one(talk.ensure(o, record, by))))
            state[name] = _state(results[-1])
    return {"results": results}


def _known_by(o: Object, record: Row) -> Names | None:
    """What tells whether a record is there: its number or code, else its reference in the other system."""
    for names in (list(o.identity), [REFERENCE]):
        if all(record.get(name) not in (None, "") for name in names):
            return names
    return None


def _stopped(results: list[Tagged], stop_on_error: bool) -> bool:
    return stop_on_error and any(result["status"] in ("failed", "unknown") for result in results)


def _state(result: Tagged) -> str:
    return {"created": "done", "found": "done", "failed": "failed"}.get(result["status"], "started")


def _one(steps: Steps[Tagged]) -> Steps[Tagged]:
    try:
        value = yield from steps
    except Failure as failure:
        unknown = failure.outcome.kind == "ambiguous_write"
        return {"status": "unknown" if unknown else "failed", "error": {"kind": failure.outcome.kind}}
    if set(value or ()) == {"record", "created"}:
        return {"status": "created" if value["created"] else "found", "record": value["record"]}
    return {"status": "created", "record": value}
