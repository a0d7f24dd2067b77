"""What a collection says -> additions to a spec folder: hand-written text stays, contradictions are told."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlacc_codegen.problems import Place, Problem, Problems
from sqlacc_codegen.show import type_text

from ..describe import default_text, evidence
from .edit import CannotEditError, add, remove
from .importer import OBJECT_HEADER, Imported
from .infer import _fits
from .layout import dump
from .text import TAG

Spec = dict[str, Any]


def additions(imported: Imported, folder: Path) -> dict[Path, str]:
    """New texts of the files of the folder that change. Raises Problems."""
    from sqlacc_codegen.load import load

    api = load(folder)
    by_path = {object.path: object for object in api.objects}
    report = imported.report
    texts: dict[Path, str] = {}
    service = folder / "api.yaml"

    def text_of(path: Path) -> str:
        return texts[path] if path in texts else path.read_text(encoding="utf-8")

    def change(path: Path, at: tuple[str, ...], entries: Spec) -> None:
        try:
            texts[path] = add(text_of(path), at, entries)
        except CannotEditError as error:
            hint = "add it by hand, or write the mapping on lines of its own"
            raise Problems([Problem(Place(str(path)), "cannot-edit", f"{'.'.join(at)}: {error}", hint)]) from None
        for name in entries:
            report.add("added", f"{path.name} {'.'.join(at)}", str(name))

    for id, spec in imported.objects.items():
        known = by_path.get(spec["path"])
        if known is not None:
            path = folder / "objects" / f"{known.id}.yaml"
            _compare(imported, known, spec, known.id)
            _grow(known, spec, (), lambda at, entries, path=path: change(path, at, entries), imported, known.id)
            samples = {n: e for n, e in spec["examples"].items() if n not in {e.id for e in known.examples}}
            if imported.written.get(spec["path"]) and samples:
                change(path, ("examples",), samples)
            continue
        if id in api.by_id:
            report.add("conflict", id, f"another object has this id; {spec['path']} was not added")
            continue
        if any(master.id == id for master in api.masters):
            missing = sorted(_needed(api, id) - set(spec["fields"]) - set(spec.get("lines", {})))
            if missing:
                message = f"rules of other objects name its {', '.join(missing)}, which no sample shows; not added"
                report.add("conflict", id, message)
                continue
            texts[service] = remove(text_of(service), ("masters", id))
            report.add("added", "api.yaml masters", f"{id} is an object now")
        texts[folder / "objects" / f"{id}.yaml"] = dump(spec, OBJECT_HEADER)
        report.add("added", f"objects/{id}.yaml", spec["title"])
    paths = {master.path for master in api.masters} | set(by_path) | {p for o in api.objects for p in o.other_paths}
    taken = {master.id for master in api.masters} | set(api.by_id)
    for id, master in imported.masters.items():
        if master["path"] not in paths and id not in taken:
            change(service, ("masters",), {id: master})
    if any(f" {TAG}" in text for text in texts.values()) and all(source.tag != TAG for source in api.sources):
        change(service, ("sources",), {TAG: imported.source()})
    return texts


def _needed(api: Any, id: str) -> set[str]:
    """Fields and tables of `id` that the behaviour of the objects refers to."""
    found: set[str] = set()
    for object in api.objects:
        rules = [object.behaviour.get("party", {}), object.behaviour.get("item", {})]
        for rule in (*rules, *object.behaviour.get("lookups", ())):
            if id in (rule.get("object"), rule.get("from")):
                found |= set(rule.get("copy", {}).values())
                found |= {rule[part]["table"] for part in ("branch", "uom") if part in rule}
    return found


def _grow(known: Any, spec: Spec, at: tuple[str, ...], change: Any, imported: Imported, where: str) -> None:
    """Fields and tables that are not there yet."""
    tables = {table.wire: table for table in known.lines}
    fields = {w: f for w, f in spec["fields"].items() if w not in known.by_wire and w not in tables}
    spelled = {wire.replace("_", ""): wire for wire in (*known.by_wire, *tables)}
    for wire in list(fields):
        other = spelled.setdefault(wire.replace("_", ""), wire)
        if other != wire:
            imported.report.add("conflict", f"{where}.{wire}", f"would be spelled like {other}; it was not added")
            del fields[wire]
    for wire, facts in fields.items():
        facts.setdefault("create", "unknown")  # whatever the table's defaults say of its own fields
        if facts["create"] == "required" and TAG in facts["evidence"]:  # the samples that are there lack it
            imported.report.add("unsure", f"{where}.{wire}", "said to be required; it was added as not known to be")
            fields[wire] = facts | {"create": "unknown"}
    if fields:
        change((*at, "fields"), fields)
    new = {}
    for wire, table in spec.get("lines", {}).items():
        if wire in tables:
            _grow(tables[wire], table, (*at, "lines", wire), change, imported, f"{where}.{wire}")
        elif wire in known.by_wire:
            imported.report.add("conflict", f"{where}.{wire}", "is a list in the collection, a field in the spec")
        else:
            new[wire] = table
    if new:
        change((*at, "lines"), new)


def _compare(imported: Imported, known: Any, spec: Spec, where: str) -> None:
    """Contradictions between the spec and the collection, for people to decide."""
    if imported.written.get(spec["path"]):
        for name in ("key", "counter", "kind", "title"):
            is_, says = getattr(known, name) or "none", spec.get(name) or "none"
            if is_ != says:
                imported.report.add("conflict", f"{where}.{name}", f"{is_} in the spec, {says} in the collection")
    missing = [k for k in spec.get("operations", ()) if k not in known.by_operation]
    if missing:
        imported.report.add("conflict", f"{where}.operations", f"{', '.join(missing)} only in the collection")
    _fields(imported, known, spec, where)


def _fields(imported: Imported, known: Any, spec: Spec, where: str) -> None:
    told = imported.written.get(imported.path_of(where))
    for wire, facts in spec["fields"].items():
        field = known.by_wire.get(wire)
        if field is None:
            continue
        is_, says = type_text(field.type), facts["type"]
        if told and TAG not in facts["evidence"]:
            for name, was, new in _facts(field, facts):
                if was != new:
                    message = f"{name} is {was or 'not given'} in the spec, {new or 'not given'} in the collection"
                    imported.report.add("conflict", f"{where}.{wire}", message)
        elif is_ != says and not _fits(is_, says.partition("(")[0]) and "no sample" not in facts["evidence"]:
            message = f"{is_} in the spec, but the collection looks like {says}: {facts['evidence']}"
            imported.report.add("conflict", f"{where}.{wire}", message)
    tables = {table.wire: table for table in known.lines}
    for wire, table in spec.get("lines", {}).items():
        if wire in tables:
            _fields(imported, tables[wire], table, f"{where}.{wire}")


def _facts(field: Any, facts: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    from sqlacc_codegen.resolve_fields import default

    told = default_text(default(facts["default"])) if "default" in facts else ""
    return [
        ("type", type_text(field.type), facts["type"]),
        ("doc", field.doc, facts["doc"]),
        ("create", field.create, facts.get("create", "unknown")),
        ("default", default_text(field.default), told),
        ("unit", field.unit, facts.get("unit", "")),
        ("evidence", evidence(field.evidence), facts["evidence"]),
    ]
