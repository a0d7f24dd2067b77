"""Rules: no two things share a name, on the wire or as any language spells it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any

from ..hints import quoted
from ..ir import Object
from ..language import Language, language, language_ids, named
from ..names import TAKEN_IDS, TAKEN_PLURALS
from ..resolve_fields import Path
from ..source import Document
from .core import Context, Finding, columns, rule, table_path

Item = tuple[Any, str, Document | None, Path]  # what is spelled, how a message calls it, where it stands


@rule(
    "duplicate-name",
    "Two objects share a plural, path or document type, or an id stands for two things.",
    blocking=True,
)
def duplicates(context: Context) -> Iterator[Finding]:
    for attribute, key in (("plural", "plural"), ("path", "path"), ("doctype", "doctype")):
        first: dict[str, Object] = {}
        for object in context.api.objects:
            value = str(getattr(object, attribute))
            if value and first.setdefault(value, object) is not object:
                message = f"{key} {quoted(value)} is also that of {first[value].id}"
                yield Finding(context.of(object), (key,), message)
    for object in context.api.objects:
        if object.plural.snake() in context.object_ids:
            message = f"plural {quoted(object.plural.snake())} is also the id of an object"
            yield Finding(context.of(object), ("plural",), message, "a record and its collection need two names")
    for id, document in context.spec.workflows.items():
        if id in context.object_ids:
            message = f"{quoted(id)} is an object as well as a workflow"
            yield Finding(document, ("workflow",), message, "give the workflow another id")


@rule("taken-name", "A plural or an id has a meaning of its own in drivers or in the documentation.", blocking=True)
def taken_names(context: Context) -> Iterator[Finding]:
    for key, documents in (("object", context.spec.objects), ("workflow", context.spec.workflows)):
        for id in sorted(TAKEN_IDS & documents.keys()):
            message = f"{quoted(id)} is the page of the documentation that leads to all of them"
            yield Finding(documents[id], (key,), message, f"give the {key} another id")
    for object in context.api.objects:
        plural = object.plural.snake()
        if plural in TAKEN_PLURALS:
            message = f"plural {quoted(plural)} stands for {TAKEN_PLURALS[plural]} in every driver"
            hint = f"give it another name, such as {quoted(object.id + '_records')}"
            yield Finding(context.of(object), ("plural",), message, hint)


@rule("table-is-field", "A table of rows has the wire name of a field beside it.", blocking=True)
def tables_and_fields(context: Context) -> Iterator[Finding]:
    for object in context.api.objects:
        for tables, holder in columns(object):
            for table in holder.lines:
                if table.wire in holder.by_wire:
                    message = f"{quoted(table.wire)} is a field as well as a table"
                    yield Finding(context.of(object), (*table_path(tables), "lines", table.wire), message, "", True)


@rule("spelling-collision", "Two names are one name as a language spells them.", blocking=True)
def collisions(context: Context) -> Iterator[Finding]:
    found: dict[tuple[str, str, Path], tuple[Document | None, list[str]]] = {}
    for one in _languages(context):
        for role, items in _groups(context):
            first: dict[str, tuple[str, str]] = {}
            for thing, called, document, path in items if role in one.roles else ():
                spelled = one.roles[role](thing)
                # File systems, and classes of PHP, do not tell Docno from DocNo.
                key = spelled.casefold() if role in ("file", "class") else spelled
                other, wire = first.setdefault(key, (called, named(thing).wire))
                if other != called and not (role == "field" and wire == named(thing).wire):
                    spellings = found.setdefault((called, other, path), (document, []))[1]
                    spellings.append(f"{quoted(spelled)} in {one.title} ({role})")
    for (called, other, path), (document, spellings) in found.items():
        message = f"{called} and {other} are spelled alike: {', '.join(spellings)}"
        yield Finding(document, path, message, "give one of them other words", True)


@rule("unspellable", "A name cannot be written as a language spells it.", blocking=True)
def unspellable(context: Context) -> Iterator[Finding]:
    for one in _languages(context):
        for role, items in _groups(context):
            for thing, called, document, path in items if role in one.roles else ():
                spelled = one.roles[role](thing)
                if not spelled or spelled[0].isdigit() or any(c.isspace() for c in spelled):
                    message = f"{called} is spelled {quoted(spelled)} in {one.title} ({role})"
                    yield Finding(document, path, message, "give it other words", True)


@rule("broken-language", "A language folder cannot be loaded.", blocking=True)
def broken_languages(context: Context) -> Iterator[Finding]:
    for id, found in _loaded(context).items():
        if isinstance(found, str):
            yield Finding(None, (), f"languages/{id} cannot be loaded: {found}", "correct its __init__.py")


def _languages(context: Context) -> Iterator[Language]:
    for found in _loaded(context).values():
        if not isinstance(found, str):
            yield found


def _loaded(context: Context) -> dict[str, Language | str]:
    """Every language by id, or why it cannot be loaded."""
    if "languages" not in context.cache:
        context.cache["languages"] = {id: _load(id) for id in language_ids()}
    known: dict[str, Language | str] = context.cache["languages"]
    return known


def _load(id: str) -> Language | str:
    try:
        return language(id)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def _groups(context: Context) -> Iterator[tuple[str, Iterable[Item]]]:
    """What must differ from one another, by the role that spells it."""
    objects = context.api.objects
    yield "file", [(o, f"object {quoted(o.id)}", context.of(o), ("object",)) for o in objects]
    yield "class", chain(_classes(context))
    yield "resource", [(o.plural, f"plural {quoted(str(o.plural))}", context.of(o), ("plural",)) for o in objects]
    for object in objects:
        for tables, holder in columns(object):
            yield "field", list(_columns(context, object, tables, holder))


def _classes(context: Context) -> Iterator[Item]:
    for object in context.api.objects:
        yield object, f"object {quoted(object.id)}", context.of(object), ("object",)
    for object in context.api.objects:
        for tables, table in object.all_tables():
            called = f"a row of {object.id}.{'.'.join(tables)}"
            yield table.item, called, context.of(object), (*table_path(tables), "item")


def _columns(context: Context, object: Object, tables: tuple[str, ...], holder: Any) -> Iterator[Item]:
    at: Callable[[str], Path] = lambda wire: context.at(object, tables, wire)  # noqa: E731
    for field in holder.fields:
        yield field, f"field {quoted(field.wire)}", context.of(object), at(field.wire)
    for table in holder.lines:
        yield table, f"table {quoted(table.wire)}", context.of(object), (*table_path(tables), "lines", table.wire)
