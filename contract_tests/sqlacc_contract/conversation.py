"""Operation + what the server answered -> the requests that must follow each other, and how the operation must end.

Each operation is a generator without input or output: it yields the request that must be seen next and is sent the
reply that the client got for it; it returns the value, or raises `Failure`. A tuple of requests may come in any order.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from sqlacc_codegen.ir import Api, Object

from . import decode, wire
from .decode import Failure, client_error
from .tagged import Tagged, bare, untyped
from .wire import Reply, Request

Ask = Request | tuple[Request, ...]
T = TypeVar("T")
Steps = Generator[Ask, Any, T]  # sent a Reply for a Request, a list of replies for a tuple
Row = dict[str, Tagged]
Rows = list[Row]
Names = str | list[str]

RETRY_READ = (429, 502, 503, 504)
UPDATE_TRIES = 3
# Operations of clients that follow from those of the service.
MORE = {
    "list": ("iterate",),
    "create": ("ensure", "create_many", "ensure_many"),
    "update": ("update_with_retry",),
}


@dataclass(frozen=True)
class Policy:
    """The retry settings the client runs with."""

    attempts: int = 4
    base_ms: int = 100
    max_ms: int = 2000


@dataclass(frozen=True)
class Talk:
    """The operations of one spec under one policy."""

    api: Api
    policy: Policy = Policy()
    journals: dict[str, dict[str, str]] = field(default_factory=dict)  # what the journal files of batches must hold

    # --- one exchange ---------------------------------------------------------------------------------------------

    def exchange(self, request: Request) -> Steps[Reply]:
        """A request with its retries: reads may be repeated, writes only when they were surely not processed."""
        reading = request.method == "GET"
        for attempt in range(1, self.policy.attempts + 1):
            last = attempt == self.policy.attempts
            reply: Reply = yield request
            if reply.broken:
                if (reading or reply.broken == "refused") and not last:
                    continue
                if not reading and reply.broken != "refused":
                    raise client_error("ambiguous_write")
                raise client_error("timeout" if reply.broken == "timeout" else "connection")
            if not last and (reply.status in RETRY_READ if reading else reply.status == 429):
                continue
            break
        if 300 <= reply.status < 400:
            raise client_error("unexpected_response")
        if not reading and reply.status >= 500 and not decode.is_definite(self.api, reply):
            raise client_error("ambiguous_write")
        if reply.status >= 400:
            raise decode.failure(self.api, reply)
        return reply

    # --- records --------------------------------------------------------------------------------------------------

    def list(self, o: Object, where: Row | None = None, offset: int = 0, limit: int = 50) -> Steps[Tagged]:
        found = yield from self._rows(o, wire.list_rows(o, where or {}, offset, limit), bool(where))
        return {"records": found, "offset": offset, "count": len(found), "more": len(found) >= limit}

    def iterate(
        self,
        o: Object,
        where: Row | None = None,
        offset: int = 0,
        page_limit: int = 50,
        max: int | None = None,
        details: bool = False,
    ) -> Steps[Tagged]:
        records: list[Row] = []
        filters = where or {}
        size = min(page_limit, self.api.page_size)
        pages = self._pages(o, lambda at, size: wire.list_rows(o, filters, at, size), offset, size, bool(filters))
        page = yield from _next(pages)
        while page is not None:
            page = page if max is None else page[: max - len(records)]
            if details:
                requests = tuple(wire.get(o, row[o.key]) for row in page)
                replies = yield requests
                page = [decode.record(o, reply) for reply in replies]
            records += page
            if max is not None and len(records) >= max:
                break
            page = yield from _next(pages)
        return {"records": records}

    def get(self, o: Object, key: Tagged) -> Steps[Tagged]:
        reply = yield from self.exchange(wire.get(o, key))
        found = decode.record(o, reply)
        if found is None:  # a read without a record has failed; a write without one is done all the same
            raise client_error("unexpected_response")
        return found

    def find(self, o: Object, where: Row) -> Steps[Tagged]:
        indexed = set(where) <= set(o.indexed)

        def ask(at: int, size: int) -> Request:
            if not indexed:
                return wire.list_rows(o, where, at, size)
            return wire.detail(o, where, (at, size) if at else None)

        found: list[Row] = []
        pages = self._pages(o, ask, 0, self.api.page_size, filtered=True)
        page = yield from _next(pages)
        while page is not None:
            found += [row for row in page if matches(row, where)]
            if len(found) > 1:
                raise client_error("multiple_found")
            page = yield from _next(pages)
        if not found:
            return None
        if indexed:
            return found[0]
        whole = yield from self.get(o, found[0][o.key])
        return whole

    def create(self, o: Object, record: Row) -> Steps[Tagged]:
        reply = yield from self.exchange(wire.create(o, record))
        return decode.record(o, reply)

    def update(self, o: Object, record: Row, changes: Row) -> Steps[Tagged]:
        reply = yield from self.exchange(wire.update(o, record, changes))
        answer = decode.record(o, reply)
        if answer is not None:
            _check_removed(o, changes, answer)
        return answer

    def update_with_retry(self, o: Object, key: Tagged, changes: Row) -> Steps[Tagged]:
        for attempt in range(1, UPDATE_TRIES + 1):
            stored = yield from self.get(o, key)
            try:
                answer = yield from self.update(o, stored, changes)
            except Failure as failure:
                if failure.outcome.kind != "stale" or attempt == UPDATE_TRIES:
                    raise
            else:
                return answer
        raise AssertionError("the last attempt returns or raises")

    def delete(self, o: Object, key: Tagged) -> Steps[Tagged]:
        yield from self.exchange(wire.delete(o, key))

    def pdf(self, o: Object, key: Tagged, template: str | None = None) -> Steps[Tagged]:
        reply = yield from self.exchange(wire.pdf(o, key, template))
        return decode.pdf(reply)

    def ensure(self, o: Object, record: Row, by: Names) -> Steps[Tagged]:
        names = [by] if isinstance(by, str) else by
        found = yield from self.find(o, {name: record[name] for name in names})
        if found is not None:
            return {"record": found, "created": False}
        created = yield from self.create(o, record)
        return {"record": created, "created": True}

    # --- the client itself ----------------------------------------------------------------------------------------

    def ping(self) -> Steps[Tagged]:
        reply = yield from self.exchange(Request("GET", "/version"))
        return {"ok": True, "version": untyped(decode.document(reply))}

    def raw(self, method: str, path: str, query: Row | None = None, body: Tagged = None) -> Steps[Tagged]:
        reply = yield from self.exchange(wire.raw(method, path, query or {}, body))
        return decode.raw(reply)

    # --- pages ----------------------------------------------------------------------------------------------------

    def _rows(self, o: Object, request: Request, filtered: bool) -> Steps[Rows]:
        """The rows of one page. "Not found" to a filtered request means none."""
        try:
            reply = yield from self.exchange(request)
        except Failure as failure:
            words = failure.outcome.message is not None  # a web page means a wrong address, not an empty list
            if filtered and words and failure.outcome.kind == "not_found":
                return []
            raise
        return decode.rows(o, reply)

    def _pages(
        self, o: Object, ask: Callable[[int, int], Request], offset: int, size: int, filtered: bool
    ) -> Steps[Rows | None]:
        """A generator of unseen rows page by page, to be advanced by `_next`."""
        seen: set[Any] = set()
        while True:
            page = yield from self._rows(o, ask(offset, size), filtered)
            fresh = []
            for row in page:
                if bare(row.get(o.key)) not in seen:
                    seen.add(bare(row.get(o.key)))
                    fresh.append(row)
            if page and not fresh and len(page) >= size:
                raise client_error("unexpected_response")
            if fresh:
                yield _Page(fresh)  # type: ignore[misc]
            if len(page) < size:
                return None
            offset += len(page)


class _Page(list[Row]):
    """Rows handed to the operation, not a request."""


def _next(pages: Steps[Rows | None]) -> Steps[Rows | None]:
    """Passes the requests of `pages` on until it hands out rows or ends."""
    reply = None
    while True:
        try:
            item = pages.send(reply)
        except StopIteration:
            return None
        if isinstance(item, _Page):
            return item
        reply = yield item


def matches(row: Mapping[str, Tagged], where: Mapping[str, Tagged]) -> bool:
    """Whether a row is what was asked for; the server may have ignored a filter."""
    return all(_equal(row.get(name), wanted) for name, wanted in where.items())


def _equal(stored: Tagged, wanted: Tagged) -> bool:
    if isinstance(wanted, str) and "*" in wanted:
        return True
    if isinstance(wanted, dict) and "$dec" in wanted and isinstance(stored, dict) and "$dec" in stored:
        return Decimal(wanted["$dec"]) == Decimal(stored["$dec"])
    if wanted in (None, "") and stored in (None, ""):
        return True
    return bool(bare(stored) == bare(wanted))


def _check_removed(o: Object, changes: Row, answer: Row) -> None:
    for table, lines in o.tables.items():
        gone = {row[lines.key] for row in changes.get(table) or [] if lines.key and row.get("$remove")}
        if gone & {row.get(lines.key) for row in answer.get(table) or []}:
            raise client_error("line_not_removed")


def operations(api: Api) -> list[str]:
    """Every operation that a driver of this spec must offer."""
    names = [
        f"{o.plural.snake()}.{name}"
        for o in api.objects
        for kind in o.by_operation
        for name in (kind, *MORE.get(kind, ()))
    ]
    flows = [f"workflows.{w.id}" for w in api.workflows if w.kind != "recipe"]
    return sorted([*names, *flows, "client.ping", "client.raw"])
