"""Rules about workflows: the objects, tables, fields and columns they name exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..hints import quoted
from ..resolve_fields import Path
from .core import Context, Finding, rule
from .look import Look


@rule("unknown-object", "A workflow, an example or the demo data names an object that does not exist.", blocking=True)
def workflow_objects(context: Context) -> Iterator[Finding]:
    for workflow in context.api.workflows:
        look = Look(context.spec.workflows[workflow.id], ())
        yield from look.each(("objects",), list(workflow.objects), context.object_ids, "object")
        for example in workflow.examples:
            yield from look.each(
                ("examples", example.id, "object"), example.object or None, context.object_ids, "object"
            )
        for name in ("source", "target", "document", "payment"):
            yield from look.each(("args", name), workflow.args.get(name), workflow.objects, "object of this workflow")
        for index, target in enumerate(workflow.args.get("targets", ())):
            path = ("args", "targets", index, "object")
            yield from look.each(path, target["object"], workflow.objects, "object of this workflow")
    if context.spec.demo and context.spec.demo.data:
        look = Look(context.spec.demo, ())
        for id in context.api.demo.get("objects", {}):
            yield from look.each(("objects", id), id, context.object_ids, "object")
        for id in context.api.demo.get("masters", {}):
            yield from look.each(("masters", id), id, context.master_ids | context.object_ids, "master")


@rule("unknown-workflow-field", "A workflow names a table, field or column that does not exist.", blocking=True)
def workflow_fields(context: Context) -> Iterator[Finding]:
    for workflow in context.api.workflows:
        look = Look(context.spec.workflows[workflow.id], ("args",))
        if workflow.kind == "transfer":
            yield from _transfer(context, workflow.args, look)
        elif workflow.kind == "settle":
            yield from _settle(context, workflow.args, look)
        else:
            yield from _recipe(context, workflow.args, look)


def _transfer(context: Context, args: Mapping[str, Any], look: Look) -> Iterator[Finding]:
    source, target = (context.api.by_id.get(args.get(name, "")) for name in ("source", "target"))
    if not source or not target:
        return
    table = args["table"]
    for object in (source, target):
        yield from look.each(("table",), table, object.tables, f"table of {object.id}")
    if table not in source.tables or table not in target.tables:
        return
    before, after = source.tables[table].by_wire, target.tables[table].by_wire
    for name in ("quantity", "consumed", "row_key", "transferable"):
        yield from look.each((name,), args.get(name), before)
    for name, wire in args.get("link", {}).items():
        yield from look.each(("link", name), wire, after)
    for name in ("document_key", "void"):
        yield from look.each((name,), args.get(name), source.by_wire)
    yield from look.each(("copy_header",), args["copy_header"], set(source.by_wire) & set(target.by_wire))
    yield from look.each(("copy_line",), args["copy_line"], set(before) & set(after))
    yield from look.each(("drop_when_partial",), args.get("drop_when_partial"), after)


def _settle(context: Context, args: Mapping[str, Any], look: Look) -> Iterator[Finding]:
    document, payment = (context.api.by_id.get(args.get(name, "")) for name in ("document", "payment"))
    if not document or not payment:
        return
    for name in ("party", "number", "total"):
        yield from look.each((name,), args.get(name), document.by_wire)
    for name in ("party", "unapplied", "method", "currency", "rate"):
        yield from look.each((name,), args.get(name), payment.by_wire)
    yield from look.each(("table",), args["table"], payment.tables, f"table of {payment.id}")
    if args["table"] in payment.tables:
        for name, wire in args["row"].items():
            yield from look.each(("row", name), wire, payment.tables[args["table"]].by_wire)
    yield from look.each(("copy_header",), args.get("copy_header"), set(document.by_wire) & set(payment.by_wire))


def _recipe(context: Context, args: Mapping[str, Any], look: Look) -> Iterator[Finding]:
    known = args.get("columns", {})
    for index, row in enumerate(args.get("sample", ())):
        for column in row:
            yield from look.each(("sample", index, column), column, known, "column")
    for index, target in enumerate(args.get("targets", ())):
        here: Path = ("targets", index)
        yield from look.each((*here, "group_by"), target.get("group_by"), known, "column")
        yield from look.each((*here, "when", "column"), target.get("when", {}).get("column"), known, "column")
        object = context.api.by_id.get(target["object"])
        if not object:
            continue
        yield from look.each((*here, "by"), target["by"], object.by_wire)
        paths = set(object.by_wire)
        for tables, table in object.all_tables():
            paths |= {".".join((*tables, wire)) for wire in table.by_wire}
        for number, one in enumerate(target["fields"]):
            yield from look.each((*here, "fields", number, "column"), one.get("column"), known, "column")
            yield from look.each((*here, "fields", number, "field"), one["field"], paths)


@rule("sample-row", "A row of a recipe's sample lacks a column.", blocking=True)
def sample_rows(context: Context) -> Iterator[Finding]:
    for workflow in context.api.workflows:
        columns = workflow.args.get("columns", {}) if workflow.kind == "recipe" else {}
        for index, row in enumerate(workflow.args.get("sample", ()) if columns else ()):
            missing = [column for column in columns if column not in row]
            if missing:
                message = f"the row lacks {', '.join(map(quoted, missing))}"
                path = ("args", "sample", index)
                yield Finding(context.spec.workflows[workflow.id], path, message, 'write "" for an empty cell')
