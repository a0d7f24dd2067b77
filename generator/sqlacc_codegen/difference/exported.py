"""An export of ours (an OpenAPI document, a folder of JSON Schemas) -> the Api that it was made from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import yaml

from ..ir import (
    Api,
    Choice,
    Evidence,
    Example,
    Lines,
    Object,
    Operation,
    OperationKind,
    Pdf,
    Reading,
    Rule,
    Scope,
)
from ..names import Name
from .columns import evidence_of, field_of
from .lacks import Lacks, Partial

_FILLED = ("errors", "facts", "sources", "masters", "workflows", "demo")
OPENAPI = Lacks(api=_FILLED, object=("behaviour", "doctype", "other_paths", "kind"))
JSON_SCHEMA = Lacks(
    api=(*_FILLED, "title", "doc", "base_url", "scopes", "page_size", "readings"),
    object=(*OPENAPI.object, "path", "operations", "indexed", "pdf", "examples"),
)
_UNKNOWN = Evidence("inferred")
_VERBS = ("get", "post", "put", "delete")


def openapi(path: Path) -> Partial:
    """The Api of `openapi.yaml`. Raises ValueError, TypeError, KeyError or AttributeError when it is no export."""
    data = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
    parts = data["components"]
    schemas: Mapping[str, Any] = parts["schemas"]
    calls = dict(_calls(data["paths"]))
    objects = [
        _described(_object(schemas, name, "#/components/schemas/", _title(record)), calls)
        for name, record in schemas.items()
        if "x-sqlacc-object" in record
    ]
    if not objects:
        raise ValueError("no schema has x-sqlacc-object; only what sqlacc exported can be compared")
    api = _api(str(data["info"]["version"]), objects)
    api["title"], api["doc"] = data["info"]["title"], data["info"].get("description", "")
    api["base_url"] = data["servers"][0]["url"]
    api["page_size"] = parts["parameters"]["limit"]["schema"]["maximum"]
    api["scopes"] = tuple(
        Scope(scope["region"], scope["region"], scope["service"], "", _UNKNOWN)
        for scope in parts["securitySchemes"]["sigv4"]["x-sqlacc-scopes"]
    )
    api["readings"] = tuple(_reading(id, reading) for id, reading in data["x-sqlacc-readings"].items())
    return Partial(Api(**api), OPENAPI)


def json_schemas(folder: Path) -> Partial:
    """The Api of a folder of JSON Schemas with its `index.json`. Raises as `openapi` does, or OSError."""
    index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    objects = []
    for file in index["schemas"].values():
        document = json.loads((folder / Path(file).name).read_text(encoding="utf-8"))
        found = _object({**document["$defs"], "": document}, "", "#/$defs/", document["title"])
        objects.append(Object(**found))
    return Partial(Api(**_api(str(index["version"]), objects)), JSON_SCHEMA)


def _api(version: str, objects: list[Object]) -> dict[str, Any]:
    """What every export says, with nothing in the place of the rest."""
    empty: dict[str, Any] = dict.fromkeys(("scopes", "sources", "masters", "readings", "errors", "workflows"), ())
    rest = {"title": "", "doc": "", "base_url": "", "page_size": 0, "facts": {}, "demo": {}}
    return {"version": version, "objects": tuple(objects), **empty, **rest}


def _title(record: Mapping[str, Any]) -> str:
    return str(record["title"]).removesuffix(", record")


def _reading(id: str, data: Mapping[str, Any]) -> Reading:
    choices = tuple(Choice(value, doc, _UNKNOWN) for value, doc in data["choices"].items())
    return Reading(id, data["title"], "", data["default"], choices)


# --- objects ----------------------------------------------------------------------------------------------------


def _object(schemas: Mapping[str, Any], name: str, reference: str, title: str) -> dict[str, Any]:
    """Arguments of an Object: what its record says of itself, and its fields and tables."""
    told = schemas[name]
    id, plural = told["x-sqlacc-object"], Name.parse(told["x-sqlacc-plural"])
    record, update, create = ("record", "update", "create") if not name else (name, f"{name}Update", f"{name}Create")
    columns = _Columns(schemas, reference)
    rules = [dict(rule) for rule in told.get("x-sqlacc-rules", ())]
    return {
        "id": id,
        "name": Name.parse(id),
        "plural": plural,
        "title": title,
        "doc": told.get("description", ""),
        "path": "",
        "other_paths": (),
        "kind": "document",
        "doctype": "",
        "key": told["x-sqlacc-key"],
        "counter": told.get("x-sqlacc-counter"),
        "identity": tuple(told["x-sqlacc-identity"]),
        "indexed": (),
        "fields": columns.fields(record, update, create),
        "lines": tuple(columns.lines(record, update, create)),
        "operations": (),
        "rules": tuple(Rule(r.pop("kind"), message=r.pop("message"), evidence=_UNKNOWN, args=r) for r in rules),
        "pdf": None,
        "examples": (),
        "behaviour": {},
        "notes": tuple(told.get("x-sqlacc-notes", ())),
        "evidence": evidence_of(told["x-sqlacc-evidence"]),
    }


class _Columns:
    """Fields and tables by the names of the three schemas that describe them."""

    def __init__(self, schemas: Mapping[str, Any], reference: str) -> None:
        self._schemas, self._reference = schemas, reference

    def fields(self, record: str, update: str, create: str) -> Any:
        seen, sent = (self._schemas[name]["properties"] for name in (record, update))
        required = self._schemas[create].get("required", ())
        return tuple(
            field_of(wire, facts, sent.get(wire, {}), required=wire in required)
            for wire, facts in seen.items()
            if "x-sqlacc-item" not in facts
        )

    def lines(self, record: str, update: str, create: str) -> Iterator[Lines]:
        for wire, facts in self._schemas[record]["properties"].items():
            if "x-sqlacc-item" in facts:
                names = [self._inner(schema, wire) for schema in (record, update, create)]
                yield Lines(
                    wire=wire,
                    name=Name.parse(facts.get("x-sqlacc-words", wire)),
                    item=Name.parse(facts["x-sqlacc-item"]),
                    key=facts.get("x-sqlacc-row-key"),
                    fields=self.fields(*names),
                    lines=tuple(self.lines(*names)),
                    doc=facts.get("description", ""),
                    evidence=evidence_of(facts["x-sqlacc-evidence"]),
                )

    def _inner(self, schema: str, wire: str) -> str:
        reference: str = self._schemas[schema]["properties"][wire]["items"]["$ref"]
        return reference.removeprefix(self._reference)


# --- operations -------------------------------------------------------------------------------------------------


def _calls(paths: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, str, Mapping[str, Any]]]]:
    """Method, path and description of each operation by its id."""
    for path, item in paths.items():
        for verb in _VERBS:
            if verb in item:
                yield item[verb]["operationId"], (verb.upper(), path, item[verb])


def _described(
    found: dict[str, Any],
    calls: Mapping[str, tuple[str, str, Mapping[str, Any]]],
) -> Object:
    """The Object with what the paths say of it."""
    operations: list[Operation] = []
    prints: list[Operation] = []
    examples: list[Example] = []
    for kind in get_args(OperationKind):
        id = f"{found['plural'].camel()}{kind.capitalize()}"
        if id not in calls:
            continue
        method, path, told = calls[id]
        known = evidence_of(told["x-sqlacc-evidence"])
        operations.append(Operation(kind, method, path, told.get("description", ""), known))  # type: ignore[arg-type]
        found["path"] = "/" + path.split("/")[1]
        if kind == "find":
            found["indexed"] = tuple(parameter["name"] for parameter in told.get("parameters", ()))
        if kind == "get" and "x-sqlacc-pdf" in told:
            found["pdf"] = _pdf(told["x-sqlacc-pdf"])
            prints.append(Operation("pdf", "GET", path, "", known))
        if kind in ("create", "update"):
            (content,) = told["requestBody"]["content"].values()
            examples += [_example(name, facts, found["id"]) for name, facts in content.get("examples", {}).items()]
    return Object(**{**found, "operations": (*operations, *prints), "examples": tuple(examples)})


def _pdf(told: Mapping[str, Any]) -> Pdf:
    return Pdf(tuple(told["reports"]), told["default"], told["status"], evidence_of(told["evidence"]))


def _example(id: str, told: Mapping[str, Any], object: str) -> Example:
    return Example(
        id=id,
        title=told["summary"],
        purpose=told["x-sqlacc-purpose"],
        payload=told["value"],
        evidence=evidence_of(told["x-sqlacc-evidence"]),
        regime=told.get("x-sqlacc-regime"),
        object=object,
    )
