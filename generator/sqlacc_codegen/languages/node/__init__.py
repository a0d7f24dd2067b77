"""The Node.js client: how TypeScript spells names, types, literals and documentation, and how its driver starts."""

from __future__ import annotations

from ...ir import DecimalType, EnumType, Type
from ...language import Driver, Language, Named, Role, Snippets
from ...samples import recipe_samples
from ..javascript import doc, literal, text_literal, variable

# Names that generated modules import or that every module knows.
TAKEN = frozenset(
    {
        "Answers",
        "Array",
        "BatchOptions",
        "BatchResult",
        "Blob",
        "Boolean",
        "CallOptions",
        "Change",
        "Changes",
        "Check",
        "Connection",
        "Create",
        "CreateManyOptions",
        "Date",
        "DateString",
        "Decimal",
        "EnsureManyOptions",
        "EnsureOptions",
        "Ensured",
        "Error",
        "Function",
        "Integer",
        "IterateOptions",
        "JsonValue",
        "ListOptions",
        "Map",
        "Number",
        "Object",
        "ObjectShape",
        "Input",
        "OpenEnum",
        "Page",
        "PdfOptions",
        "Promise",
        "Record",
        "Records",
        "Resource",
        "Set",
        "SqlAccount",
        "String",
        "Symbol",
        "UserFields",
        "Where",
        "Workflows",
    }
)
# Members that every client, record or resource has.
MEMBERS = frozenset(
    {
        "answers",
        "connection",
        "constructor",
        "hasOwnProperty",
        "isPrototypeOf",
        "ping",
        "profile",
        "propertyIsEnumerable",
        "prototype",
        "raw",
        "shape",
        "toLocaleString",
        "toString",
        "valueOf",
        "workflows",
    }
)

TYPES = {
    "text": "string",
    "code": "string",
    "integer": "Integer",
    "epoch": "Integer",
    "flag": "boolean",
    "date": "DateString",
    "moment": "string",
    "blob": "JsonValue",
}


def type_(type: Type, _context: str) -> str:
    """The TypeScript type of a value as read; types of what is written are derived from it in TypeScript."""
    if isinstance(type, DecimalType):
        return "Decimal"
    if isinstance(type, EnumType):
        return "Integer" if type.base == "integer" else _enum(type)
    return TYPES[type.kind]


def _member(named: Named) -> str:
    """Wire names stay as they are, so that records are the JSON they come from."""
    return named.wire if named.wire.isidentifier() and named.wire.isascii() else literal(named.wire)


def _enum(type: EnumType) -> str:
    """The known values of a text enumeration, open to others."""
    values = [text_literal(str(value)) for value, _ in type.values]
    return f"OpenEnum<{' | '.join(values)}>" if values and len(values) <= 8 else "string"


LANGUAGE = Language(
    id="node",
    title="Node.js and TypeScript",
    roles={
        "file": Role(lambda named: named.name.kebab()),
        "class": Role(lambda named: named.name.pascal(), TAKEN, lambda text: text + "Record"),
        "field": Role(_member),
        "resource": Role(lambda named: named.name.camel(), MEMBERS),
        "method": Role(lambda named: named.name.camel(), MEMBERS),
        "variable": variable,
    },
    type=type_,
    literal=literal,
    doc=doc,
    driver=Driver(
        command=("node", "driver/start.mjs", "{tools}/node/node_modules/esbuild/lib/main.js"),
        needs=("node", "{tools}/node/node_modules/esbuild/lib/main.js"),
    ),
    extra=lambda api: recipe_samples(api, "examples/data"),
    install="./dev setup node",
    snippets=Snippets(
        "js",
        ".mjs",
        Driver(
            ("node", "{home}/snippets/run.mjs", "{tools}/node/node_modules/esbuild/lib/main.js"),
            needs=("node", "{tools}/node/node_modules/esbuild/lib/main.js"),
        ),
    ),
)
