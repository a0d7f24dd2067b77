"""An Object -> the requests of its folder, in an order in which they can be run from first to last."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from sqlacc_codegen.exporters import answers
from sqlacc_codegen.ir import Example, Json, Object, Operation

from . import scripts, tables
from .describe import evidence
from .ids import stable
from .scripts import variable
from .shapes import Event, Folder, Header, Item, Query, Request, Response, Url

_JSON: Header = {"key": "Content-Type", "value": "application/json"}
_ACCEPT: Header = {"key": "Accept", "value": "application/json"}
MADE = "Example, made from the spec"  # the name of saved responses: nobody recorded them


def requests(object: Object, page_size: int) -> Iterator[Item | Folder]:
    """Lists first; then samples that are created and deleted again; then one record from create to gone."""
    can = object.by_operation
    main = next((e for e in object.examples if e.purpose == "full"), None) or next(
        (e for e in object.examples if e.purpose == "minimum"), None
    )
    if "list" in can:
        yield _list(object, "List", page_size, 0)
        yield _list(object, "Next page", page_size, page_size)
    others = [e for e in object.examples if e.purpose != "update" and e is not main]
    if "create" in can and others:
        yield {
            "id": stable(object.id, "samples"),
            "name": "Samples",
            "description": "More payloads of a create, each deleted again.",
            "item": [item for example in others for item in _sample(object, example)],
        }
    if "create" in can and main:
        yield _create(object, main)
    if "list" in can:
        yield _filter(object, page_size)
    if "find" in can:
        yield _find(object)
    if "get" in can:
        yield _get(object)
    if "update" in can:
        for example in object.examples:
            if example.purpose == "update":
                yield _update(object, example)
    if "pdf" in can and object.pdf:
        yield _pdf(object)
    if "delete" in can:
        yield _delete(object, "Delete")
        if "get" in can:
            yield _gone(object)


def _item(
    object: Object,
    name: str,
    request: Request,
    tests: list[str],
    saved: Json = None,
    code: int = 200,
) -> Item:
    id = stable(object.id, name)
    events: list[Event] = [
        {"listen": "test", "script": {"id": stable(id, "test"), "type": "text/javascript", "exec": tests}}
    ]
    responses: list[Response] = []
    if saved is not None:
        responses.append(
            {
                "id": stable(id, "response"),
                "name": MADE,
                "originalRequest": request,
                "status": "OK" if code == 200 else "Bad Request",
                "code": code,
                "header": [_JSON],
                "body": json.dumps(saved, indent=2, ensure_ascii=False),
            }
        )
    return {"id": id, "name": name, "event": events, "request": request, "response": responses}


def _url(object: Object, tail: str = "", query: list[Query] | None = None) -> Url:
    path = [object.path.strip("/"), *([tail] if tail else [])]
    sent = "&".join(f"{q['key']}={q['value']}" for q in query or () if not q.get("disabled"))
    url: Url = {
        "raw": "{{base_url}}/" + "/".join(path) + (f"?{sent}" if sent else ""),
        "host": ["{{base_url}}"],
        "path": path,
    }
    if query:
        url["query"] = query
    if tail.startswith(":"):
        key = object.by_wire[object.key]
        value = "{{" + variable(object, "key") + "}}"
        url["variable"] = [{"key": object.key, "value": value, "description": key.doc}]
    return url


def _request(operation: Operation, url: Url, description: str = "") -> Request:
    return {"method": operation.method, "header": [_ACCEPT], "url": url, "description": description or operation.doc}


def _body(request: Request, text: str) -> Request:
    request["header"] = [_JSON, *request["header"]]
    request["body"] = {"mode": "raw", "raw": text, "options": {"raw": {"language": "json"}}}
    return request


def _page(offset: int, size: int) -> list[Query]:
    return [
        {"key": "offset", "value": str(offset), "description": "Rows to skip, from 0."},
        {"key": "limit", "value": str(size), "description": f"Rows in the answer, {size} at most."},
    ]


def _list(object: Object, name: str, size: int, offset: int) -> Item:
    request = _request(object.by_operation["list"], _url(object, query=_page(offset, size)))
    saved = answers.page([answers.header(object)] if offset == 0 else [], size, offset)
    return _item(object, name, request, scripts.rows(), saved)


def _filter(object: Object, size: int) -> Item:
    """The first name of the identity is sent, the others can be ticked."""
    on = object.identity[0] if object.identity else object.key
    query: list[Query] = [{"key": on, "value": _value(object, on), "description": object.by_wire[on].doc}]
    query += [
        {"key": field.wire, "value": "", "description": field.doc, "disabled": True}
        for field in object.fields
        if field.wire in (*object.indexed, "lastmodified") and field.wire != on
    ]
    request = _request(
        object.by_operation["list"],
        _url(object, query=query + _page(0, size)),
        "Rows whose header fields have these values; any header field can be given. A `*` at the end finds by prefix.",
    )
    return _item(object, "Filter", request, scripts.rows())


def _find(object: Object) -> Item:
    query: list[Query] = [
        {"key": wire, "value": _value(object, wire), "description": object.by_wire[wire].doc}
        | ({} if wire in object.identity[:1] else {"disabled": True})  # type: ignore[misc]
        for wire in object.indexed
    ]
    request = _request(object.by_operation["find"], _url(object, "*", query))
    sent = any(not q.get("disabled") for q in query)
    return _item(
        object,
        "Find",
        request,
        scripts.found_one(object) if sent else scripts.rows(),
        {"data": [answers.record(object)]},
    )


def _value(object: Object, wire: str) -> str:
    return "{{" + variable(object, wire) + "}}" if wire in object.identity[:1] else ""


def _sample(object: Object, example: Example) -> Iterator[Item]:
    yield _create(object, example)
    if "delete" in object.by_operation:
        yield _delete(object, f"Delete: {example.title}")


def _create(object: Object, example: Example) -> Item:
    request = _request(object.by_operation["create"], _url(object), _about(object, example))
    request = _body(request, json.dumps(example.payload, indent=2, ensure_ascii=False))
    saved = {object.key: answers.key(object), **example.payload} if isinstance(example.payload, dict) else None
    return _item(object, f"Create: {example.title}", request, scripts.stored(object, _row_keys(object)), saved)


def _about(object: Object, example: Example) -> str:
    facts = {
        "sample": example.id,
        "number": str(object.examples.index(example) + 1),
        "title": example.title,
        "purpose": example.purpose,
        "regime": example.regime or "",
        "evidence": evidence(example.evidence),
    }
    if example.purpose == "update":
        facts["payload"] = json.dumps(example.payload, ensure_ascii=False)
    return "\n".join([example.title, "", *tables.facts(facts)]) + "\n"


def _get(object: Object) -> Item:
    request = _request(object.by_operation["get"], _url(object, f":{object.key}"))
    return _item(object, "Get", request, scripts.stored(object, _row_keys(object)), {"data": [answers.record(object)]})


def _update(object: Object, example: Example) -> Item:
    """The sample's changes with the key, the counter and the row keys of the record that was read before."""
    url = _url(object, f":{object.key}")
    request = _request(object.by_operation["update"], url, _about(object, example))
    keys = _row_keys(object)
    names = {(table, number + 1): name for name, (table, _, number) in keys.items()}
    body = {wire: _with_keys(object, wire, value, names) for wire, value in example.payload.items()}
    held: dict[str, Json] = {}
    if object.key not in body:
        text = object.by_wire[object.key].type.kind != "integer"
        held[object.key] = _Raw(variable(object, object.identity[0] if text and object.identity else "key"), text)
    if object.counter:
        held[object.counter] = _Raw(variable(object, object.counter))
    return _item(
        object,
        f"Update: {example.title}",
        _body(request, _dump(held | body)),
        scripts.stored(object, keys),
        answers.record(object) | {wire: value for wire, value in example.payload.items() if wire not in object.tables},
    )


