"""The mini language of types in specs (`text(40, 60)`, `code(customer, 10)`) -> Type."""

from __future__ import annotations

import re
from collections.abc import Mapping

from .hints import did_you_mean, quoted
from .ir import (
    BlobType,
    CodeType,
    DateType,
    DecimalType,
    EnumType,
    EpochType,
    FlagType,
    IntegerType,
    MomentType,
    TextType,
    Type,
)

_FORM = re.compile(r"([a-z]+)(?:\(([^()]*)\))?")
_BARE: Mapping[str, Type] = {
    "integer": IntegerType(),
    "flag": FlagType(),
    "date": DateType(),
    "moment": MomentType(),
    "epoch": EpochType(),
    "blob": BlobType(),
}
_FORMS = {
    "text": "text, text(40) or text(40, 60)",
    "decimal": "decimal or decimal(2)",
    "code": "code(customer) or code(customer, 10)",
    "enum": "enum, enum(1) or enum(integer)",
}
KINDS = (*_BARE, *_FORMS)
_ELSEWHERE = {  # what other languages of types call them
    **dict.fromkeys(("money", "number", "numeric", "float", "double", "currency", "amount"), "decimal"),
    **dict.fromkeys(("string", "str", "varchar", "char", "memo"), "text"),
    **dict.fromkeys(("int", "long", "int64", "bigint"), "integer"),
    **dict.fromkeys(("bool", "boolean", "yesno"), "flag"),
    **dict.fromkeys(("datetime", "timestamp", "time"), "moment"),
    **dict.fromkeys(("ref", "reference", "lookup"), "code"),
    **dict.fromkeys(("bytes", "binary", "base64"), "blob"),
}


class TypeTextError(ValueError):
    """What is wrong with the text of a type; `hint` says what would be right."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def parse_type(text: str, values: Mapping[str, str] | None = None) -> Type:
    """The type that `text` names; `values` are those of an enum. Raises TypeTextError."""
    form = _FORM.fullmatch(text.strip())
    kind = form[1] if form else text
    if not form or kind not in KINDS:
        word = re.split(r"\W", text)[0]
        hint = did_you_mean(_ELSEWHERE.get(word.lower(), word), KINDS)
        raise TypeTextError(f"unknown type {quoted(text)}", hint)
    args = [part.strip() for part in form[2].split(",")] if form[2] is not None else []
    if kind in _BARE:
        if args:
            raise TypeTextError(f'type "{kind}" takes nothing in brackets', f"write {kind}")
        result = _BARE[kind]
    else:
        made = _BUILDERS[kind](args, values or {})
        if made is None:
            raise TypeTextError(f"cannot make out the type {quoted(text)}", f"write {_FORMS[kind]}")
        result = made
    if values is not None and kind != "enum":
        raise TypeTextError(f'values are given, but the type is "{kind}"', "write type: enum, or remove the values")
    return result


def _size(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[1-9][0-9]{0,8}", text) else None


def _text(args: list[str], _: Mapping[str, str]) -> Type | None:
    sizes = [_size(arg) for arg in args]
    if None in sizes or len(sizes) > 2:
        return None
    size, longer = (*sizes, None, None)[:2]
    if longer is not None and size is not None and longer <= size:
        raise TypeTextError(f"the second size, {longer}, is not above the first, {size}", "write text(40, 60)")
    return TextType(size, longer)


def _decimal(args: list[str], _: Mapping[str, str]) -> Type | None:
    if not args:
        return DecimalType()
    return DecimalType(int(args[0])) if len(args) == 1 and re.fullmatch(r"[0-9]{1,2}", args[0]) else None


def _code(args: list[str], _: Mapping[str, str]) -> Type | None:
    if not args or len(args) > 2 or not re.fullmatch(r"[a-z][a-z0-9_]*", args[0]):
        return None
    size = _size(args[1]) if len(args) == 2 else None
    return None if len(args) == 2 and size is None else CodeType(args[0], size)


def _enum(args: list[str], values: Mapping[str, str]) -> Type | None:
    if not values:
        raise TypeTextError("an enum without values", "add values: {IV: what it means, ...}")
    if args == ["integer"]:
        if not all(re.fullmatch(r"-?[0-9]{1,18}", value) for value in values):
            raise TypeTextError("an enum(integer) with a value that is no integer", "write enum, or integers")
        return EnumType("integer", tuple((int(value), doc) for value, doc in values.items()))
    size = _size(args[0]) if len(args) == 1 else None
    if args and size is None:
        return None
    for value in values:
        if size is not None and len(value) > size:
            raise TypeTextError(f"enum({size}) has the longer value {quoted(value)}", "raise the size")
    return EnumType("text", tuple(values.items()), size)


_BUILDERS = {"text": _text, "decimal": _decimal, "code": _code, "enum": _enum}
