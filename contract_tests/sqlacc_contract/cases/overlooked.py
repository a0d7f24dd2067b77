"""Cases of what careful clients overlook: moving pages, stale updates, waits, secrets in errors, the largest text."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sqlacc_codegen.ir import Api, TextType

from .. import faults
from ..conversation import UPDATE_TRIES, Policy
from ..play import Play
from .case import Case
from .subject import Subject

HOUR = "3600"


def overlooked(api: Api, subject: Subject) -> Iterator[Case]:
    s, o = subject, subject.o
    grade = {kind: operation.evidence.grade for kind, operation in o.by_operation.items()}

    def moved(play: Play) -> None:
        """A record is added before the first page was read: the second begins with the last row of the first."""
        play.fault(*faults.shifted())
        play.value(s.op("iterate"), page_limit=2)

    def stuck(play: Play) -> None:
        """The server gives the first page again, whatever the offset."""
        play.fault(*faults.same_again())
        play.error(s.op("iterate"), "unexpected_response", page_limit=2)

    def an_hour(play: Play) -> None:
        play.fault(faults.page(429, faults.BUSY_PAGE, retry_after=HOUR))
        play.value(s.op("list"))

    def longest_waits(play: Play) -> None:
        play.configure(retry=Policy(attempts=4, base_ms=1_000_000, max_ms=50))
        play.fault(*[faults.status(503, "busy")] * 3)
        play.value(s.op("list"))

    def repeated_secret(play: Play) -> None:
        """A server, or something before it, shows the secret key in its answer: no error of the client passes it on."""
        secret = play.settings.secret_key
        for code, body in ((400, {"message": f"bad secret {secret}"}), (500, f"trace {secret}"), (200, f"<{secret}")):
            play.fault(faults.answer(code, json.dumps(body).encode()))
            shown = json.dumps(_unjudged(play, s.op("list")))
            play.check("error" in shown, f"status {code} was no error: {shown[:100]}")
            play.check(secret not in shown, f"the error of status {code} shows the secret key")

    def stale_once(play: Play) -> None:
        stored, field = s.stored(play), s.text_field or ""
        play.fault(None, faults.status(400, _stale(api)))
        updated = play.value(s.op("update_with_retry"), key=s.key(stored), changes={field: "at last"})
        play.equal("at last", updated[field], field)

    def stale_for_ever(play: Play) -> None:
        stored, field = s.stored(play), s.text_field or ""
        play.fault(*[None, faults.status(400, _stale(api))] * UPDATE_TRIES)
        play.error(s.op("update_with_retry"), "stale", key=s.key(stored), changes={field: "never"})

    def largest(play: Play) -> None:
        field = s.text_field or ""
        text = "x" * (_largest(s, field) or 0)
        made = play.value(s.op("create"), record=s.variant(1) | {field: text})
        play.equal(text, made[field], field)

    if s.can("list"):
        yield Case(o.id, "iterate", "a row moves to the next page", moved, grade["list"])
        yield Case(o.id, "iterate", "the offset is ignored", stuck, grade["list"])
        yield Case(o.id, "list", "429 with a Retry-After of an hour", an_hour, "observed")
        yield Case(o.id, "list", "waits are bounded", longest_waits, "observed")
        yield Case(o.id, "list", "secret key in the answer", repeated_secret, "inferred")
    if s.can("update") and s.creates and s.text_field:
        yield Case(o.id, "update", "stale once", stale_once, grade["update"])
        yield Case(o.id, "update", "stale for ever", stale_for_ever, grade["update"])
    if s.can("create") and s.creates and s.text_field and _largest(s, s.text_field):
        yield Case(o.id, "create", "largest text", largest, grade["create"], assumes=("text_sizes",))


def _unjudged(play: Play, op: str) -> object:
    """What a client answers where no oracle can say what it must: the words are its own."""
    play.calls += 1
    case = f"{play.case}#{play.calls}"
    answer = play.driver.ask({"cmd": "call", "case": case, "op": op, "args": {}}, play.limit)
    if play.tap:
        play.seen += play.tap.take(case)
    return answer.body or answer.message


def _stale(api: Api) -> str:
    return next(form.message for form in api.errors if form.kind == "stale")


def _largest(s: Subject, wire: str) -> int | None:
    type = s.o.by_wire[wire].type
    return type.size if isinstance(type, TextType) and type.size == type.largest else None