class _Raw:
    """A variable of Postman in the place of a value, in quotes when it is a text."""

    def __init__(self, name: str, text: bool = False) -> None:
        self.text = f'"{{{{{name}}}}}"' if text else f"{{{{{name}}}}}"


def _dump(body: Mapping[str, Json]) -> str:
    raws: list[str] = []

    def mark(value: object) -> str:
        assert isinstance(value, _Raw)
        raws.append(value.text)
        return f"\0{len(raws) - 1}\0"

    text = json.dumps(body, indent=2, ensure_ascii=False, default=mark)
    for number, raw in enumerate(raws):
        text = text.replace(f'"\\u0000{number}\\u0000"', raw)
    return text


def _with_keys(object: Object, wire: str, value: Json, names: Mapping[tuple[str, int], str]) -> Json:
    table = object.tables.get(wire)
    if table is None or table.key is None or not isinstance(value, list):
        return value
    return [
        row | {table.key: _Raw(names[wire, row[table.key]])}
        if isinstance(row, dict) and (wire, row.get(table.key)) in names
        else row
        for row in value
    ]


def _row_keys(object: Object) -> dict[str, tuple[str, str, int]]:
    """The rows that the update samples name: variable -> table, name of the row's key, row counted from 0."""
    found: dict[str, tuple[str, str, int]] = {}
    for example in object.examples:
        for table in object.lines if example.purpose == "update" and isinstance(example.payload, dict) else ():
            rows = example.payload.get(table.wire)
            for row in rows if isinstance(rows, list) and table.key else ():
                number = row.get(table.key) if isinstance(row, dict) else None
                if isinstance(number, int):
                    name = variable(object, f"{table.wire}_{number}")
                    found[name] = (table.wire, str(table.key), number - 1)
    return found


def _pdf(object: Object) -> Item:
    assert object.pdf
    request = _request(object.by_operation["pdf"], _url(object, f":{object.key}"))
    request["header"] = [
        {"key": "Content-Type", "value": f"application/pdf;template={object.pdf.default}"},
        {"key": "Accept", "value": "application/pdf"},
    ]
    return _item(object, "PDF", request, scripts.printed())


def _delete(object: Object, name: str) -> Item:
    request = _request(object.by_operation["delete"], _url(object, f":{object.key}"))
    return _item(object, name, request, scripts.deleted())


def _gone(object: Object) -> Item:
    request = _request(object.by_operation["get"], _url(object, f":{object.key}"), "A record that is not there.")
    saved = {"message": f"{object.title} not found"}
    return _item(object, "Gone", request, scripts.gone(), saved, 400)
