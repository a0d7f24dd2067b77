"""An Object of the Api to what the sandbox needs at every request, worked out once: columns, defaults, tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlacc_codegen.ir import (
    Api,
    CodeType,
    DecimalType,
    EnumType,
    Field,
    IntegerType,
    Lines,
    Object,
    TextType,
    Type,
)

from . import values
from .readings import Readings

NONE = "----"  # what the product shows where no code is chosen
HOME = {"dashes": NONE, "empty": "", "MYR": "MYR"}  # the home currency under each reading


@dataclass(slots=True)
class Column:
    """One field: how values get in, and what stands there without one."""

    wire: str
    accept: values.Accept
    required: bool
    server: bool  # the server's own; what a client sends is not looked at
    code: str | None  # id of what the code refers to
    scale: int | None
    size: int | None
    default: Any
    kind: str  # of the type; `text` also for codes and enumerations of texts

    @property
    def empty(self) -> Any:
        """What is kept when a client sends an empty text for a code."""
        return self.default if self.code else ""


@dataclass(slots=True)
class Table:
    """The header of an object, or one of its tables of rows."""

    wire: str
    label: str  # for messages: `sales invoice line`
    key: str | None  # row key
    columns: dict[str, Column]
    blank: dict[str, Any]  # a row without values, in wire order
    follow: list[tuple[str, str, bool]]  # column, source column, only in the header
    today: list[str]  # columns that start as the day of creation
    required: list[str]
    codes: list[tuple[str, str]]  # client's columns that name a record: column, target
    coded_defaults: list[tuple[str, str]]  # columns whose default is a code that may not exist
    owner_key: list[str]  # columns that repeat the record's key
    owner_code: list[str]  # columns that repeat the record's code
    detail: frozenset[str]
    tables: dict[str, Table]


@dataclass(slots=True)
class Plan:
    """One object, ready to be served."""

    id: str
    object: Object
    table: Table
    key: str
    key_is_text: bool
    counter: str | None
    code: str | None  # the column by which other records name one of these
    unique: tuple[str, ...]
    void: str | None
    behaviour: Mapping[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return self.object.title


_KEPT = 64
_compiled: dict[tuple[object, ...], tuple[Api, dict[str, Plan]]] = {}  # the Api is held, so its id stays its own


def plans(api: Api, readings: Readings) -> dict[str, Plan]:
    """Every object of the Api under these readings, by id; compiled once."""
    longer = readings.value("text_sizes", "workbook") == "template"
    compact = readings.value("dates_in", "dashed") == "compact_too"
    shown = {
        "home": HOME.get(readings.value("home_currency", "dashes"), ""),
        "isbase": readings.value("isbase_type", "integer"),
        "styleid": readings.value("styleid_type", "text"),
    }
    at = (id(api), longer, compact, *shown.values())
    if at not in _compiled:
        if len(_compiled) >= _KEPT:
            _compiled.clear()
        made = {object.id: _Compiler(object, longer, compact, shown).plan() for object in api.objects}
        _compiled[at] = (api, made)
    return _compiled[at][1]


class _Compiler:
    def __init__(self, object: Object, longer: bool, compact: bool, shown: Mapping[str, str]) -> None:
        self.object = object
        self.longer = longer
        self.compact = compact
        self.shown = shown
        self.code = next((name for name in object.identity if isinstance(name, str)), None)

    def plan(self) -> Plan:
        object = self.object
        behaviour = object.behaviour
        number_key = isinstance(object.by_wire[object.key].type, IntegerType)
        return Plan(
            id=object.id,
            object=object,
            table=self.table("", object.title.lower(), None, object.fields, object.lines),
            key=object.key,
            key_is_text=not number_key,
            counter=object.counter,
            code=self.code,
            unique=tuple(behaviour.get("unique") or object.identity),
            void=behaviour.get("void"),
            behaviour=behaviour,
        )

    def table(
        self, wire: str, label: str, key: str | None, fields: tuple[Field, ...], lines: tuple[Lines, ...]
    ) -> Table:
        columns = {f.wire: self.column(f) for f in fields}
        dated = [(f.wire, f.default) for f in fields if f.default is not None and f.default.kind != "value"]
        header = not wire
        return Table(
            wire=wire,
            label=label,
            key=key,
            columns=columns,
            blank={name: column.default for name, column in columns.items()},
            follow=[
                (name, str(default.value).removeprefix("header."), str(default.value).startswith("header."))
                for name, default in dated
                if default.kind == "field"
            ],
            today=[name for name, default in dated if default.kind == "today"],
            required=[name for name, column in columns.items() if column.required and not column.server],
            codes=[(name, column.code) for name, column in columns.items() if column.code and not column.server],
            coded_defaults=[
                (name, column.code)
                for name, column in columns.items()
                if column.code and column.default not in _NO_CODE
            ],
            owner_key=[] if header else [f.wire for f in fields if f.read_only and f.wire == self.object.key],
            owner_code=[] if header else [f.wire for f in fields if self.repeats_code(f)],
            detail=frozenset(f.wire for f in fields if f.detail_only),
            tables={t.wire: self.table(t.wire, str(t.item.title()).lower(), t.key, t.fields, t.lines) for t in lines},
        )

    def repeats_code(self, field: Field) -> bool:
        """`code` of a barcode's row: the server's own, and either named or typed as the record's code."""
        if not field.read_only or field.wire == self.object.key:
            return False
        return field.wire == self.code or (isinstance(field.type, CodeType) and field.type.target == self.object.id)

    def column(self, field: Field) -> Column:
        accept = values.accept(field, longer=self.longer, compact_dates=self.compact)
        if self.shown["home"] and isinstance(field.type, CodeType) and field.type.target == "currency":
            accept = _home_currency(accept, self.shown["home"])
        elif field.wire == "isbase" and self.shown["isbase"] == "flag":
            accept = _converted(accept, bool, int)
        elif field.wire == "styleid" and self.shown["styleid"] == "integer":
            accept = _converted(accept, int, str)
        static = field.default.value if field.default is not None and field.default.kind == "value" else None
        code = field.type.target if isinstance(field.type, CodeType) else None
        return Column(
            wire=field.wire,
            accept=accept,
            required=field.create == "required",
            server=field.read_only,
            code=code,
            scale=field.type.scale if isinstance(field.type, DecimalType) else None,
            size=values.size(field.type, longer=self.longer),
            default=_default(accept, static),
            kind="text" if _is_text(field.type) else field.type.kind,
        )


_NO_CODE = (None, "", NONE)


def _default(accept: values.Accept, value: Any) -> Any:
    """In the form in which it is kept; a default that the field itself would refuse stands as the spec says it."""
    try:
        return None if value is None else accept(value)
    except values.UnfitError:
        return value


def _is_text(type: Type) -> bool:
    return isinstance(type, TextType | CodeType) or (isinstance(type, EnumType) and type.base == "text")


def _converted(accept: values.Accept, shown: type, kept: Callable[[Any], Any]) -> values.Accept:
    """A reading that answers another type takes that type back as well."""
    return lambda value: accept(kept(value) if value.__class__ is shown else value)


def _home_currency(accept: values.Accept, shown: str) -> values.Accept:
    """The code under which answers show the home currency is taken in as the home currency."""
    return lambda value: NONE if value == shown else accept(value)
