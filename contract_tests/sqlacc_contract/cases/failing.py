"""Cases of faults: what reads repeat, what writes must never repeat, and answers that are none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from .. import faults
from ..play import Play
from ..tap import Fault
from .case import Case
from .subject import Subject

SHORT = 400  # ms a client waits in these cases
LONG = 1.0  # s after which a late answer comes

Call = Callable[[Play], tuple[str, dict[str, Any]]]


def failing(subject: Subject, everything: bool) -> Iterator[Case]:
    """Faults of an object's reads and writes; `everything`: each kind of fault, not only the telling ones."""
    s, o = subject, subject.o
    reads: dict[str, Call] = {
        "list": lambda _: (s.op("list"), {}),
        "find": lambda _: (s.op("find"), {"where": {s.identity: "Z-1"}}),
        "get": lambda play: (s.op("get"), {"key": s.key(s.first(play))}),
    }
    writes: dict[str, Call] = {
        "create": lambda _: (s.op("create"), {"record": s.variant(7)}),
        "update": lambda play: (s.op("update"), {"record": s.stored(play), "changes": {s.text_field or "": "x"}}),
        "delete": lambda play: (s.op("delete"), {"key": s.key(s.stored(play, s.variant(8)))}),
    }
    if s.can("pdf"):
        reads["pdf"] = lambda play: (s.op("pdf"), {"key": s.key(s.stored(play))})
    if not s.creates:
        writes = {}
        reads.pop("pdf", None)
    if not s.text_field:
        writes.pop("update", None)
    for operation, call in reads.items():
        if s.can(operation) and (everything or operation == "get"):
            yield from _reading(o.id, operation, call, everything)
    for operation, call in writes.items():
        if s.can(operation) and (everything or operation == "create"):
            yield from _writing(o.id, operation, call, everything)


def _reading(subject: str, operation: str, call: Call, everything: bool) -> Iterator[Case]:
    def survives(name: str, *broken: Fault, timeout: int | None = None) -> Case:
        def play_survives(play: Play) -> None:
            op, args = call(play)
            if timeout:
                play.configure(timeout_ms=timeout)
            before = play.requests()
            play.fault(*broken)
            play.value(op, **args)
            play.check(play.requests() >= before + len(broken) + 1, "the request was not repeated")

        return Case(subject, operation, name, play_survives, "observed", slow=timeout is not None)

    def ends(name: str, kind: str, fault: Fault, times: int) -> Case:
        def play_ends(play: Play) -> None:
            op, args = call(play)
            play.fault(*[fault] * times)
            play.error(op, kind, **args)

        return Case(subject, operation, name, play_ends, "observed")

    yield survives("503 then fine", faults.status(503, "busy"))
    yield survives("429 page with Retry-After", faults.page(429, faults.BUSY_PAGE, retry_after="1"))
    yield survives("broken connection", faults.dropped())
    yield ends("HTML for an answer", "unexpected_response", faults.page(200), 1)
    yield ends("503 for ever", "server", faults.status(503, "busy"), 4)
    if not everything:
        return
    yield survives("502 and 504 pages", faults.page(502), faults.page(504))
    yield survives("slow answer", faults.late(LONG), timeout=SHORT)
    yield survives("cut answer", faults.cut())
    yield survives("connection closed at once", faults.lost(), faults.lost(), faults.lost())
    yield ends("429 for ever", "rate_limit", faults.page(429, faults.BUSY_PAGE), 4)
    yield ends("500 is not repeated", "server", faults.status(500, "boom"), 1)
    yield ends("redirect is not followed", "unexpected_response", _redirect(), 1)
    yield ends(
        "licence", "licence", faults.status(400, "maximum 1 concurrent connection while 2 users are logged on"), 1
    )
    if operation != "pdf":
        yield ends("broken JSON", "unexpected_response", faults.answer(200, b'{"data":[{"docno":"IV'), 1)
        yield ends("number named twice", "unexpected_response", faults.answer(200, b'{"data":[{]}'), 1)
    else:
        yield ends("no PDF", "unexpected_response", faults.answer(200, b"hello", b"application/pdf"), 1)
        yield ends("cut PDF", "unexpected_response", faults.answer(200, b"%PDF-1.7\n1 0 obj", b"application/pdf"), 1)

    def dripping(play: Play) -> None:
        op, args = call(play)
        play.fault(faults.dripping())
        play.value(op, **args)

    yield Case(subject, operation, "dripping answer", dripping, "observed")


def _writing(subject: str, operation: str, call: Call, everything: bool) -> Iterator[Case]:
    method = {"create": "POST", "update": "PUT", "delete": "DELETE"}[operation]

    def once(name: str, kind: str, fault: Fault, timeout: int | None = None) -> Case:
        """The outcome is unknown or refused, and the write went out once."""

        def play_once(play: Play) -> None:
            op, args = call(play)
            if timeout:
                play.configure(timeout_ms=timeout)
            before = play.requests(method)
            play.fault(fault)
            play.error(op, kind, **args)
            play.equal(before + 1, play.requests(method), f"{method} requests")

        return Case(subject, operation, name, play_once, "observed", slow=timeout is not None)

    def repeated(name: str, *refusals: Fault) -> Case:
        def play_repeated(play: Play) -> None:
            op, args = call(play)
            before = play.requests(method)
            play.fault(*refusals)
            play.value(op, **args)
            play.equal(before + len(refusals) + 1, play.requests(method), f"{method} requests")

        return Case(subject, operation, name, play_repeated, "observed")

    yield once("answer too late", "ambiguous_write", faults.late(LONG), SHORT)
    yield once("connection breaks after sending", "ambiguous_write", faults.dropped())
    yield once("502 page", "ambiguous_write", faults.page(502))
    yield repeated("429 is repeated", faults.page(429, faults.BUSY_PAGE, retry_after="0"))
    if not everything:
        return
    yield once("503", "ambiguous_write", faults.status(503, "busy"))
    yield once("504 page", "ambiguous_write", faults.page(504))
    yield (
        once("cut answer", "ambiguous_write|unexpected_response", faults.cut())
        if operation != "delete"
        else once("not processed, closed", "ambiguous_write", faults.lost())
    )
    yield once("500 with words", "server", faults.status(500, "Operation aborted"))
    yield once("redirect is not followed", "unexpected_response", _redirect())

    def refused(play: Play) -> None:
        """Nothing listens: the request was never sent, and the error says so."""
        op, args = call(play)
        play.configure(base_url="http://127.0.0.1:9")
        play.error(op, "connection", unseen="refused", **args)

    yield Case(subject, operation, "connection refused", refused, "observed")


def _redirect() -> Fault:
    return faults.answer(302, b"", b"text/plain", (b"location", b"/version"))
