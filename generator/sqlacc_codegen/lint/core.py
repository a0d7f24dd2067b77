"""What rules are made of: their registry, and the context that gives them the Api and the place of everything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..ir import Api, Field, Lines, Object
from ..problems import Place, Problem
from ..resolve_fields import Path
from ..source import Document, lookup
from ..spec import Spec


class Finding(NamedTuple):
    """What a rule found: at which value of which document, or at its key."""

    document: Document | None
    path: Path
    message: str
    hint: str = ""
    key: bool = False


@dataclass(frozen=True)
class Rule:
    """`blocking`: nothing may be generated while it finds something."""

    code: str
    doc: str
    find: Callable[[Context], Iterator[Finding]]
    blocking: bool = False


RULES: list[Rule] = []


def rule(code: str, doc: str, *, blocking: bool = False) -> Callable[[Finder], Finder]:
    """Register a function as a rule."""

    def register(find: Finder) -> Finder:
        RULES.append(Rule(code, doc, find, blocking))
        return find

    return register


@dataclass
class Context:
    """The Api with its documents."""

    spec: Spec
    api: Api
    problems: list[Problem] = field(default_factory=list)
    cache: dict[str, Any] = field(default_factory=dict)  # what several rules share

    def run(self, rule: Rule) -> None:
        for document, path, message, hint, key in rule.find(self):
            place = document.place(*path, key=key) if document else Place(str(self.spec.folder))
            if place not in self.spec.unreadable:
                self.problems.append(Problem(place, rule.code, message, hint))

    @property
    def object_ids(self) -> set[str]:
        """Ids of all objects, those with faults in their file included."""
        return set(self.spec.objects)

    @property
    def master_ids(self) -> set[str]:
        return {master.id for master in self.api.masters}

    def of(self, object: Object) -> Document:
        return self.spec.objects[object.id]

    def at(self, object: Object, tables: tuple[str, ...], wire: str) -> Path:
        """Where a field stands in its object's file: its own key, or the group that brings it."""
        path = table_path(tables)
        fields = lookup(self.of(object).data, (*path, "fields")) or {}
        if wire in fields:
            return (*path, "fields", wire)
        groups = lookup(self.spec.fields.data, ("groups",)) or {} if self.spec.fields else {}
        group = next((name for name in fields if wire in groups.get(name, ())), None)
        return (*path, "fields", group) if group else path


Finder = Callable[[Context], Iterator[Finding]]


def table_path(tables: tuple[str, ...]) -> Path:
    path: Path = ()
    for table in tables:
        path = (*path, "lines", table)
    return path


def columns(object: Object) -> Iterator[tuple[tuple[str, ...], Object | Lines]]:
    """The header and every table of an object, each with its path of wire names."""
    yield (), object
    yield from object.all_tables()


def all_fields(api: Api) -> Iterator[tuple[Object, tuple[str, ...], Field]]:
    """Every field of every table."""
    for object in api.objects:
        for tables, holder in columns(object):
            for one in holder.fields:
                yield object, tables, one
