"""A Language: what one target says for itself, and the scan of `languages/` that finds all of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from .files import Files
from .ir import Api, Json, Type
from .names import Name
from .problems import Place, Problem, Problems

HOME = Path(__file__).parent / "languages"
VERSION_HEADING = re.compile(r"^## \[?((?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*))\]?\s*(?:-.*)?$", re.MULTILINE)


@dataclass(frozen=True)
class Named:
    """What a role spells: the words, and the verbatim string of the wire (a field, a table) or id (an object)."""

    name: Name
    wire: str

    @property
    def id(self) -> str:
        return self.wire


def named(thing: Any) -> Named:
    """The Named of a field, table, object, workflow, bare Name, or text such as `"get"`."""
    if isinstance(thing, Named):
        return thing
    if isinstance(thing, Name):
        return Named(thing, thing.snake())
    if isinstance(thing, str):
        return Named(Name.parse(thing), thing)
    wire = getattr(thing, "wire", None) or getattr(thing, "id", None)
    if not isinstance(wire, str):
        raise TypeError(f"{type(thing).__name__} has no name")
    name = getattr(thing, "name", None)
    return Named(name if isinstance(name, Name) else Name.parse(wire), wire)


def _underscore(text: str) -> str:
    return text + "_"


@dataclass(frozen=True)
class Role:
    """One way of spelling names. A spelling that is in `reserved` goes through `escape`."""

    spell: Callable[[Named], str]
    reserved: frozenset[str] = frozenset()
    escape: Callable[[str], str] = _underscore

    def __call__(self, thing: Any) -> str:
        text = self.spell(named(thing))
        return self.escape(text) if text in self.reserved else text


@dataclass(frozen=True)
class Driver:
    """The emitted driver program: `command` runs in `generated/<lang>` after the `build` commands.

    `needs` names the executables it takes. In any of them `{tools}` is the repository's `.tools` folder and `{home}`
    the language's own folder.
    """

    command: tuple[str, ...]
    build: tuple[tuple[str, ...], ...] = ()
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Snippets:
    """How sample code of the language is written and run; its templates are in `languages/<id>/snippets`.

    `player` is a program like a driver, but gets the folder of the samples as its last argument, reads names of samples
    from standard input, one a line, and answers each with a line of JSON: `{"printed": text}`, and `error` when the
    sample failed. `readme.txt` beside the templates is the program around an example of the README.
    """

    syntax: str  # what fenced blocks of this language are marked with: python, php, csharp, js
    suffix: str  # of a sample's file: .py
    player: Driver


@dataclass(frozen=True)
class Prose:
    """How text for people names parts of a client: `client.agents`, `client.agents.get()`, `Agent.code`."""

    client: str = "client.{resource}"
    method: str = "{client}.{method}()"
    field: str = "{owner}.{field}"


@dataclass(frozen=True)
class Language:
    """A target. Roles that templates use in every language: file, class, field, resource, method.

    `type(type, context)` is the type's spelling for context `read` or `write`. `literal` and `doc` are the only ways
    for a value of the spec into code: `literal(json)` is the value as source text; `doc(text)` is lines that are safe
    inside the documentation comment of the language. `extra(api)` adds files that no template can make. `lacks` are
    features of the driver protocol that the language cannot have, each with the reason.
    """

    id: str
    title: str
    roles: Mapping[str, Role]
    type: Callable[[Type, str], str]
    literal: Callable[[Json], str]
    doc: Callable[[str], list[str]]
    driver: Driver
    install: str = ""  # shell command that installs the toolchain
    extra: Callable[[Api], Files] | None = None
    package: Path | None = None  # the package tree; `languages/<id>/package` when not given
    snippets: Snippets | None = None
    prose: Prose = Prose()
    lacks: Mapping[str, str] = field(default_factory=dict)

    @property
    def tree(self) -> Path:
        return self.package or HOME / self.id / "package"

    @property
    def version(self) -> str:
        """The version of the package: the one on top of its changelog."""
        file = self.tree / "CHANGELOG.md"
        found = VERSION_HEADING.search(file.read_text(encoding="utf-8")) if file.is_file() else None
        if found is None:
            message = "the version of the package is the topmost heading such as ## 1.2.3; there is none"
            raise Problems([Problem(Place(str(file)), "no-version", message)])
        return found[1]


def language_ids(home: Path = HOME) -> tuple[str, ...]:
    """Ids of all languages, without importing any."""
    return tuple(sorted(p.parent.name for p in home.glob("*/__init__.py") if not p.parent.name.startswith("_")))


def language(id: str) -> Language:
    """The language of `languages/<id>/`."""
    found = import_module(f"{__package__}.languages.{id}").LANGUAGE
    if not isinstance(found, Language) or found.id != id:
        raise TypeError(f"languages/{id}/__init__.py must export LANGUAGE, a Language with id {id!r}")
    return found


def languages() -> tuple[Language, ...]:
    """Every language, in order of id."""
    return tuple(language(id) for id in language_ids())
