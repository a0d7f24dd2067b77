"""Operations of the driver protocol -> calls of a client, by name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from . import _answers, _reading, _writing
from ._calls import Call
from ._tagged import tag, untag
from .client import Client
from .errors import MultipleFoundError, UsageError
from .options import CallOptions
from .service import OBJECTS, WORKFLOWS
from .transport import HttpResponse

MORE = {  # operations that follow from those of the service
    "list": ("list", "iterate"),
    "find": ("find",),
    "create": ("create", "ensure", "create_many", "ensure_many"),
    "update": ("update", "update_with_retry"),
}
METHODS = {"create": "POST", "update": "PUT", "delete": "DELETE"}


def operations() -> list[str]:
    """The names of all operations."""
    names = [
        f"{plural}.{name}"
        for plural, (_, kinds) in OBJECTS.items()
        for kind in kinds
        for name in MORE.get(kind, (kind,))
    ]
    return [*names, "client.ping", "client.raw", *(f"workflows.{name}" for name in WORKFLOWS)]


@cache
def _known() -> frozenset[str]:
    return frozenset(operations())


def call(client: Client, op: str, args: Mapping[str, Any], options: CallOptions) -> Any:
    """Carry out an operation; gives its tagged value."""
    home, _, name = op.partition(".")
    given = {key: untag(value) for key, value in args.items()}
    if op == "client.ping":
        pong = client.ping(options=options)
        skew = None if pong.skew is None else round(pong.skew)
        return {"ok": True, "version": tag(pong.version), "skew_seconds": skew}
    if op == "client.raw":
        return _raw(client.call(**given, options=options))
    if home == "workflows" and name in WORKFLOWS:
        if name == "settle_invoice" and "invoice" in given:
            given["invoices"] = given.pop("invoice")
        first = given.pop("order", None) or given.pop("invoices", None)
        return _stored(getattr(client.workflows, WORKFLOWS[name])(first, **given, options=options))
    if home not in OBJECTS or op not in _known():
        raise UsageError(f"there is no operation {op}")
    return _record_call(getattr(client, OBJECTS[home][0]), name, given, options)


def _record_call(resource: Any, name: str, given: dict[str, Any], options: CallOptions) -> Any:
    if name == "list":
        page = resource.list(**given, options=options)
        records = [tag(record) for record in page]
        return {"records": records, "offset": page.offset, "count": len(records), "more": page.more}
    if name == "iterate":
        return {"records": [tag(record) for record in resource.iterate(**given, options=options)]}
    if name in ("create", "update"):
        record = given.pop("record")
        return _stored(getattr(resource, name)(record, *given.values(), options=options))
    if name == "update_with_retry":
        return _stored(resource.update_with_retry(given["key"], given["changes"], options=options))
    if name == "ensure":
        found = resource.ensure(given.pop("record"), **given, options=options)
        return {"record": _stored(found.record), "created": found.created}
    if name in ("create_many", "ensure_many"):
        results = getattr(resource, name)(given.pop("records"), **given, options=options)
        return {"results": [_result(result) for result in results]}
    return tag(getattr(resource, name)(**given, options=options))


def _stored(record: Any) -> Any:
    """Null when the server acknowledged without telling what it stores."""
    return None if record._as_sent else tag(record)


def _result(result: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"status": result.status}
    if result.record is not None:
        found["record"] = _stored(result.record)
    if result.error is not None:
        found["error"] = {"kind": result.error.kind, "message": str(result.error)}
    return found


def _raw(response: Any) -> dict[str, Any]:
    try:
        return {"status": response.status, "value": tag(response.value)}
    except ValueError:
        return {"status": response.status, "text": response.text}


def parse(client: Client, op: str, response: HttpResponse) -> Any:
    """What an operation of one request makes of a response."""
    home, _, name = op.partition(".")
    caller = client._caller
    request = Call(METHODS.get(name, "GET"), "/")
    sent = caller.sent(request)
    if home == "client":
        _answers.refuse_error(response, sent)
        if name == "raw":
            from ._client import RawResponse

            return _raw(RawResponse(response.status, response.headers, response.body))
        return {"ok": True, "version": tag(_answers.json_value(response, sent)), "skew_seconds": None}
    if home not in OBJECTS:
        raise UsageError(f"there is no operation {op}")
    resource = getattr(client, OBJECTS[home][0])
    if name in ("get", "create", "update"):
        record = _reading.answer_record(caller, resource._shape, request, response)
        return None if record is None else tag(resource._record(record))
    if name in ("list", "find"):
        rows = _reading.answer_rows(caller, request, response, filtered=name == "find")
        records = [tag(resource._record(row, partial=name == "list")) for row in rows]
        if name == "list":
            return {"records": records, "offset": 0, "count": len(records), "more": len(records) >= _reading.PAGE}
        if len(records) > 1:
            raise MultipleFoundError(f"more than one of {home}", records=records)
        return records[0] if records else None
    if name == "delete":
        _answers.refuse_error(response, sent)
        _writing.deleted(response, sent)
        return None
    if name == "pdf":
        return tag(_reading.pdf(caller, request, response))
    raise UsageError(f"{op} is more than one request")
