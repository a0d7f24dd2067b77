"""Base of all records and rows: a typed face over what the server sent, which is kept and sent back."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, PrivateAttr, field_validator
from typing_extensions import Self

from . import _shape
from ._body import AsRead, encode, row_key
from ._values import Unfit, read

_log = logging.getLogger("sqlacc_client")


class Record(BaseModel):
    """A record of the server, or one row of it.

    A field that the server left out, or that was never set, is None and not in `model_fields_set`; a field that is
    null is None and in it. Amounts are `Decimal` with the digits of the wire, dates are `datetime.date`. Fields that
    this package does not know, user fields (`udf_...`) above all, are in `extra` and are sent back by an update.
    """

    model_config = ConfigDict(
        extra="allow",
        populate_by_name=True,
        validate_assignment=True,
        coerce_numbers_to_str=False,
        protected_namespaces=(),
        defer_build=True,
    )

    table_: ClassVar[str] = ""  # object id and tables below it: sales_invoice.sdsdocdetail
    names_: ClassVar[Mapping[str, str]] = {}  # wire name -> attribute, where they differ
    rows_: ClassVar[Mapping[str, type[Record]]] = {}  # table -> class of its rows

    _read: dict[str, Any] | None = PrivateAttr(default=None)  # JSON as the server sent it, without tables
    _values: dict[str, Any] = PrivateAttr(default_factory=dict)  # the attributes made of it
    _row_keys: dict[str, list[Any]] = PrivateAttr(default_factory=dict)  # keys of the rows that the server sent
    _partial: bool = PrivateAttr(default=False)  # a row of a list: without its tables
    _as_sent: bool = PrivateAttr(default=False)  # the server acknowledged a write without telling what it stores

    @field_validator("*", mode="before")
    @classmethod
    def _no_floats(cls, value: Any) -> Any:
        if isinstance(value, float):
            raise ValueError("a float cannot hold an exact amount; give a Decimal or text such as '25.10'")
        return value

    @property
    def extra(self) -> dict[str, Any]:
        """Fields that this package does not know, by wire name; numbers with a fraction are Decimal."""
        if self.__pydantic_extra__ is None:
            object.__setattr__(self, "__pydantic_extra__", {})
        extra: dict[str, Any] = self.__pydantic_extra__ or {}
        return extra

    def to_wire(self) -> dict[str, Any]:
        """The JSON form, in the order of the API: amounts and dates as text, unknown numbers as Decimal or int."""
        return encode(_table(self.table_), self, [], checked=False)

    @classmethod
    def from_wire(cls, data: Mapping[str, Any], *, partial: bool = False) -> Self:
        """The record of a JSON object of the server.

        A value that does not fit its column is kept as it came, with a warning in the log: the columns of this API
        are known from documents and observation, and one odd value must not make a record unreadable.
        """
        return cls._from_wire(data, _table(cls.table_), partial)

    @classmethod
    def _from_wire(cls, data: Mapping[str, Any], table: _shape.Table, partial: bool) -> Self:
        values: dict[str, Any] = {}
        as_read: dict[str, Any] = {}
        row_keys: dict[str, list[Any]] = {}
        names, fields, tables = cls.names_, table.fields, table.lines
        for wire, value in data.items():
            field = fields.get(wire)
            if field is not None:
                as_read[wire] = value
                name = names.get(wire, wire) if names else wire
                if value is None or (field.kind == "text" and isinstance(value, str)):  # most of them: quickly
                    values[name] = value
                    continue
                try:
                    values[name] = read(field.kind, value)
                except Unfit as unfit:
                    _log.warning("%s.%s %s; kept as it came", cls.table_, wire, unfit)
                    values[name] = value
            elif wire in tables and isinstance(value, list) and all(isinstance(item, dict) for item in value):
                row, below = cls.rows_[wire], tables[wire]
                values[names.get(wire, wire)] = [row._from_wire(item, below, False) for item in value]
                row_keys[wire] = [key for key in (row_key(below, item) for item in value) if key is not None]
            else:
                if wire in tables and value is not None:
                    _log.warning("%s.%s holds no rows; kept as it came", cls.table_, wire)
                as_read[wire] = value
                values[names.get(wire, wire)] = value
        record = cls.model_construct(set(values), **values)
        record._read = as_read
        record._values = values
        record._row_keys = row_keys
        record._partial = partial
        return record

    @classmethod
    def fields_(cls) -> Mapping[str, _shape.Field]:
        """The fields that the spec tells of, by wire name."""
        return _table(cls.table_).fields

    def rows_as_read(self) -> Mapping[str, list[Any]]:
        """Table -> keys of the rows that the server sent, whatever has been done to the lists since."""
        return self._row_keys

    def wire_items(self) -> Iterator[tuple[str, Any]]:
        """Wire name and value of each field that is set; `AsRead` around what is still as the server sent it."""
        table, as_read, names = _table(self.table_), self._read or {}, self.names_
        given, there, before = self.__pydantic_fields_set__, self.__dict__, self._values
        for wire, field in table.fields.items():
            name = names.get(wire, wire)
            if name in given:
                value = there[name]
                unchanged = wire in as_read and (value is before[name] or _same(field, as_read[wire], value))
                yield wire, AsRead(as_read[wire]) if unchanged else value
        for wire in table.lines:
            name = names.get(wire, wire)
            if name in given:
                value = there[name]
                yield wire, AsRead(value) if wire in as_read and value is before[name] else value
        for wire, value in self.extra.items():
            unchanged = wire in as_read and _alike(as_read[wire], value)
            yield wire, AsRead(value) if unchanged else value

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Record):
            return NotImplemented
        return type(self) is type(other) and self.__dict__ == other.__dict__ and self.extra == other.extra

    __hash__ = None  # type: ignore[assignment] # mutable, which object does not foresee


@cache
def _table(path: str) -> _shape.Table:
    object_id, *tables = path.split(".")
    found: _shape.Table = _shape.load(object_id)
    for table in tables:
        found = found.lines[table]
    return found


def _same(field: _shape.Field, wire: Any, value: Any) -> bool:
    try:
        return _alike(read(field.kind, wire), value)
    except Unfit:
        return _alike(wire, value)


def _alike(one: Any, other: Any) -> bool:
    """Equal, with the same digits: 25.1 is not 25.10 here."""
    if type(one) is not type(other):
        return False
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        return one.as_tuple() == other.as_tuple()
    return bool(one == other)
