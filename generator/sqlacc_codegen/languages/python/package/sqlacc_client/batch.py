"""Many records, one result each: bounded concurrency, progress, and a journal so that nothing is booked twice."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event, Lock
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from . import _json, _reading, _writing
from ._body import encode
from ._journal import Journal
from .errors import AmbiguousWriteError, SqlaccError, UnexpectedResponseError, UsageError
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
    found:   there already, or stored by an earlier run with the same journal; then `record` holds its keys only.
    failed:  refused; `error` tells why. It is tried again by the next run.
    unknown: it may have been stored; `error.check()` may tell. The next run looks it up before it sends it again.
    skipped: not tried, because of an earlier error and `stop_on_error`.
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
        self._stopped = Event()
        self._lock = Lock()
        self._done = 0

    def run(self, records: Iterable[Any]) -> list[BatchResult[R]]:
        """A result for each record, in their order. Errors of single records are in the results, not raised."""
        work = list(records)
        caller, shape = self._resource._caller, self._resource._shape
        names = self._names(work)
        journal = Journal(self._journal_path, f"{shape.id} {caller.profile} {caller.base_url}")
        with journal:

            def one(index: int) -> BatchResult[R]:
                result = self._one(index, work[index], names[index], journal)
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

    def _names(self, records: Sequence[Any]) -> list[str]:
        """What each record is called in the journal: what it is looked up by, else a digest of what it holds.

        Equal records without anything to look up by are told apart by counting.
        """
        names, seen = [], Counter[str]()
        for record in records:
            try:
                body = encode(self._resource._shape, record, [], checked=False)
                where = self._where(body)
                name = _json.dumps(where).decode() if where else hashlib.sha256(_json.dumps(body)).hexdigest()[:32]
            except (SqlaccError, ValueError):
                name = "unreadable"
            seen[name] += 1
            names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
        return names

    def _where(self, body: dict[str, Any]) -> dict[str, Any]:
        if self._by:
            return {name: body.get(name) for name in self._by} if all(body.get(name) for name in self._by) else {}
        return _writing.identifying(self._resource._shape, body)

    def _one(self, index: int, record: Any, name: str, journal: Journal) -> BatchResult[R]:
        if self._stopped.is_set():
            return BatchResult(index, "skipped")
        state, keys = journal.state(name)
        if state == "done":
            return BatchResult(index, "found", self._resource._model.from_wire(keys, partial=True))
        try:
            if state == "started" and not self._look_first:
                where = self._where(encode(self._resource._shape, record, [], checked=False))
                if not where:
                    message = "an earlier run was cut short while it sent this record, and nothing identifies it"
                    return BatchResult(index, "unknown", error=AmbiguousWriteError(message))
                found = _reading.find(self._resource._caller, self._resource._shape, where, self._options)
                if found is not None:
                    return self._finish(index, "found", self._resource._record(found), name, journal)
            journal.note(name, "started")
            if self._look_first:
                ensured = self._resource._ensure(record, self._by, self._options)
                status: Status = "created" if ensured.created else "found"
                return self._finish(index, status, ensured.record, name, journal)
            return self._finish(index, "created", self._resource._create(record, {}, self._options), name, journal)
        except SqlaccError as error:
            unknown = isinstance(error, AmbiguousWriteError) or (
                isinstance(error, UnexpectedResponseError) and error.written
            )
            if not unknown:
                journal.note(name, "failed")
            return BatchResult(index, "unknown" if unknown else "failed", error=error)

    def _finish(self, index: int, status: Status, record: R, name: str, journal: Journal) -> BatchResult[R]:
        shape = self._resource._shape
        wire = dict(record.to_wire())
        keys = {key: wire[key] for key in (shape.path_key, *shape.identity) if key in wire}
        journal.note(name, "done", keys)
        return BatchResult(index, status, record)
