"""The text of a type and the Type are two forms of one thing; values fit types as the wire has it."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sqlacc_codegen.ir import (
    BlobType,
    CodeType,
    DateType,
    DecimalType,
    EnumType,
    EpochType,
    FlagType,
    IntegerType,
    Json,
    MomentType,
    TextType,
    Type,
)
from sqlacc_codegen.show import type_text
from sqlacc_codegen.type_text import TypeTextError, parse_type
from sqlacc_codegen.values import misfit

SIZES = st.integers(1, 999)
TYPES = st.one_of(
    st.sampled_from([BlobType(), DateType(), EpochType(), FlagType(), IntegerType(), MomentType(), TextType()]),
    SIZES.map(TextType),
    st.tuples(SIZES, SIZES).map(lambda sizes: TextType(min(sizes), max(sizes) + 1)),
    st.none().map(DecimalType) | st.integers(0, 9).map(DecimalType),
    st.builds(CodeType, st.sampled_from(["customer", "stock_item"]), st.none() | SIZES),
    st.just(EnumType("text", (("A", "One"), ("B", "Two")), 1)),
    st.just(EnumType("integer", ((0, "None"), (-1, "One")))),
)


@given(TYPES)
def test_a_type_is_read_as_it_is_written(type: Type) -> None:
    values = {str(value): doc for value, doc in type.values} if isinstance(type, EnumType) else None
    assert parse_type(type_text(type), values) == type


@given(st.text(max_size=30))
def test_any_other_text_is_told(text: str) -> None:
    assert _told(text).isprintable()


def _told(text: str) -> str:
    try:
        return type_text(parse_type(text))
    except TypeTextError as error:
        return str(error)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("money", 'did you mean "decimal"?'),
        ("string(40)", 'did you mean "text"?'),
        ("Bool", 'did you mean "flag"?'),
        ("datetime", 'did you mean "moment"?'),
        ("integr", 'did you mean "integer"?'),
        ("integer(4)", "write integer"),
        ("text()", "write text, text(40) or text(40, 60)"),
        ("text(0)", "write text, text(40) or text(40, 60)"),
        ("code", "write code(customer) or code(customer, 10)"),
    ],
)
def test_hints(text: str, hint: str) -> None:
    with pytest.raises(TypeTextError) as caught:
        parse_type(text)
    assert caught.value.hint == hint


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4))
def test_every_plain_decimal_fits(value: Decimal) -> None:
    assert misfit(DecimalType(4), f"{value:f}") is None


@given(st.dates())
def test_every_date_fits(value: datetime.date) -> None:
    assert misfit(DateType(), value.isoformat()) is None


@pytest.mark.parametrize("type", [TextType(5, 10), IntegerType(), FlagType(), DecimalType(2), DateType(), MomentType()])
def test_null_fits_every_type(type: Type) -> None:
    assert misfit(type, None) is None


@pytest.mark.parametrize(
    ("type", "value", "code"),
    [
        (TextType(5, 10), "x" * 10, None),
        (TextType(5, 10), "x" * 11, "wrong-size"),
        (TextType(1), "\U0001f600", None),
        (TextType(), 5, "wrong-type"),
        (TextType(), True, "wrong-type"),
        (CodeType("customer", 10), "300-A0001", None),
        (CodeType("customer", 3), "300-A0001", "wrong-size"),
        (IntegerType(), 5, None),
        (IntegerType(), "5", "wrong-type"),
        (IntegerType(), True, "wrong-type"),
        (FlagType(), False, None),
        (FlagType(), 0, "wrong-type"),
        (FlagType(), "T", "wrong-type"),
        (DecimalType(2), "12.50", None),
        (DecimalType(2), "12.500", None),
        (DecimalType(2), "12.505", "wrong-scale"),
        (DecimalType(2), 12, "wrong-type"),
        (DecimalType(2), "1e3", "wrong-type"),
        (DecimalType(2), "1,000.00", "wrong-type"),
        (DecimalType(2), "", "wrong-type"),
        (DecimalType(2), "\u0661", "wrong-type"),
        (DecimalType(), "1" * 50 + "." + "2" * 50, None),
        (DateType(), "2024-02-29", None),
        (DateType(), "2026-02-29", "wrong-date"),
        (DateType(), "29/02/2024", "wrong-type"),
        (DateType(), "20240229", "wrong-type"),
        (MomentType(), "2026-01-31T09:30:00.000Z", None),
        (MomentType(), "2026-01-31T25:30:00Z", "wrong-date"),
        (MomentType(), "2026-02-31T09:30:00Z", "wrong-date"),
        (MomentType(), "2026-01-31 09:30:00", "wrong-type"),
        (EpochType(), 1767225600, None),
        (EnumType("text", (("A", "One"),), 1), "A", None),
        (EnumType("text", (("A", "One"),), 1), "B", "unknown-value"),
        (EnumType("text", (("A", "One"),), 1), "AB", "wrong-size"),
        (EnumType("integer", ((1, "One"),)), 1, None),
        (EnumType("integer", ((1, "One"),)), "1", "wrong-type"),
        (BlobType(), {"any": ["thing"]}, None),
    ],
)
def test_values(type: Type, value: Json, code: str | None) -> None:
    found = misfit(type, value)
    assert (found.code if found else None) == code
