"""Many records, one result each: bounded concurrency, progress, and a journal so that nothing is booked twice."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event, Lock
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from . import _reading, _writing
from ._body import encode, for_create
from ._journal import Journal, record_key
from .errors import AmbiguousWriteError, Cancelled, SqlaccError, UnexpectedResponseError, UsageError
from .options import CallOptions

if TYPE_CHECKING:
    from ._resource import Resource
    from .record import Record

R = TypeVar("R", bound="Record")
Status = Literal["created", "found", "failed", "skipped", "unknown"]
Progress = Callable[["BatchResult[Any]", int], object]  # the result, and how many are done


@dataclass(frozen=True)
class BatchResult(Generic[R]):
    """What became of one record.

    created: stored now.
    found:   there already, or stored by an earlier run with the same journal; then there is no `record`.
    failed:  refused; `error` tells why. It is tried again by the next run.
    unknown: it may have been stored; `error.check()` may tell. The next run looks it up before it sends it again.
    skipped: not tried, because of an earlier error and `stop_on_error`, or cancelled before it was sent.
    """

    index: int
    status: Status
    record: R | None = None
    error: SqlaccError | None = None


class Batch(Generic[R]):
    """One run over a list of records."""

    def __init__(
        self,
        resource: Resource[R],
        by: str | Sequence[str] | None,
        look_first: bool,
        journal: str | os.PathLike[str] | None,
        stop_on_error: bool,
        concurrency: int,
        progress: Progress | None,
        options: CallOptions | None,
    ) -> None:
        if concurrency < 1:
            raise UsageError("concurrency is 1 or more")
        if look_first and not by:
            raise UsageError("ensure_many needs the name of a field to look for, such as docref1")
        self._resource = resource
        self._by = (by,) if isinstance(by, str) else tuple(by or ())
        self._look_first = look_first
        self._journal_path = journal
        self._stop_on_error = stop_on_error
        self._concurrency = concurrency
        self._progress = progress
        self._options = options
        self._cancel = resource._caller.settings(options).cancel
        self._stopped = Event()
        self._lock = Lock()
        self._done = 0

    def run(self, records: Iterable[Any]) -> list[BatchResult[R]]:
        """A result for each record, in their order. Errors of single records are in the results, not raised."""
        work = list(records)
        account = self._resource._caller.account()
        journal = Journal(self._journal_path, [self._key(record) for record in work], account)
        with journal:

            def one(index: int) -> BatchResult[R]:
                result = self._one(index, work[index], journal)
                if result.status in ("failed", "unknown") and self._stop_on_error:
                    self._stopped.set()
                with self._lock:
                    self._done += 1
                    if self._progress:
                        self._progress(result, self._done)
                return result

            if self._concurrency == 1:
                return [one(index) for index in range(len(work))]
            with ThreadPoolExecutor(self._concurrency, thread_name_prefix="sqlacc") as pool:
                return list(pool.map(one, range(len(work))))

    def _key(self, record: Any) -> str:
        try:
            return record_key(for_create(self._resource._shape, record, checked=False))
        except (SqlaccError, ValueError):
            return ""  # it will fail before it is sent

    def _where(self, body: dict[str, Any]) -> dict[str, Any]:
        if self._by:
            return {name: body.get(name) for name in self._by} if all(body.get(name) for name in self._by) else {}
        return _writing.identifying(self._resource._shape, body)

    def _one(self, index: int, record: Any, journal: Journal) -> BatchResult[R]:
        if self._stopped.is_set() or (self._cancel and self._cancel.cancelled):
            return BatchResult(index, "skipped")
        state = journal.state(index)
        if state == "done":
            return BatchResult(index, "found")
        try:
            if state == "started" and not self._look_first:
                where = self._where(encode(self._resource._shape, record, [], checked=False))
                if not where:
                    message = "an earlier run was cut short while it sent this record, and nothing identifies it"
                    return BatchResult(index, "unknown", error=AmbiguousWriteError(message))
                found = _reading.find(self._resource._caller, self._resource._shape, where, self._options)
                if found is not None:
                    return self._finish(index, "found", self._resource._record(found), journal)
            journal.note(index, "started")
            if self._look_first:
                ensured = self._resource._ensure(record, self._by, self._options)
                status: Status = "created" if ensured.created else "found"
                return self._finish(index, status, ensured.record, journal)
            return self._finish(index, "created", self._resource._create(record, {}, self._options), journal)
        except SqlaccError as error:
            unknown = isinstance(error, AmbiguousWriteError) or (
                isinstance(error, UnexpectedResponseError) and error.written
            )
            if not unknown and state != "started":  # what an earlier run sent may be stored
                journal.note(index, "failed")
            refused: Status = "skipped" if isinstance(error, Cancelled) else "failed"
            return BatchResult(index, "unknown" if unknown else refused, error=error)

    def _finish(self, index: int, status: Status, record: R, journal: Journal) -> BatchResult[R]:
        number = self._resource._shape.identity[:1]
        journal.note(index, "done", next((str(record.to_wire().get(name) or "") for name in number), None))
        return BatchResult(index, status, record)
