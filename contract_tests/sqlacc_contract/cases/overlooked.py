"""Cases of what careful clients overlook: moving pages, stale updates, waits, secrets in errors, the largest text."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sqlacc_codegen.ir import Api, TextType

from .. import faults
from ..conversation import UPDATE_TRIES, Policy
from ..play import Play
from ..tagged import bare
from ..tokens import plain, text
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

    def a_date(play: Play) -> None:
        """Retry-After as a date of HTTP, far away: the longest wait that the caller allows."""
        play.fault(faults.page(429, faults.BUSY_PAGE, retry_after="Fri, 01 Jan 2100 00:00:00 GMT"))
        play.value(s.op("list"))
        waits = [event["ms"] for event in play.said[-1][1]["events"] if event["type"] == "sleep"]
        play.equal([play.settings.retry.max_ms], [round(wait) for wait in waits], "waits in ms")

    def second_page(play: Play) -> None:
        """The server ignores the filter; a full page without what was asked for is not the end."""
        field = s.unindexed_field or s.identity
        others = [{o.key: 900_000 + n if o.by_wire[o.key].type.kind == "integer" else f"O{n}"} for n in range(50)]
        play.fault(faults.answer(200, text(plain({"data": others})).encode()))
        play.equal(None, play.value(s.op("find"), where={field: "nowhere"}), "the record found")

    def other_records(play: Play) -> None:
        with tempfile.TemporaryDirectory(prefix="sqlacc-verify-") as folder:
            path = str(Path(folder) / "journal.jsonl")
            play.value(s.op("create_many"), records=[s.variant(1), s.variant(2)], journal=path)
            kind = "configuration"
            play.rejects(s.op("create_many"), kind=kind, records=[s.variant(3), s.variant(2)], journal=path)

    def wrong_values(play: Play) -> None:
        """A day that is not in the calendar, and a word where a number belongs."""
        for kind, value in (("date", {"$date": "2026-02-30"}), ("decimal", "twelve")):
            wire = next((f.wire for f in o.fields if f.type.kind == kind and not f.read_only), None)
            if wire:
                play.rejects(s.op("create"), record=s.variant(1) | {wire: value})
                named = play.said[-1][1]["client_error"].get("fields")
                play.equal([wire], named, "the fields that the error names")

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

    def base_path(play: Play) -> None:
        """A server below a path, behind a gateway: what the caller configured stands before every path."""
        page = play.value(s.op("list"), limit=1)
        play.configure(base_url=f"{play.settings.base_url}/books/demo")
        play.fault(faults.answer(200, b'{"data":[]}'))
        play.equal({**page, "records": [], "count": 0, "more": False}, play.value(s.op("list"), limit=1), "the page")

    def cookie(play: Play) -> None:
        play.fault(faults.with_header(b"set-cookie", b"session=1; Path=/"))
        for _ in range(2):
            play.value(s.op("list"), limit=1)
        play.check(play.seen[-1].header("cookie") is None, "a cookie came back")

    def nearly(play: Play) -> None:
        """The server ignores the filter; what it gives differs in case and in blanks only."""
        field = s.unindexed_field or s.identity
        made = play.value(s.op("create"), record=s.variant(1) | {field: "Nearly"})
        for wanted in ("nearly", "Nearl", "Nearly."):
            play.fault(
                faults.answer(200, text(plain({"data": [{o.key: bare(s.key(made)), field: "Nearly"}]})).encode())
            )
            play.equal(None, play.value(s.op("find"), where={field: wanted}), f"what was found for {wanted!r}")

    def told_body(play: Play) -> None:
        """What else a server says with a refusal is passed on."""
        play.fault(faults.answer(400, b'{"message":"No","code":4711}'))
        error = play.error(s.op("list"), "api")
        told = json.dumps(play.said[-1][1])
        play.check("4711" in told, f"the rest of the server's answer is lost: {error.message}")

    def at_a_time(play: Play) -> None:
        """No more requests at the same time than asked for: the licence counts connections."""
        for width in (1, 2):
            watch = faults.Crowd()
            play.fault(*[watch.hold] * 5)
            records = [s.variant(10 * width + n) for n in range(5)]
            play.value(s.op("create_many"), records=records, concurrency=width)
            play.check(watch.most <= width, f"{watch.most} requests at a time, where {width} may be")

    if s.can("list"):
        yield Case(o.id, "list", "below a path", base_path, grade["list"])
        yield Case(o.id, "list", "cookie", cookie, "inferred")
        yield Case(o.id, "list", "the rest of a refusal", told_body, "inferred")
        yield Case(o.id, "iterate", "a row moves to the next page", moved, grade["list"])
        yield Case(o.id, "iterate", "the offset is ignored", stuck, grade["list"])
        yield Case(o.id, "list", "429 with a Retry-After of an hour", an_hour, "observed")
        yield Case(o.id, "list", "429 with a Retry-After that is a date", a_date, "observed")
        yield Case(o.id, "list", "waits are bounded", longest_waits, "observed")
        yield Case(o.id, "list", "secret key in the answer", repeated_secret, "inferred")
    if s.can("update") and s.creates and s.text_field:
        yield Case(o.id, "update", "stale once", stale_once, grade["update"])
        yield Case(o.id, "update", "stale for ever", stale_for_ever, grade["update"])
    if s.can("create") and s.creates:
        yield Case(o.id, "many", "no more at a time", at_a_time, grade["create"])
        yield Case(o.id, "many", "journal of other records", other_records, grade["create"])
        if any(f.type.kind in ("date", "decimal") and not f.read_only for f in o.fields):
            yield Case(o.id, "create", "wrong values", wrong_values, grade["create"])
    if s.can("create") and s.creates and s.can("find") and s.unindexed_field:
        yield Case(o.id, "find", "nearly the same", nearly, grade["find"])
        yield Case(o.id, "find", "after a full page", second_page, grade["find"])
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
