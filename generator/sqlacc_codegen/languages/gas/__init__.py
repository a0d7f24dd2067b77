"""The Google Apps Script client: how it spells names, types, literals and documentation, and how its driver starts."""

from __future__ import annotations

from ...ir import EnumType, Type
from ...language import Driver, Language, Named, Role, Snippets
from ...samples import recipe_samples
from ..javascript import doc, literal, variable

# Names that the one file takes for itself, or that the runtime has; classes of resources end in an underscore.
TAKEN = frozenset(
    [
        *("Answers", "BaseClient", "BatchOptions", "BatchResult", "BatchSettings", "CallOptions", "Client"),
        *("ClientOptions", "Connection", "CreateManyOptions", "Ensured", "EnsureManyOptions", "EnsureOptions", "Event"),
        *("IterateOptions", "IterateSettings", "Journal", "JournalStore", "JsonReader", "ListOptions", "ListSettings"),
        *("OwnOptions", "Page", "PdfOptions", "Profile", "RawRequest", "RawSettings", "Records", "RequestError"),
        *("Resource", "RetryOptions", "Signed", "SigningKeys", "Transport", "Unsigned", "UserFields", "Where"),
        "Workflows",
    ]
)
# Members that every client, resource or object has.
MEMBERS = frozenset(
    [
        *("constructor", "hasOwnProperty", "isPrototypeOf", "ping", "profile", "propertyIsEnumerable", "prototype"),
        *("raw", "shape", "toLocaleString", "toString", "valueOf", "workflows"),
    ]
)

TYPES = {
    "text": "string",
    "code": "string",
    "integer": "number | bigint",
    "epoch": "number | bigint",
    "flag": "boolean",
    "decimal": "string",
    "date": "string",
    "moment": "string",
    "blob": "any",
}


def type_(type: Type, _context: str) -> str:
    """The JSDoc type of a value: decimals and dates are text, so that nothing is rounded or shifted."""
    if isinstance(type, EnumType):
        return "string" if type.base == "text" else "number | bigint"
    return TYPES[type.kind]


def _member(named: Named) -> str:
    """Wire names stay as they are, so that records are the JSON they come from."""
    return named.wire if named.wire.isidentifier() and named.wire.isascii() else literal(named.wire)


LANGUAGE = Language(
    id="gas",
    title="Google Apps Script",
    roles={
        "file": Role(lambda named: named.name.pascal()),
        "class": Role(lambda named: named.name.pascal(), TAKEN, lambda text: text + "Record"),
        "field": Role(_member),
        "resource": Role(lambda named: named.name.camel(), MEMBERS),
        "method": Role(lambda named: named.name.camel(), MEMBERS),
        "variable": variable,
    },
    type=type_,
    literal=literal,
    doc=lambda text: doc(text, 112),
    driver=Driver(command=("node", "driver/driver.mjs"), needs=("node",)),
    extra=lambda api: recipe_samples(api, "examples"),
    install="./dev setup gas",
    snippets=Snippets("js", ".gs", Driver(("node", "{home}/snippets/run.mjs"), needs=("node",))),
    lacks={"cancel_request": "UrlFetchApp waits for its answer, and nothing can break it off meanwhile"},
)
