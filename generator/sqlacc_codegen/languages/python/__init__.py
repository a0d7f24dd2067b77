"""Python: how it spells, types, quotes and documents, and how its driver is started."""

from __future__ import annotations

import re

from ...files import Files
from ...ir import (
    Api,
    BlobType,
    DateType,
    DecimalType,
    EnumType,
    EpochType,
    FlagType,
    IntegerType,
    MomentType,
    Type,
)
from ...language import Driver, Language, Named, Role, Snippets
from .source import doc, literal


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_KEYWORDS = _words(
    """False None True and as assert async await break class continue def del elif else except finally for from global
    if import in is lambda nonlocal not or pass raise return try while with yield match case type"""
)
# What a field would hide: names that annotations use, attributes of pydantic's models and of our own base class.
_MODEL = _words(
    """Any Decimal ClassVar Mapping Record bool date dict float int list str construct copy extra from_orm from_wire
    json model_computed_fields model_config model_construct model_copy model_dump model_dump_json model_extra
    model_fields model_fields_set model_json_schema model_parametrized_name model_post_init model_rebuild
    model_validate model_validate_json model_validate_strings names_ parse_file parse_obj parse_raw register rows_
    rows_as_read schema schema_json table_ to_wire update_forward_refs validate wire_items"""
)
# What stands in one module with the classes of records and resources.
_CLASSES = _words(
    """BatchResult CallOptions Change Client ConfigDict Ensured Field Iterable Iterator Page Progress Resource Sequence
    TYPE_CHECKING Where Workflows"""
)
_RESOURCE = frozenset({"call", "close", "ping", "workflows", "profile", "mro"})
_MODULES = frozenset({"base", "errors", "record", "testing"})


def _identifier(text: str) -> str:
    """ASCII letters, digits and underscores, with a letter first: pydantic takes a leading underscore for private."""
    text = re.sub(r"[^A-Za-z0-9_]", "_", text)
    return text if text[:1].isalpha() else f"x{text}"


def _field(named: Named) -> str:
    return _identifier(named.wire)


def _snake(named: Named) -> str:
    return _identifier(named.name.snake())


def _pascal(named: Named) -> str:
    return _identifier(named.name.pascal())


def python_type(type: Type, context: str) -> str:
    """The type of an attribute that is read, or of an argument that may be given."""
    write = context == "write"
    if isinstance(type, BlobType):
        return "Any"
    if isinstance(type, DecimalType):
        return "Decimal | int | str" if write else "Decimal"
    if isinstance(type, DateType):
        return "date | str" if write else "date"
    if isinstance(type, (IntegerType, EpochType)) or (isinstance(type, EnumType) and type.base == "integer"):
        return "int"
    if isinstance(type, MomentType):
        return "datetime | str" if write else "str"
    return "bool" if isinstance(type, FlagType) else "str"


def _extra(api: Api) -> Files:
    from .more import more_files  # datamodel-code-generator takes its time to import

    return more_files(api, LANGUAGE)


LANGUAGE = Language(
    id="python",
    title="Python",
    roles={
        "file": Role(_snake, _KEYWORDS | _MODULES),
        "class": Role(_pascal, _KEYWORDS | _MODEL | _CLASSES, lambda text: text + "Record"),
        "field": Role(_field, _KEYWORDS | _MODEL),
        "resource": Role(_snake, _KEYWORDS | _RESOURCE),
        "method": Role(_snake, _KEYWORDS),
        "variable": Role(_snake, _KEYWORDS | frozenset({"client", "error"})),
    },
    type=python_type,
    literal=literal,
    doc=doc,
    driver=Driver(
        command=("python", "-B", "-m", "sqlacc_client.driver"),
        needs=("python",),
    ),
    install="pip install requests requests-aws4auth pydantic",
    extra=_extra,
    snippets=Snippets("python", ".py", Driver(("python", "-B", "{home}/snippets/run.py"), needs=("python",))),
)
