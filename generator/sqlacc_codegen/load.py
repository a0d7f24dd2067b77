"""A spec folder -> Api, or every problem at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .collector import paused
from .ir import Api, Choice, ErrorForm, Master, Object, Reading, Scope, Source, Statement, Workflow
from .names import Name
from .problems import Problems
from .resolve_fields import Fields, evidence
from .resolve_object import examples, resolve_object
from .source import Document
from .spec import Spec, default_spec, read_spec, schema_folder

_RESOLVED = {
    "version",
    "title",
    "doc",
    "base_url",
    "scopes",
    "page_size",
    "sources",
    "masters",
    "readings",
    "errors",
    "kinds",
}


@dataclass
class Loaded:
    """What could be made of a spec folder: `api` holds the parts that are sound, None when api.yaml is not."""

    spec: Spec
    api: Api | None

    @property
    def problems(self) -> Problems:
        return Problems(self.spec.problems)


def load(spec_dir: Path) -> Api:
    """The Api of a spec folder. Raises Problems, all of them at once."""
    loaded = read_api(spec_dir)
    if loaded.spec.problems or loaded.api is None:
        raise loaded.problems
    return loaded.api


def read_api(spec_dir: Path) -> Loaded:
    """Load as much as is sound. Raises Problems only when there is no such folder."""
    with paused():
        return _read_api(spec_dir)


def _read_api(spec_dir: Path) -> Loaded:
    from .gate import Gate  # takes longer to import than all else here

    spec = read_spec(spec_dir)
    gate = Gate(schema_folder(spec_dir))
    unsound = set()
    for schema, document in spec.documents:
        found = gate.check(document, schema) if document.data is not None else []
        for problem in found:
            spec.note(problem)
        if found or document.data is None:
            unsound.add(document.shown)
    sound = [document is not None and document.shown not in unsound for document in (spec.api, spec.fields)]
    if not all(sound):
        return Loaded(spec, None)
    return Loaded(spec, _api(spec, unsound))


def _api(spec: Spec, unsound: set[str]) -> Api:
    assert spec.api is not None
    data = spec.api.data
    fields = Fields(spec)
    objects = []
    for id, document in spec.objects.items():
        resolved = resolve_object(spec, fields, id, document, data) if document.shown not in unsound else None
        if resolved:
            objects.append(resolved)
    workflows = [(id, document) for id, document in spec.workflows.items() if document.shown not in unsound]
    demo = spec.demo.data if spec.demo and spec.demo.shown not in unsound else {}
    return Api(
        version=data["version"],
        title=data["title"],
        doc=data["doc"],
        base_url=data["base_url"],
        scopes=tuple(
            Scope(id, scope["region"], scope["service"], scope["doc"], evidence(scope["evidence"]))
            for id, scope in data["scopes"].items()
        ),
        page_size=data["page_size"],
        sources=tuple(Source(tag, source["grade"], source["doc"]) for tag, source in data["sources"].items()),
        masters=tuple(_masters(data["masters"], objects)),
        readings=tuple(_reading(id, reading) for id, reading in data["readings"].items()),
        errors=tuple(
            ErrorForm(e["kind"], e["status"], e["pattern"], e["message"], e["doc"], evidence(e["evidence"]))
            for e in data["errors"]
        ),
        facts={key: value for key, value in data.items() if key not in _RESOLVED},
        objects=tuple(objects),
        workflows=tuple(_workflow(spec, id, document) for id, document in workflows),
        demo=demo,
    )


def _masters(data: Mapping[str, Any], objects: list[Object]) -> Iterator[Master]:
    """A master gives way to the object that describes it; its demo rows stay codes that others may refer to."""
    taken = {name for object in objects for name in (object.id, object.path)}
    for id, master in data.items():
        if not taken & {id, master["path"]}:
            yield _master(id, master)


def _master(id: str, data: Mapping[str, Any]) -> Master:
    return Master(
        id=id,
        title=data["title"],
        path=data["path"],
        key=data["key"],
        operations=tuple(data["operations"]),
        evidence=evidence(data["evidence"]),
        doc=data.get("doc", ""),
    )


def _reading(id: str, data: Mapping[str, Any]) -> Reading:
    choices = tuple(Choice(value, c["doc"], evidence(c["evidence"])) for value, c in data["choices"].items())
    return Reading(id, data["title"], data["doc"], data["default"], choices)


def _workflow(spec: Spec, id: str, document: Document) -> Workflow:
    data = document.data
    if data["workflow"] != id:
        message = f'workflow is "{data["workflow"]}", but the file is named {id}.yaml'
        spec.add(document, ("workflow",), "wrong-id", message, f"write workflow: {id}")
    return Workflow(
        id=id,
        name=Name.parse(id),
        title=data["title"],
        doc=data["doc"],
        kind=data["kind"],
        objects=tuple(data["objects"]),
        steps=tuple(data["steps"]),
        args=data["args"],
        examples=examples(spec, document, data["examples"], ""),
        evidence=evidence(data["evidence"]),
        rules=tuple(Statement(rule["doc"], evidence(rule["evidence"])) for rule in data.get("rules", ())),
        notes=tuple(data.get("notes", ())),
    )


__all__ = ["Loaded", "default_spec", "load", "read_api"]
