"""C#: PascalCase, nullable annotations, XML documentation; the runtime beside it is hand-written."""

from __future__ import annotations

import json
import re
import textwrap
from xml.sax.saxutils import escape

from ...ir import EnumType, Json, Type
from ...language import Driver, Language, Named, Prose, Role, Snippets
from ...samples import recipe_samples
from .reserved import CLASSES, CLIENT_MEMBERS, KEYWORDS, PARAMETERS, RECORD_MEMBERS

_WIDTH = 108  # of documentation, after the comment mark

_TYPES = {
    "text": "string",
    "code": "string",
    "integer": "long",
    "epoch": "long",
    "flag": "bool",
    "decimal": "decimal",
    "date": "CalendarDate",
    "moment": "DateTimeOffset",
    "blob": "JsonNode",
}
_GETTERS = {
    "string": "Text",
    "long": "Integer",
    "bool": "Flag",
    "decimal": "Decimal",
    "CalendarDate": "Date",
    "DateTimeOffset": "Moment",
    "JsonNode": "Node",
}
# Control characters, line separators, marks that turn the direction of reading, halves of surrogate pairs.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]")
VARIABLES = frozenset({"client", "error", "pdf", "where"})  # that samples use
_WORD = re.compile(r"\w", re.ASCII)


def _pascal(thing: Named) -> str:
    return _identifier(thing.name.pascal())


def _camel(thing: Named) -> str:
    return _identifier(thing.name.camel())


def _identifier(text: str) -> str:
    """A name must not begin with a digit."""
    return text if _WORD.match(text) and not text[0].isdigit() else "_" + text


def type_name(type: Type, context: str = "read") -> str:
    """`read` and `write`: the nullable type of a property; `value`: the bare type; `getter`: what reads it."""
    kind = type.base if isinstance(type, EnumType) else type.kind
    bare = _TYPES[kind]
    return {"value": bare, "getter": _GETTERS[bare]}.get(context, bare + "?")


def literal(value: Json) -> str:
    """Source text of a value; a mapping or list is the text of its JSON, one fact a line."""
    if isinstance(value, (dict, list, tuple)):
        # Three quotes in a row cannot stand in JSON text, so nothing can end the raw string early.
        return f'"""\n{_facts(value)}\n"""'
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, int):
        return f"{value}L" if not -(2**31) <= value < 2**31 else str(value)
    return json.dumps(str(value))


def _facts(value: Json, indent: str = "") -> str:
    """JSON with a line for each member of a mapping; lists without mappings stay on one line."""
    inner = indent + "  "
    if isinstance(value, dict) and value:
        members = [f"{inner}{json.dumps(str(name))}: {_facts(item, inner)}" for name, item in value.items()]
        return "{\n" + ",\n".join(members) + f"\n{indent}}}"
    if isinstance(value, (list, tuple)) and any(isinstance(item, dict) for item in value):
        return "[\n" + ",\n".join(inner + _facts(item, inner) for item in value) + f"\n{indent}]"
    return json.dumps(value)


def doc(text: str) -> list[str]:
    """Lines for an XML documentation comment: markup escaped, what could end or turn a line gone."""
    clean = _UNSAFE.sub(" ", text)
    return textwrap.wrap(escape(clean), _WIDTH, break_long_words=False, break_on_hyphens=False) or [""]


LANGUAGE = Language(
    id="csharp",
    title="C#",
    roles={
        "file": Role(_pascal, reserved=CLASSES, escape=lambda text: text + "Record"),
        "class": Role(_pascal, reserved=CLASSES, escape=lambda text: text + "Record"),
        "field": Role(_pascal, reserved=RECORD_MEMBERS, escape=lambda text: text + "Field"),
        "resource": Role(_pascal, reserved=CLIENT_MEMBERS | CLASSES, escape=lambda text: text + "Records"),
        "method": Role(_pascal, reserved=RECORD_MEMBERS, escape=lambda text: text + "Workflow"),
        "variable": Role(_camel, reserved=KEYWORDS | VARIABLES, escape=lambda text: text + "Record"),
        "parameter": Role(_camel, reserved=KEYWORDS | PARAMETERS, escape=lambda text: text + "Value"),
    },
    type=type_name,
    literal=literal,
    doc=doc,
    driver=Driver(
        command=("sh", "{home}/toolchain/driver.sh", "{tools}/csharp"),
        build=(("sh", "{home}/toolchain/build-driver.sh", "{tools}/csharp"),),
        needs=("{tools}/csharp/dotnet/dotnet", "{tools}/csharp/roslyn/csc.dll"),
    ),
    install="./dev setup csharp",
    snippets=Snippets(
        "csharp",
        ".cs",
        Driver(
            ("sh", "{home}/snippets/run.sh", "{tools}/csharp"),
            needs=("{tools}/csharp/dotnet/dotnet", "{tools}/csharp/roslyn/csc.dll"),
        ),
    ),
    extra=lambda api: recipe_samples(api, "examples/data"),
    prose=Prose(method="{client}.{method}Async()"),
)
