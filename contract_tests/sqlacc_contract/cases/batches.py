"""Cases of repeated and bulk writing: ensure, create_many, ensure_many, PDF."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from sqlacc_codegen.ir import Api

from .. import faults
from ..play import Play
from .case import Case
from .subject import Subject


def batches(api: Api, subject: Subject, many: bool) -> Iterator[Case]:
    s, o = subject, subject.o
    if not s.can("create") or not s.creates:
        return
    grade = o.by_operation["create"].evidence.grade

    def twice(play: Play) -> None:
        record = s.variant(1)
        first = play.value(s.op("ensure"), record=record, by=s.identity)
        second = play.value(s.op("ensure"), record=record, by=s.identity)
        play.equal([True, False], [first["created"], second["created"]], "created")
        play.equal(s.key(first["record"]), s.key(second["record"]), "the key")
        play.equal(1, play.requests("POST"), "creates sent")

    def by_reference(play: Play) -> None:
        field = s.unindexed_field or ""
        record = s.minimum | {field: "web-order 4711/a"}
        first = play.value(s.op("ensure"), record=record, by=field)
        second = play.value(s.op("ensure"), record=record, by=field)
        play.equal([True, False], [first["created"], second["created"]], "created")
        play.equal(s.key(first["record"]), s.key(second["record"]), "the key")

    def three(play: Play) -> None:
        records = [s.variant(n) for n in (1, 2, 3)]
        results = play.value(s.op("create_many"), records=records)["results"]
        play.equal(["created"] * 3, [result["status"] for result in results], "statuses")

    def one_fails(play: Play) -> None:
        records = [s.variant(n) for n in (1, 2, 2, 3)]
        results = play.value(s.op("create_many"), records=records)["results"]
        play.equal(["created", "created", "failed", "created"], [r["status"] for r in results], "statuses")

    def stops(play: Play) -> None:
        records = [s.variant(n) for n in (1, 1, 2, 3)]
        results = play.value(s.op("create_many"), records=records, stop_on_error=True)["results"]
        play.equal(["created", "failed", "skipped", "skipped"], [r["status"] for r in results], "statuses")

    def ensured_again(play: Play) -> None:
        records = [s.variant(n) for n in (1, 2)]
        first = play.value(s.op("ensure_many"), records=records, by=s.identity)["results"]
        second = play.value(s.op("ensure_many"), records=[*records, s.variant(3)], by=s.identity)["results"]
        play.equal(["created", "created"], [r["status"] for r in first], "statuses")
        play.equal(["found", "found", "created"], [r["status"] for r in second], "statuses of the second run")

    def journal(play: Play) -> None:
        """The connection breaks after the server took the second record; the run is repeated, then with other keys."""
        with tempfile.TemporaryDirectory(prefix="sqlacc-verify-") as folder:
            path = str(Path(folder) / "journal.jsonl")
            records = [s.variant(n) for n in (1, 2, 3)]
            play.fault(None, faults.dropped())
            first = play.value(s.op("create_many"), records=records, journal=path, stop_on_error=True)["results"]
            play.equal(["created", "unknown", "skipped"], [r["status"] for r in first], "statuses")
            second = play.value(s.op("create_many"), records=records, journal=path)["results"]
            play.equal(["found", "found", "created"], [r["status"] for r in second], "statuses of the second run")
            third = play.value(s.op("create_many"), records=records, journal=path)["results"]
            play.equal(["found"] * 3, [r["status"] for r in third], "statuses of the third run")
            own = play.settings
            for other in ({"access_key": "other.sql.my/OTHER"}, {"base_url": f"{own.base_url}/other"}):
                play.configure(**other)
                error = play.rejects(s.op("create_many"), kind="configuration", records=records, journal=path)
                play.check("other.sql.my" not in str(error.message), "the message tells the access key")
                play.configure(access_key=own.access_key, base_url=own.base_url)
        play.equal(3, play.requests("POST"), "creates sent")

    def killed(play: Play) -> None:
        """The program is killed while the second record is on its way; the run is repeated."""
        with tempfile.TemporaryDirectory(prefix="sqlacc-verify-") as folder:
            path = str(Path(folder) / "journal.jsonl")
            records = [s.variant(n) for n in (1, 2, 3)]
            play.configure(timeout_ms=20_000)
            play.fault(None, faults.late(3.0))
            play.crash(s.op("create_many"), 1.5, records=records, journal=path)
            second = play.value(s.op("create_many"), records=records, journal=path)["results"]
            play.equal(["found", "found", "created"], [r["status"] for r in second], "statuses of the second run")
        for record in records:
            play.check(play.value(s.op("find"), where={s.identity: record[s.identity]}), "a record is missing")

    def side_by_side(play: Play) -> None:
        records = [s.variant(n) for n in range(8)]
        results = play.value(s.op("create_many"), records=records, concurrency=4)["results"]
        play.equal([r[s.identity] for r in records], [r["record"][s.identity] for r in results], s.identity)

    def pages(count: int) -> Case:
        """P16, P17: no record twice, none missed, whatever the last page holds."""

        def play_pages(play: Play) -> None:
            there = len(play.value(s.op("iterate"))["records"])
            records = [s.variant(n) for n in range(max(0, count - there))]
            if records:
                play.value(s.op("create_many"), records=records)
            found = play.value(s.op("iterate"))["records"]
            play.equal(max(count, there), len(found), "records")
            play.equal(len(found), len({str(s.key(row)) for row in found}), "different records")

        return Case(o.id, "iterate", f"{count} records", play_pages, "documented", slow=count > 51)

    if s.can("find"):
        yield Case(o.id, "ensure", "twice", twice, grade)
        if s.unindexed_field:
            yield Case(o.id, "ensure", "by an unindexed field", by_reference, grade)
        yield Case(o.id, "many", "ensured again", ensured_again, grade)
        yield Case(o.id, "many", "journal", journal, grade)
        if many:
            yield Case(o.id, "many", "killed and resumed", killed, grade, slow=True)
    yield Case(o.id, "many", "three", three, grade)
    yield Case(o.id, "many", "one fails", one_fails, grade)
    yield Case(o.id, "many", "stop at an error", stops, grade)
    yield Case(o.id, "many", "side by side", side_by_side, grade)
    if many:
        for count in (api.page_size, api.page_size + 1, 2 * api.page_size + 1):
            yield pages(count)


def pdfs(subject: Subject) -> Iterator[Case]:
    s, o = subject, subject.o
    if not s.can("pdf") or o.pdf is None:
        return
    other = next((name for name in reversed(o.pdf.reports) if name != o.pdf.default), None)

    def default(play: Play) -> None:
        stored = s.stored(play)
        found = play.value(s.op("pdf"), key=s.key(stored))
        play.check(found["$pdf"]["len"] > 500, f"a PDF of {found['$pdf']['len']} bytes")

    def named(play: Play) -> None:
        stored = s.stored(play)
        play.value(s.op("pdf"), key=s.key(stored), template=other)

    def unknown(play: Play) -> None:
        stored = s.stored(play)
        play.error(s.op("pdf"), "api|not_found|server|reference", key=s.key(stored), template="No Such Report (1)")

    def missing(play: Play) -> None:
        play.error(s.op("pdf"), "not_found", key=s.missing_key)

    yield Case(o.id, "pdf", "default report", default, o.pdf.evidence.grade)
    if other:
        yield Case(o.id, "pdf", "named report", named, o.pdf.evidence.grade)
    yield Case(o.id, "pdf", "unknown report", unknown, "observed")
    yield Case(o.id, "pdf", "missing record", missing, "observed")
