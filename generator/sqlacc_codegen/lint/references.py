"""Rules: whatever is named exists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..hints import did_you_mean, quoted
from ..ir import CodeType, Object
from ..resolve_fields import Path
from ..source import Document
from .core import Context, Finding, all_fields, rule


@rule("unknown-target", "A code refers to an object or master that does not exist.", blocking=True)
def code_targets(context: Context) -> Iterator[Finding]:
    known = context.object_ids | context.master_ids
    for object, tables, field in all_fields(context.api):
        if isinstance(field.type, CodeType) and field.type.target not in known:
            path = context.at(object, tables, field.wire)
            message = f'field "{field.wire}" is a code of {quoted(field.type.target)}, which does not exist'
            yield Finding(context.of(object), path, message, did_you_mean(field.type.target, known))


@rule("unknown-default", "A default copies a field that does not exist.", blocking=True)
def default_fields(context: Context) -> Iterator[Finding]:
    for object, tables, field in all_fields(context.api):
        if field.default is None or field.default.kind != "field":
            continue
        name = str(field.default.value)
        holder = object if not tables else dict(object.all_tables())[tables]
        known = set(object.by_wire) if name.startswith("header.") else {*object.by_wire, *holder.by_wire}
        if name.removeprefix("header.") not in known:
            message = f'field "{field.wire}" copies {quoted(name)}, which does not exist'
            yield Finding(
                context.of(object), context.at(object, tables, field.wire), message, did_you_mean(name, known)
            )


@rule("unknown-report", "The default report of an object is none of its reports.")
def pdf_defaults(context: Context) -> Iterator[Finding]:
    for object in context.api.objects:
        if object.pdf and object.pdf.default not in object.pdf.reports:
            message = f"the default report {quoted(object.pdf.default)} is none of the reports"
            hint = did_you_mean(object.pdf.default, object.pdf.reports)
            yield Finding(context.of(object), ("pdf", "default"), message, hint)


@rule("pdf-mismatch", "An object has the operation pdf but no reports, or reports but no such operation.")
def pdf_operations(context: Context) -> Iterator[Finding]:
    for object in context.api.objects:
        if object.pdf and "pdf" not in object.by_operation:
            yield Finding(context.of(object), ("pdf",), "reports are given, but not the operation pdf", "", True)
        if not object.pdf and "pdf" in object.by_operation:
            hint = "add pdf: {default: ..., reports: [...]}, or state operations without pdf"
            yield Finding(context.of(object), ("kind",), "the object has the operation pdf, but no reports", hint)


@rule("unknown-rule-field", "A rule names a table or field that does not exist.", blocking=True)
def rule_fields(context: Context) -> Iterator[Finding]:
    for object in context.api.objects:
        for index, one in enumerate(object.rules):
            look = _Look(context.of(object), ("rules", index))
            table = one.args.get("table")
            if table is not None and table not in object.tables:
                yield look.missing(("table",), "table", table, object.tables)
                continue
            rows = object.tables[table].by_wire if table else object.by_wire
            for name in ("debit", "credit", "amount", "flag", "unless", "field", "total"):
                known = object.by_wire if name in ("total", "field") else rows
                yield from look.each((name,), one.args.get(name), known)


class _Look:
    """Looks names up, below one path of one document."""

    def __init__(self, document: Document, path: Path) -> None:
        self._document = document
        self._path = path

    def missing(self, path: Path, what: str, name: Any, known: Any) -> Finding:
        message = f"there is no {what} {quoted(name)}"
        return Finding(self._document, (*self._path, *path), message, did_you_mean(str(name), known))

    def each(self, path: Path, names: Any, known: Any, what: str = "field") -> Iterator[Finding]:
        """Problems with a name, or with those of a list; nothing given is no problem."""
        if isinstance(names, list):
            for index, name in enumerate(names):
                yield from self.each((*path, index), name, known, what)
        elif names is not None and names not in known:
            yield self.missing(path, what, names, known)

    def copy(self, path: Path, names: Mapping[str, str] | None, targets: Any, sources: Any) -> Iterator[Finding]:
        """Problems with a mapping target: source; sources of None are not known."""
        for target, source in (names or {}).items():
            if target not in targets:
                finding = self.missing((*path, target), "field", target, targets)
                yield finding._replace(key=True)
            if sources is not None:
                yield from self.each((*path, target), source, sources)


# Parts of a behaviour whose values are names of fields: those of the header, and those of the part's own table.
_HEADER = {
    "numbering": ("field", "account", "name"),
    "party": ("field",),
    "total": ("field", "local", "rate"),
    "knock_off": ("unapplied", "party"),
    "due": ("field",),
    "stock": (),
}
_ROWS = {
    "item": ("field",),
    "amounts": (
        *("quantity", "price", "discount", "tax", "taxrate", "inclusive", "amount", "taxamt", "local_amount"),
        *("local_tax", "with_tax", "taxable", "base_quantity", "rate"),
    ),
    "journal": (
        *("debit", "credit", "local_debit", "local_credit"),
        *("tax", "taxrate", "inclusive", "taxamt", "local_tax"),
    ),
    "transfer_from": ("quantity",),
    "knock_off": ("amount", "flag"),
    "stock": ("quantity", "location"),
}


@rule("unknown-behaviour-field", "The behaviour of an object names an object, table or field that does not exist.")
def behaviour_fields(context: Context) -> Iterator[Finding]:
    for object in context.api.objects:
        look = _Look(context.of(object), ("behaviour",))
        behaviour = object.behaviour
        yield from look.each(("unique",), behaviour.get("unique"), object.by_wire)
        yield from look.each(("void",), behaviour.get("void"), object.by_wire)
        for wire in behaviour.get("defaults", {}):
            yield from look.each(("defaults", wire), wire, object.by_wire)
        for part, names in _HEADER.items():
            for name in names:
                yield from look.each((part, name), behaviour.get(part, {}).get(name), object.by_wire)
        for part, names in _ROWS.items():
            facts = behaviour.get(part, {})
            table = facts.get("table")
            if table is not None and table not in object.tables:
                yield look.missing((part, "table"), "table", table, object.tables)
            elif table is not None:
                for name in names:
                    yield from look.each((part, name), facts.get(name), object.tables[table].by_wire)
        for table, values in behaviour.get("rows", {}).items():
            if table not in object.tables:
                yield look.missing(("rows", table), "table", table, object.tables)
                continue
            for wire in values:
                yield from look.each(("rows", table, wire), wire, object.tables[table].by_wire)
        yield from _copies(context, object, look)
        yield from _others(context, object, look)


def _copies(context: Context, object: Object, look: _Look) -> Iterator[Finding]:
    """What is copied from the party, the item and other records."""
    records = context.object_ids | context.master_ids
    party = object.behaviour.get("party", {})
    yield from look.each(("party", "object"), party.get("object"), records, "object or master")
    source = context.api.by_id.get(party.get("object", ""))
    yield from look.copy(("party", "copy"), party.get("copy"), object.by_wire, source.by_wire if source else None)
    branch = party.get("branch")
    if branch and source:
        yield from look.each(("party", "branch", "table"), branch["table"], source.tables, "table")
        table = source.tables.get(branch["table"])
        sources = table.by_wire if table else None
        yield from look.copy(("party", "branch", "copy"), branch["copy"], object.by_wire, sources)
    for index, one in enumerate(object.behaviour.get("lookups", ())):
        yield from look.each(("lookups", index, "from"), one["from"], records, "object or master")
        yield from look.each(("lookups", index, "field"), one["field"], object.by_wire)
        source = context.api.by_id.get(one["from"])
        sources = source.by_wire if source else None
        yield from look.copy(("lookups", index, "copy"), one["copy"], object.by_wire, sources)
    item = object.behaviour.get("item", {})
    yield from look.each(("item", "object"), item.get("object"), context.object_ids, "object")
    source = context.api.by_id.get(item.get("object", ""))
    table = object.tables.get(item.get("table", ""))
    if source and table:
        yield from look.copy(("item", "copy"), item.get("copy"), table.by_wire, source.by_wire)
        yield from look.each(("item", "tax"), item.get("tax"), source.by_wire)
        yield from look.each(("item", "account", "field"), item.get("account", {}).get("field"), table.by_wire)
        uom = item.get("uom", {})
        yield from look.each(("item", "uom", "table"), uom.get("table"), source.tables, "table")
        for name in ("field", "rate", "price"):
            yield from look.each(("item", "uom", name), uom.get(name), table.by_wire)


def _others(context: Context, object: Object, look: _Look) -> Iterator[Finding]:
    """Objects that rows continue or settle, and where stock is."""
    for part, name in (("transfer_from", "sources"), ("knock_off", "targets")):
        for type, id in object.behaviour.get(part, {}).get(name, {}).items():
            yield from look.each((part, name, type), id, context.object_ids, "object")
    stock = object.behaviour.get("stock", {})
    table = object.tables.get(stock.get("table", ""))
    for name in ("from", "to"):
        known = {*object.by_wire, *(table.by_wire if table else ())}
        yield from look.each(("stock", name), stock.get(name), known)


@rule("unknown-object", "A workflow, an example or the demo data names an object that does not exist.", blocking=True)
def workflow_objects(context: Context) -> Iterator[Finding]:
    for workflow in context.api.workflows:
        look = _Look(context.spec.workflows[workflow.id], ())
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
        look = _Look(context.spec.demo, ())
        for id in context.api.demo.get("objects", {}):
            yield from look.each(("objects", id), id, context.object_ids, "object")
        for id in context.api.demo.get("masters", {}):
            yield from look.each(("masters", id), id, context.master_ids, "master")


@rule("unknown-workflow-field", "A workflow names a table, field or column that does not exist.")
def workflow_fields(context: Context) -> Iterator[Finding]:
    for workflow in context.api.workflows:
        look = _Look(context.spec.workflows[workflow.id], ("args",))
        if workflow.kind == "transfer":
            yield from _transfer(context, workflow.args, look)
        elif workflow.kind == "settle":
            yield from _settle(context, workflow.args, look)
        else:
            yield from _recipe(context, workflow.args, look)


def _transfer(context: Context, args: Mapping[str, Any], look: _Look) -> Iterator[Finding]:
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


def _settle(context: Context, args: Mapping[str, Any], look: _Look) -> Iterator[Finding]:
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


def _recipe(context: Context, args: Mapping[str, Any], look: _Look) -> Iterator[Finding]:
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
