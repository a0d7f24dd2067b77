"""Reads records: one by key, by what is known of them, page by page, or one after the other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from . import _answers, _json, _url
from ._calls import Call, Caller
from ._matching import matches
from ._shape import Shape
from .errors import FieldProblem, MultipleFoundError, NotFoundError, UsageError, ValidationError
from .options import CallOptions
from .transport import HttpResponse

_NO_REPORT = re.compile(r"|.*[\x00-\x1f\x7f-\x9f\u2028\u2029].*", re.DOTALL)  # a header is one line of text
_FILTER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
PAGE = 50  # rows that the server gives at most for one request
Wire = dict[str, Any]


def get(caller: Caller, shape: Shape, key: Any, options: CallOptions | None) -> Wire:
    """One record with its rows."""
    call = Call("GET", _url.with_key(shape.path, key))
    return answer_record(caller, shape, call, caller.send(call, options), key=key) or {}


def answer_record(caller: Caller, shape: Shape, call: Call, response: HttpResponse, key: Any = None) -> Wire | None:
    """The record of an answer: the whole of it, its `data`, or the only item of `data`. None for an empty answer."""
    sent = caller.sent(call)
    _answers.refuse_error(response, sent)
    value = _answers.json_value(response, sent)
    if value is None and call.write and not response.body.strip():
        return None
    record = value
    if isinstance(record, Mapping) and "data" in record and shape.path_key not in record:
        record = record["data"]
    if isinstance(record, list) and len(record) == 1:
        record = record[0]
    if not isinstance(record, dict) or record.get(shape.path_key) in (None, ""):
        words = caller.words(_answers.error_in_success(value))
        reason = f"an error in a successful answer: {words}" if words else f"no record with a {shape.path_key} in it"
        raise _answers.unexpected(reason, response, sent)
    if key is not None and str(record[shape.path_key]).strip().casefold() != str(key).strip().casefold():
        raise _answers.unexpected(f"asked for {key}, got {record[shape.path_key]}", response, sent)
    return record


def answer_rows(caller: Caller, call: Call, response: HttpResponse, *, filtered: bool) -> list[Wire]:
    """The rows of one page. With filters, "not found" means that there are none."""
    sent = caller.sent(call)
    try:
        _answers.refuse_error(response, sent)
    except NotFoundError:
        if not filtered or _answers.is_html(response):  # a web page means a wrong address, not an empty list
            raise
        return []
    value = _answers.json_value(response, sent)
    found = value
    if isinstance(found, Mapping):
        found = found["data"] if "data" in found else found.get("items")
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        words = caller.words(_answers.error_in_success(value))
        reason = f"an error in a successful answer: {words}" if words else "no list of rows in data or items"
        raise _answers.unexpected(reason, response, sent)
    return found


def list_call(shape: Shape, where: Mapping[str, Any], offset: int, limit: int) -> Call:
    """`GET /salesinvoice?code=...&offset=0&limit=50`."""
    for name in where:
        if name in ("offset", "limit") or not _FILTER.fullmatch(name):
            raise UsageError(f"{name!r} is no field to filter by")
    return Call("GET", _url.with_query(shape.path, [*where.items(), ("offset", offset), ("limit", limit)]))


def page_size(limit: int | None) -> int:
    """The limit to ask for."""
    if limit is not None and limit < 1:
        raise UsageError("a page has at least one row")
    return PAGE if limit is None else min(limit, PAGE)


def offset_of(offset: int) -> int:
    if offset < 0:
        raise UsageError("an offset is 0 or more")
    return offset


def pages(
    caller: Caller,
    shape: Shape,
    where: Mapping[str, Any],
    offset: int,
    size: int,
    options: CallOptions | None,
    *,
    indexed: bool = False,
) -> Iterator[tuple[int, list[Wire]]]:
    """Offset and unseen rows of each page.

    Ends at a page with fewer rows than asked for. What the answer says about limit and count is not trusted: the
    offset goes on by the rows received, and a full page without an unseen row is an error, not the end.
    """
    seen: set[Any] = set()
    first = True
    while True:
        call = list_call(shape, where, offset, size)
        if indexed:
            paging = [] if first else [("offset", offset), ("limit", size)]
            call = Call("GET", _url.with_query(f"{shape.path}/*", [*where.items(), *paging]))
        found = answer_rows(caller, call, caller.send(call, options), filtered=bool(where))
        caller.page(offset, len(found), options)
        fresh = []
        for row in found:
            identity = _identity(shape, row)
            if identity not in seen:
                seen.add(identity)
                fresh.append(row)
        if not fresh and len(found) >= size:
            response = HttpResponse(200)
            message = f"the page at offset {offset} brings no new row: the server seems to ignore the offset"
            raise _answers.unexpected(message, response, caller.sent(call))
        yield offset, fresh
        if len(found) < size:
            return
        offset += len(found)
        first = False


def _identity(shape: Shape, row: Wire) -> str | bytes:
    """The key of a row, or the whole row where it came without one."""
    key = row.get(shape.path_key)
    return (str(key) if isinstance(key, (str, int)) else "") or _json.dumps(row)


def find(caller: Caller, shape: Shape, where: Mapping[str, Any], options: CallOptions | None) -> Wire | None:
    """The one record that fits, with its rows; None when there is none. Raises MultipleFoundError."""
    if not where:
        raise UsageError("find needs something to look for")
    indexed = set(where) <= set(shape.indexed)
    fitting: list[Wire] = []
    for _, page in pages(caller, shape, where, 0, PAGE, options, indexed=indexed):
        fitting += [row for row in page if matches(shape, row, where)]
        if len(fitting) > 1:
            keys = ", ".join(str(row.get(shape.path_key)) for row in fitting[:2])
            raise MultipleFoundError(
                f"more than one {shape.id} fits {_said(where)}: {shape.path_key} {keys}",
                request=f"GET {shape.path}",
                profile=caller.profile,
                records=fitting[:2],
            )
    if not fitting:
        return None
    return fitting[0] if indexed else get(caller, shape, fitting[0].get(shape.path_key), options)


def _said(where: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in where.items())


def pdf_call(shape: Shape, key: Any, template: str | None) -> Call:
    """The request for a document as PDF: the report's name stands in the Content-Type, without quotes."""
    report = (shape.pdf or "") if template is None else template
    if report != report.strip() or _NO_REPORT.fullmatch(report):
        raise ValidationError([FieldProblem("template", f"{report!r} is no name of a report")])
    kind = f"application/pdf;template={report}"
    return Call("GET", _url.with_key(shape.path, key), content_type=kind, accept="application/pdf")


def pdf(caller: Caller, call: Call, response: HttpResponse) -> bytes:
    """The bytes of a PDF, checked from beginning to end."""
    sent = caller.sent(call)
    _answers.refuse_error(response, sent)
    body = response.body
    if body.startswith(b"%PDF-"):
        if b"%%EOF" in body[-1024:]:
            return body
        raise _answers.unexpected("a PDF that is cut off: its end mark is missing", response, sent)
    value = _answers.json_value(response, sent)
    words = caller.words(_answers.error_in_success(value))
    raise _answers.unexpected(f"no PDF but {words or 'JSON'}", response, sent)
