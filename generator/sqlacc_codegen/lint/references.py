"""Rules: whatever is named exists."""

from __future__ import annotations

from collections.abc import Iterator

from ..hints import did_you_mean, quoted
from ..ir import CodeType, Object
from .core import Context, Finding, all_fields, rule
from .look import Look


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


@rule("unknown-report", "The default report of an object is none of its reports.", blocking=True)
def pdf_defaults(context: Context) -> Iterator[Finding]:
    for object in context.api.objects:
        if object.pdf and object.pdf.default not in object.pdf.reports:
            message = f"the default report {quoted(object.pdf.default)} is none of the reports"
            hint = did_you_mean(object.pdf.default, object.pdf.reports)
            yield Finding(context.of(object), ("pdf", "default"), message, hint)


@rule(
    "pdf-mismatch", "An object has the operation pdf but no reports, or reports but no such operation.", blocking=True
)
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
            look = Look(context.of(object), ("rules", index))
            table = one.args.get("table")
            if table is not None and table not in object.tables:
                yield look.missing(("table",), "table", table, object.tables)
                continue
            rows = object.tables[table].by_wire if table else object.by_wire
            for name in ("debit", "credit", "amount", "flag", "unless", "field", "total"):
                known = object.by_wire if name in ("total", "field") else rows
                yield from look.each((name,), one.args.get(name), known)


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


@rule(
    "unknown-behaviour-field",
    "The behaviour of an object names an object, table or field that does not exist.",
    blocking=True,
)
def behaviour_fields(context: Context) -> Iterator[Finding]:
    for object in context.api.objects:
        look = Look(context.of(object), ("behaviour",))
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


def _copies(context: Context, object: Object, look: Look) -> Iterator[Finding]:
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


def _others(context: Context, object: Object, look: Look) -> Iterator[Finding]:
    """Objects that rows continue or settle, and where stock is."""
    for part, name in (("transfer_from", "sources"), ("knock_off", "targets")):
        for type, id in object.behaviour.get(part, {}).get(name, {}).items():
            yield from look.each((part, name, type), id, context.object_ids, "object")
    stock = object.behaviour.get("stock", {})
    table = object.tables.get(stock.get("table", ""))
    for name in ("from", "to"):
        known = {*object.by_wire, *(table.by_wire if table else ())}
        yield from look.each(("stock", name), stock.get(name), known)
