"""Requests -> a store of records in memory, enough to test an integration against."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from threading import Lock
from typing import Any
from urllib.parse import parse_qsl, unquote

from .. import _json, _shape
from .._reading import PAGE
from ..transport import HttpRequest, HttpResponse

Wire = dict[str, Any]
PDF = b"%PDF-1.4\n% a stand-in for the report\n%%EOF\n"


class MemoryServer:
    """A transport that stores records instead of sending requests. Signatures are not checked."""

    def __init__(self) -> None:
        self.requests: list[HttpRequest] = []
        self._lock = Lock()
        self._shapes = {shape.path: shape for shape in map(_shape.load, _object_ids())}
        self._records: dict[str, dict[str, Wire]] = {shape.id: {} for shape in self._shapes.values()}
        self._keys = 0
        self._numbers = 0

    def records(self, object_id: str) -> Mapping[str, Wire]:
        """Key as text -> stored JSON of all records of an object, such as `sales_invoice`."""
        return self._records[object_id]

    def add(self, object_id: str, record: Mapping[str, Any]) -> Wire:
        """Store a record as a create would; gives it as stored."""
        with self._lock:
            return self._store(_shape.load(object_id), dict(record))

    def send(self, request: HttpRequest, /) -> HttpResponse:
        """Part of the transport protocol."""
        with self._lock:
            self.requests.append(request)
            try:
                return self._respond(request)
            except _Refused as refused:
                return _answer(refused.status, {"message": refused.message})

    def _respond(self, request: HttpRequest) -> HttpResponse:
        path, _, query = request.target.partition("?")
        filters = dict(parse_qsl(query, keep_blank_values=True))
        if path == "/version":
            return _answer(200, {"version": "memory"})
        base, _, key = path.strip("/").partition("/")
        shape = self._shapes.get(f"/{base}")
        if shape is None:
            raise _Refused(404, f"{path} not found")
        stored = self._records[shape.id]
        if request.method == "POST":
            return _answer(200, self._store(shape, _json.loads(request.body)))
        if request.method == "GET" and key in ("", "*"):
            return self._list(shape, filters, whole=key == "*")
        record = stored.get(unquote(key))
        if record is None:
            raise _Refused(400, f"{shape.id} {unquote(key)} not found")
        if request.method == "PUT":
            return _answer(200, self._change(shape, record, _json.loads(request.body)))
        if request.method == "DELETE":
            del stored[unquote(key)]
            return HttpResponse(200)
        if request.headers.get("content-type", "").startswith("application/pdf"):
            return HttpResponse(200, {"content-type": "application/pdf"}, PDF)
        return _answer(200, {"data": [record]})

    def _list(self, shape: _shape.Shape, filters: dict[str, str], *, whole: bool) -> HttpResponse:
        offset, limit = int(filters.pop("offset", "0")), min(int(filters.pop("limit", PAGE)), PAGE)
        rows = [row for row in self._records[shape.id].values() if _fits(row, filters)][offset : offset + limit]
        if not whole:
            rows = [{name: value for name, value in row.items() if name not in shape.lines} for row in rows]
        return _answer(200, {"pagination": {"offset": offset, "limit": limit, "count": len(rows)}, "data": rows})

    def _store(self, shape: _shape.Shape, record: Wire) -> Wire:
        if shape.number and not record.get(shape.number):
            self._numbers += 1
            record[shape.number] = f"AUTO-{self._numbers:05d}"
        taken = [tuple(row.get(name) for name in shape.identity) for row in self._records[shape.id].values()]
        if shape.identity and tuple(record.get(name) for name in shape.identity) in taken:
            raise _Refused(400, f"attempt to store duplicate value {record.get(shape.identity[0])}")
        if shape.integer_key:
            record = {shape.path_key: self._key(), **record}
        if shape.counter:
            record[shape.counter] = None
        self._number_rows(shape, record)
        self._records[shape.id][str(record.get(shape.path_key))] = record
        return record

    def _change(self, shape: _shape.Shape, record: Wire, body: Wire) -> Wire:
        if shape.counter and body.get(shape.counter) != int(record.get(shape.counter) or 0) + 1:
            raise _Refused(400, "Record has been changed by another user")
        record.update(body)
        self._number_rows(shape, record)
        return record

    def _number_rows(self, table: _shape.Table, record: Wire) -> None:
        for wire, below in table.lines.items():
            for row in record.get(wire) or ():
                if below.key and row.get(below.key) in (None, "", 0, -1):
                    row[below.key] = self._key()
                self._number_rows(below, row)
            if table.key and wire not in record:
                record[wire] = []

    def _key(self) -> int:
        self._keys += 1
        return self._keys


class _Refused(Exception):  # noqa: N818 - becomes an answer
    def __init__(self, status: int, message: str) -> None:
        self.status, self.message = status, message


def _object_ids() -> Iterator[str]:
    for path in sorted(_shape.HOME.glob("*.json")):
        if not path.name.endswith(".workflow.json"):
            yield path.stem


def _fits(row: Wire, filters: Mapping[str, str]) -> bool:
    lower = {name.lower(): "" if value is None else str(value) for name, value in row.items()}
    return all(fnmatchcase(lower.get(name.lower(), ""), value.replace("[", "[[]")) for name, value in filters.items())


def _answer(status: int, value: Any) -> HttpResponse:
    return HttpResponse(status, {"content-type": "application/json"}, _json.dumps(value))
