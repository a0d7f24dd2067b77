"""What can be done with one kind of record; the generated classes in `resources` document it and call this."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, cast

from . import _reading, _writing
from ._calls import Caller
from ._shape import Shape, load
from .errors import (
    AmbiguousWriteError,
    DuplicateError,
    LineNotRemovedError,
    NotFoundError,
    StaleRecordError,
    UsageError,
)
from .options import CallOptions

if TYPE_CHECKING:
    from .batch import BatchResult, Progress
    from .record import Record

R = TypeVar("R", bound="Record")
Where = Mapping[str, Any]
Given = Any  # a model of this package or a mapping of wire names
Change = Mapping[str, Any] | Callable[[R], Any]


@dataclass(frozen=True)
class Page(Generic[R]):
    """Rows of a list from `offset`. `more`: as many rows came as were asked for, so there may be further ones."""

    records: tuple[R, ...]
    offset: int
    more: bool

    @property
    def next_offset(self) -> int:
        return self.offset + len(self.records)

    def __iter__(self) -> Iterator[R]:
        return iter(self.records)

    def __len__(self) -> int:
        return len(self.records)


@dataclass(frozen=True)
class Ensured(Generic[R]):
    """What `ensure` gives: the record, and whether it was created now."""

    record: R
    created: bool


class Resource(Generic[R]):
    """Base of the generated classes."""

    object_: ClassVar[str]
    model_: ClassVar[str]
    module_: ClassVar[str]

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    @cached_property
    def _shape(self) -> Shape:
        return load(self.object_)

    @cached_property
    def _model(self) -> type[R]:
        module = import_module(f"{__package__}.models.{self.module_}")
        return cast("type[R]", getattr(module, self.model_))

    def _record(self, wire: Mapping[str, Any], *, partial: bool = False) -> R:
        return self._model.from_wire(wire, partial=partial and bool(self._shape.lines))

    # --- reading --------------------------------------------------------------------------------------------------

    def _list(self, where: Where | None, offset: int, limit: int | None, options: CallOptions | None) -> Page[R]:
        size = _reading.page_size(limit)
        call = _reading.list_call(self._shape, where or {}, _reading.offset_of(offset), size)
        response = self._caller.send(call, options)
        rows = _reading.answer_rows(self._caller, call, response, filtered=bool(where))
        self._caller.page(offset, len(rows), options)
        return Page(tuple(self._record(row, partial=True) for row in rows), offset, len(rows) >= size)

    def _pages(
        self, where: Where | None, offset: int, page_limit: int | None, options: CallOptions | None
    ) -> Iterator[Page[R]]:
        size = _reading.page_size(page_limit)
        for at, rows in _reading.pages(
            self._caller, self._shape, where or {}, _reading.offset_of(offset), size, options
        ):
            if rows:
                yield Page(tuple(self._record(row, partial=True) for row in rows), at, len(rows) >= size)

    def _iterate(
        self,
        where: Where | None,
        offset: int,
        page_limit: int | None,
        max: int | None,
        details: bool,
        concurrency: int,
        options: CallOptions | None,
    ) -> Iterator[R]:
        if max is not None and max < 0:
            raise UsageError("max is 0 or more")
        if concurrency < 1:
            raise UsageError("concurrency is 1 or more")
        left = max
        if left == 0:
            return
        for page in self._pages(where, offset, page_limit, options):
            records: Iterable[R] = page.records if left is None else page.records[:left]
            count = len(cast("Sequence[R]", records))
            if details:
                records = self._whole(cast("Sequence[R]", records), concurrency, options)
            yield from records
            if left is not None:
                left -= count
                if left <= 0:
                    return

    def _whole(self, rows: Sequence[R], concurrency: int, options: CallOptions | None) -> Iterator[R]:
        """The full records of rows, in their order; a record deleted meanwhile is left out."""

        def read(row: R) -> R | None:
            try:
                return self._get(self._key_of(row), options)
            except NotFoundError as error:
                if error._page:
                    raise  # a web page means a wrong address, not that the record is gone
                return None

        if concurrency == 1:
            yield from filter(None, map(read, rows))
            return
        with ThreadPoolExecutor(concurrency, thread_name_prefix="sqlacc") as pool:
            yield from filter(None, pool.map(read, rows))

    def _key_of(self, record: R) -> Any:
        name = self._model.names_.get(self._shape.path_key, self._shape.path_key)
        return getattr(record, name)

    def _get(self, key: Any, options: CallOptions | None) -> R:
        return self._record(_reading.get(self._caller, self._shape, key, options))

    def _find(self, fields: Where, where: Where | None, options: CallOptions | None) -> R | None:
        wanted = {name: value for name, value in fields.items() if value is not None} | dict(where or {})
        found = _reading.find(self._caller, self._shape, wanted, options)
        return None if found is None else self._record(found)

    def _pdf(self, key: Any, template: str | None, options: CallOptions | None) -> bytes:
        call = _reading.pdf_call(self._shape, key, template)
        return _reading.pdf(self._caller, call, self._caller.send(call, options))

    # --- writing --------------------------------------------------------------------------------------------------

    def _stored(self, answer: Mapping[str, Any] | None, sent: Mapping[str, Any]) -> R:
        """The record of an answer; of what was sent when the server acknowledged without a body."""
        if answer is not None:
            return self._record(answer)
        record = self._model.from_wire(sent, partial=True)
        record._as_sent = True
        return record

    def _create(self, record: Given, fields: Mapping[str, Any], options: CallOptions | None) -> R:
        with _records(self):
            return self._stored(*_writing.create(self._caller, self._shape, _given(record, fields), options))

    def _update(self, record: Given, changes: Mapping[str, Any], options: CallOptions | None) -> R:
        with _records(self):
            return self._stored(*_writing.update(self._caller, self._shape, record, changes, options))

    def _update_with_retry(self, key: Any, change: Change[R], attempts: int, options: CallOptions | None) -> R:
        if attempts < 1:
            raise UsageError("attempts is 1 or more")
        while True:
            record = self._get(key, options)
            changes = change(record) if callable(change) else change
            try:
                if changes is not None and not isinstance(changes, Mapping):
                    return self._update(changes, {}, options)
                return self._update(record, changes or {}, options)
            except StaleRecordError:
                attempts -= 1
                if attempts == 0:
                    raise

    def _delete(self, key: Any, options: CallOptions | None) -> None:
        _writing.delete(self._caller, self._shape, key, options)

    def _ensure(self, record: Given, by: str | Sequence[str], options: CallOptions | None) -> Ensured[R]:
        where = _writing.ensure_where(record, self._shape, by if isinstance(by, str) else tuple(by))
        found = _reading.find(self._caller, self._shape, where, options)
        if found is not None:
            return Ensured(self._record(found), created=False)
        try:
            with _records(self):
                stored = self._stored(*_writing.create(self._caller, self._shape, record, options))
        except DuplicateError:
            theirs = _reading.find(self._caller, self._shape, where, options)  # somebody was faster
            if theirs is None:
                raise
            return Ensured(self._record(theirs), created=False)
        except AmbiguousWriteError as error:
            said = ", ".join(f"{name} {value}" for name, value in where.items())
            error.offer_check(lambda: self._find(where, None, None), f"check() looks for {said}")
            raise
        return Ensured(stored, created=True)

    def _many(
        self,
        records: Iterable[Given],
        by: str | Sequence[str] | None,
        look_first: bool,
        journal: str | os.PathLike[str] | None,
        stop_on_error: bool,
        concurrency: int,
        progress: Progress | None,
        options: CallOptions | None,
    ) -> Sequence[BatchResult[R]]:
        from .batch import Batch

        return Batch(self, by, look_first, journal, stop_on_error, concurrency, progress, options).run(records)


class _records:  # noqa: N801 - a context
    """Turns the JSON that errors of writes carry into records."""

    def __init__(self, resource: Resource[Any]) -> None:
        self._resource = resource

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        record = self._resource._record
        if isinstance(error, LineNotRemovedError) and isinstance(error.record, Mapping):
            error.record = record(error.record)
        if isinstance(error, StaleRecordError) and error._read is not None:
            read = error._read
            error._read = lambda: record(read())
        if isinstance(error, AmbiguousWriteError) and error._look_up is not None:
            look_up = error._look_up

            def check() -> Any:
                found = look_up()
                return record(found) if isinstance(found, Mapping) else found

            error.offer_check(check, error.hint)


def _given(record: Given, fields: Mapping[str, Any]) -> Given:
    """A record given as a model, a mapping, keywords, or a mapping and keywords."""
    if record is None:
        if not fields:
            raise UsageError("create needs a record")
        return fields
    if not fields:
        return record
    if isinstance(record, Mapping):
        return {**record, **fields}
    raise UsageError("give a model alone, or a mapping and keywords")
