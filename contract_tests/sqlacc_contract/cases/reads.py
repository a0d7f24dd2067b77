"""Cases of reading: list, iterate, get, find."""

from __future__ import annotations

from collections.abc import Iterator

from sqlacc_codegen.ir import Api

from ..play import Play
from ..tagged import bare
from .case import Case
from .subject import Subject


def reads(api: Api, subject: Subject) -> Iterator[Case]:
    s, o = subject, subject.o

    def first_page(play: Play) -> None:
        page = play.value(s.op("list"))
        play.check(page["count"] <= api.page_size, f"{page['count']} rows in a page of at most {api.page_size}")
        tables = [t.wire for t in o.lines if any(t.wire in row for row in page["records"])]
        play.check(not tables, f"rows of a list hold line tables: {', '.join(tables)}")

    def offset(play: Play) -> None:
        everything = play.value(s.op("list"))["records"]
        rest = play.value(s.op("list"), offset=1, limit=2)["records"]
        keys = [s.key(row) for row in everything[1:3]]
        play.equal(keys, [s.key(row) for row in rest[: len(keys)]], "keys from offset 1")

    def beyond(play: Play) -> None:
        page = play.value(s.op("list"), offset=100_000)
        play.equal({"records": [], "count": 0, "more": False, "offset": 100_000}, page, "page beyond the end")

    def filtered(play: Play) -> None:
        row = s.first(play)
        page = play.value(s.op("list"), where={s.identity: row[s.identity]})
        found = [bare(r.get(s.identity)) for r in page["records"]]
        play.check(found and set(found) == {bare(row[s.identity])}, f"a filter by {s.identity} found {found}")

    def iterate(play: Play) -> None:
        records = play.value(s.op("iterate"), max=200)["records"]
        keys = [bare(s.key(row)) for row in records]
        play.check(len(keys) == len(set(keys)), "a record came twice")

    def small_pages(play: Play) -> None:
        whole = play.value(s.op("iterate"), max=200)["records"]
        records = play.value(s.op("iterate"), page_limit=2)["records"]
        play.equal([s.key(row) for row in whole], [s.key(row) for row in records], "keys")

    def from_offset(play: Play) -> None:
        whole = play.value(s.op("iterate"))["records"]
        records = play.value(s.op("iterate"), offset=1, max=1)["records"]
        play.equal([s.key(row) for row in whole[1:2]], [s.key(row) for row in records], "keys")

    def details(play: Play) -> None:
        records = play.value(s.op("iterate"), max=3, details=True)["records"]
        for record in records:
            play.equal(play.value(s.op("get"), key=s.key(record)), record, "a record with details")

    def existing(play: Play) -> None:
        row = s.first(play)
        record = play.value(s.op("get"), key=s.key(row))
        play.equal(s.key(row), s.key(record), "the key")

    def missing(play: Play) -> None:
        play.error(s.op("get"), "not_found", key=s.missing_key)

    def by_identity(play: Play) -> None:
        row = s.first(play)
        found = play.value(s.op("find"), where={name: row[name] for name in o.identity})
        play.check(found is not None, "nothing was found")
        play.equal(play.value(s.op("get"), key=s.key(row)), found, "the record found")

    def nothing(play: Play) -> None:
        play.equal(None, play.value(s.op("find"), where={s.identity: "NO SUCH & /*?"[:10]}), "the record found")

    def several(play: Play) -> None:
        shared = next(name for name in o.indexed if name not in o.identity)
        records = play.value(s.op("list"))["records"]
        values = [bare(row.get(shared)) for row in records]
        twice = next((row[shared] for row in records if values.count(bare(row.get(shared))) > 1), None)
        if twice is None:
            for number in (1, 2):
                made = play.value(s.op("create"), record=s.variant(number))
            twice = made[shared]
        play.error(s.op("find"), "multiple_found", where={shared: twice})

    def unindexed(play: Play) -> None:
        field = s.unindexed_field or ""
        record = s.variant(1) | {field: "only (this) one ~ 1+1"}
        made = play.value(s.op("create"), record=record)
        found = play.value(s.op("find"), where={field: "only (this) one ~ 1+1"})
        play.check(found is not None, f"nothing was found by {field}")
        play.equal(s.key(made), s.key(found), "the key")

    def wildcard(play: Play) -> None:
        made = [play.value(s.op("create"), record=s.variant(n)) for n in (1, 2)]
        page = play.value(s.op("list"), where={s.identity: s.label(0)[:5] + "*"})
        keys = [s.key(row) for row in page["records"]]
        play.check(all(s.key(record) in keys for record in made), f"a prefix filter found the keys {keys}")

    def odd_identity(play: Play) -> None:
        """Every class of characters in a path or a filter."""
        for value in ("a b/1 (x)", "\u4e2d\u00e9 ~*", "100%+&=?", "'\";:@,!$"):
            record = s.minimum | {s.identity: value[: s.size(s.identity)]}
            made = play.value(s.op("create"), record=record)
            play.equal(made, play.value(s.op("get"), key=s.key(made)), "the record read back")
            if "*" not in value:
                where = {name: made[name] for name in o.identity}
                play.equal(made, play.value(s.op("find"), where=where), "the record found")
            play.value(s.op("delete"), key=s.key(made))

    def ignored_filter(play: Play) -> None:
        result = play.call(s.op("find"), where={"no_such_field": "x"})
        play.equal(play.reading("unknown_filter") != "refused", result.ok, "success")

    grade = {kind: operation.evidence.grade for kind, operation in o.by_operation.items()}
    if s.can("list"):
        yield Case(o.id, "list", "first page", first_page, grade["list"], "read")
        yield Case(o.id, "list", "offset and limit", offset, grade["list"], "read")
        yield Case(o.id, "list", "beyond the end", beyond, grade["list"], "read")
        yield Case(o.id, "list", "filtered", filtered, grade["list"], "read")
        yield Case(o.id, "iterate", "all", iterate, grade["list"], "read")
        yield Case(o.id, "iterate", "pages of two", small_pages, grade["list"])
        yield Case(o.id, "iterate", "from an offset", from_offset, grade["list"])
    if s.can("get"):
        yield Case(o.id, "get", "existing", existing, grade["get"], "read")
        yield Case(o.id, "get", "missing", missing, grade["get"], "read")
        yield Case(o.id, "iterate", "with details", details, grade["get"], "read")
    if s.can("find"):
        yield Case(o.id, "find", "by identity", by_identity, grade["find"], "read")
        yield Case(o.id, "find", "nothing", nothing, grade["find"], "read")
        yield Case(o.id, "find", "unknown field", ignored_filter, "observed")
        if any(name not in o.identity for name in o.indexed) and s.can("create"):
            yield Case(o.id, "find", "several", several, grade["find"])
        if s.can("create") and s.creates:
            yield Case(o.id, "list", "wildcard", wildcard, "observed")
        if s.can("create") and s.creates and s.can("delete"):
            yield Case(o.id, "find", "odd identity", odd_identity, grade["find"])
        if s.unindexed_field and s.can("create"):
            yield Case(o.id, "find", "by an unindexed field", unindexed, grade["list"])
