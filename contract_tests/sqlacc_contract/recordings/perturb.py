"""A recorded answer -> other answers that mean the same, or that the spec allows: every client reads them alike.

A way changes the form of an answer (the same values, written otherwise) or its values (within the spec). Formal ways
fit every call. The others fit calls whose later requests do not depend on the whole of an answer.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import partial
from json.encoder import encode_basestring, encode_basestring_ascii

from sqlacc_codegen.ir import Api, Lines, Object

from ..tagged import kind_of, rows_of
from ..tokens import Number, Token, parse
from .cassette import Cassette, Interaction
from .scrub import owner

STEADY = {"list", "iterate", "find", "get", "create", "update", "delete"}
KEEPING = {"update"}  # calls whose rows are counted afterwards: tables stay as they are
UNKNOWN: dict[str, Token] = {
    "udf_perturbed": '中 \\ " é',
    "udf_number": Number("9007199254740993"),
    "udf_fraction": Number("1.10"),
    "udf_rows": [{"a": None}],
}
BOM = b"\xef\xbb\xbf"

Table = Object | Lines
Way = Callable[["Record"], dict[str, Token]]


@dataclass(frozen=True)
class Record:
    """A record of an answer, or a row of it, and what of it has to stay."""

    table: Table
    row: Mapping[str, Token]
    fixed: frozenset[str]
    keeps_rows: bool

    def optional(self) -> list[str]:
        """Fields that a server may leave out or leave empty."""
        fixed = {*self.fixed, *rows_of(self.table), self.table.key}
        return [wire for wire in self.row if wire in self.table.by_wire and wire not in fixed]


def bears(cassette: Cassette) -> bool:
    """Whether values of its answers may be changed without changing what has to be asked next."""
    return all(call.op.partition(".")[2] in STEADY for call in cassette.calls)


def touches(one: Interaction) -> bool:
    """Whether an answer holds records in JSON."""
    kind = dict(one.answer_headers).get("content-type", "")
    return not one.faulty and 200 <= one.status < 300 and kind.startswith("application/json")


# --- ways: values --------------------------------------------------------------------------------------------------


def dropped(record: Record) -> dict[str, Token]:
    """Every third optional field is not there."""
    gone = set(record.optional()[::3])
    return {wire: token for wire, token in record.row.items() if wire not in gone}


def nulls(record: Record) -> dict[str, Token]:
    """Every third optional field is null."""
    return {**record.row, **dict.fromkeys(record.optional()[1::3])}


def more(record: Record) -> dict[str, Token]:
    """Fields nobody knows."""
    return {**record.row, **UNKNOWN}


def numbers(record: Record) -> dict[str, Token]:
    """Decimals as `12`, `12.0`, `"12.00"` and `12.00` in turn."""
    found = dict(record.row)
    decimals = [wire for wire in record.optional() if kind_of(record.table.by_wire[wire]) == "decimal"]
    for turn, wire in enumerate(decimals):
        found[wire] = _written(found[wire], turn % 4)
    return found


def _written(token: Token, turn: int) -> Token:
    try:
        value = Decimal(token)
    except (InvalidOperation, TypeError, ValueError):
        return token
    if not value.is_finite():
        return token
    digits = f"{value:f}"
    short = digits.rstrip("0").rstrip(".") if "." in digits else digits
    longer = short if "." in short else f"{short}."
    return (Number(short), Number(f"{longer}0"), f"{longer}00", Number(f"{longer}00"))[turn]


def no_rows(record: Record) -> dict[str, Token]:
    """Tables are missing, null and empty in turn; what counts rows afterwards keeps the rows that there are."""
    found = dict(record.row)
    tables = [wire for wire in rows_of(record.table) if wire in found and not (found[wire] and record.keeps_rows)]
    for turn, wire in enumerate(tables):
        found[wire] = []
        if turn % 3 == 0:
            found[wire] = None
        elif turn % 3 == 1:
            del found[wire]
    return found


VALUES: dict[str, Way] = {
    "fields left out": dropped,
    "nulls": nulls,
    "unknown fields": more,
    "other numbers": numbers,
    "tables left out": no_rows,
}


# --- ways: form ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Form:
    """How JSON is written: what stands round commas and colons, how texts are, and what stands before it all."""

    comma: str = ","
    colon: str = ":"
    ascii: bool = False
    first: bytes = b""
    backwards: bool = False  # names in the opposite order

    def write(self, token: Token) -> bytes:
        return self.first + self._text(token).encode("utf-8")

    def _text(self, token: Token) -> str:
        if isinstance(token, dict):
            names = reversed(token) if self.backwards else iter(token)
            inner = self.comma.join(f"{self._scalar(name)}{self.colon}{self._text(token[name])}" for name in names)
            return "{" + inner + "}"
        if isinstance(token, list):
            return "[" + self.comma.join(map(self._text, token)) + "]"
        return self._scalar(token)

    def _scalar(self, token: Token) -> str:
        if not isinstance(token, str):
            return json.dumps(token)
        if isinstance(token, Number):
            return str(token)
        return encode_basestring_ascii(token).replace("/", "\\/") if self.ascii else encode_basestring(token)


FORMS: dict[str, Form] = {
    "names turned round": Form(backwards=True),
    "white space": Form(comma=" ,\r\n\t", colon="\t:  ", first=b" \r\n\t"),
    "escapes": Form(ascii=True),
    "byte order mark": Form(first=BOM),
}
EVERY_FORM = Form(" ,\r\n\t", "\t:  ", ascii=True, first=BOM + b"\r\n", backwards=True)


# --- answers -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Perturbation:
    """Ways that are gone together."""

    values: tuple[Way, ...] = ()
    form: Form = Form()

    def answers(self, api: Api, cassette: Cassette) -> Callable[[Interaction], bytes]:
        fixed = frozenset(_named(cassette))
        keeps = any(call.op.partition(".")[2] in KEEPING for call in cassette.calls)
        return lambda one: self._answer(api, one, fixed, keeps)

    def _answer(self, api: Api, one: Interaction, fixed: frozenset[str], keeps: bool) -> bytes:
        o = owner(api, one.target.partition("?")[0])
        if not touches(one) or o is None:
            return one.answer
        try:
            token = parse(one.answer)
        except ValueError:
            return one.answer
        fixed |= {o.key, *o.identity, *o.indexed, *([o.counter] if o.counter else [])}
        for way in self.values:
            token = _records(token, o, partial(_walked, way, fixed, keeps))
        return self.form.write(token)


def _walked(way: Way, fixed: frozenset[str], keeps: bool, table: Table, row: dict[str, Token]) -> Token:
    return way(Record(table, row, fixed, keeps))


def _named(cassette: Cassette) -> set[str]:
    """What records are looked up by in the calls."""
    return {name for call in cassette.calls for name in call.args.get("where", {})}


def _records(token: Token, o: Object, change: Callable[[Table, dict[str, Token]], Token]) -> Token:
    """The answer with every record and row in it changed."""
    if isinstance(token, list):
        return [_records(item, o, change) for item in token]
    if not isinstance(token, dict):
        return token
    if o.key in token:
        return _row(o, token, change)
    return {name: _records(item, o, change) if name in ("data", "items") else item for name, item in token.items()}


def _row(table: Table, row: dict[str, Token], change: Callable[[Table, dict[str, Token]], Token]) -> Token:
    inner = dict(row)
    for wire, below in rows_of(table).items():
        if isinstance(inner.get(wire), list):
            inner[wire] = [_row(below, item, change) if isinstance(item, dict) else item for item in inner[wire]]
    return change(table, inner)


TOGETHER = {
    "other values": Perturbation(tuple(VALUES.values())),
    "other form": Perturbation(form=EVERY_FORM),
}
ALONE = {name: Perturbation((way,)) for name, way in VALUES.items()}
ALONE |= {name: Perturbation(form=form) for name, form in FORMS.items()}
