"""Amounts keep their digits, dates stay dates, and missing, null and empty stay three things."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st


def read(wire: dict[str, Any]) -> Any:
    from sqlacc_client.models import SalesInvoice

    return SalesInvoice.from_wire(wire)


def encode(record: Any) -> dict[str, Any]:
    from sqlacc_client import _body, _shape

    return _body.for_create(_shape.load("sales_invoice"), record, checked=False)


def decoded(text: str) -> Any:
    from sqlacc_client import _json

    return _json.loads(text.encode())


@pytest.mark.parametrize(
    "digits", ["25.10", "0.00", "-0.01", "12345678901234567890.123456789", "0.00000000", "1000", "007.50", "-0.00"]
)
def test_the_digits_of_an_amount_survive_both_ways(digits: str) -> None:
    as_text = read({"dockey": 1, "docamt": digits})
    assert as_text.docamt == Decimal(digits)
    assert as_text.to_wire()["docamt"] == digits
    if not digits.startswith("00"):
        as_number = read(decoded(f'{{"dockey": 1, "docamt": {digits}}}'))
        assert as_number.docamt == Decimal(digits)
        assert as_number.to_wire()["docamt"] == digits


@given(st.decimals(allow_nan=False, allow_infinity=False, places=8))
def test_any_decimal_is_written_with_its_digits(value: Decimal) -> None:
    wire = encode({"code": "A", "docamt": value})["docamt"]
    assert wire == format(value, "f")
    assert Decimal(wire).as_tuple() == value.as_tuple()


def test_unknown_fields_keep_their_tokens() -> None:
    from sqlacc_client import _json

    text = '{"dockey":1,"udf_a":1.50,"udf_b":9007199254740993,"udf_c":"x","udf_d":{"e":[0.10,null,true]},"udf_f":0E-8}'
    record = read(decoded(text))
    assert record.extra["udf_a"] == Decimal("1.50")
    assert record.extra["udf_b"] == 9007199254740993
    written = _json.dumps(record.to_wire()).decode()
    assert written == text


def test_missing_null_and_empty_are_three_things() -> None:
    record = read({"dockey": 1, "description": None, "docref1": "", "docdate": "", "docamt": ""})
    assert record.description is None
    assert record.docref1 == ""
    assert record.docdate is None
    assert record.docamt is None
    assert record.note is None
    assert "description" in record.model_fields_set
    assert "note" not in record.model_fields_set
    assert record.to_wire() == {"dockey": 1, "docdate": "", "description": None, "docamt": "", "docref1": ""}


def test_what_servers_write_in_other_ways_is_read() -> None:
    record = read(
        {"dockey": "35", "docno": 12, "docdate": "20260115", "cancelled": "T", "docamt": 12, "postdate": None}
    )
    assert record.dockey == 35
    assert record.docno == "12"
    assert record.docdate == date(2026, 1, 15)
    assert record.cancelled is True
    assert record.docamt == Decimal(12)
    # and goes back as it came, but for numbers in text columns, texts in number columns and amounts, which are text
    assert record.to_wire() == {
        "dockey": 35,
        "docno": "12",
        "docdate": "20260115",
        "postdate": None,
        "docamt": "12",
        "cancelled": "T",
    }


def test_an_odd_value_does_not_make_a_record_unreadable(caplog: pytest.LogCaptureFixture) -> None:
    record = read({"dockey": 1, "docamt": "5%+3", "docdate": "soon"})
    assert record.docamt == "5%+3"
    assert record.to_wire()["docamt"] == "5%+3"
    assert "sales_invoice.docamt is no decimal number" in caplog.text
    assert "sales_invoice.docdate is no date" in caplog.text


def test_sixty_four_bit_integers_survive() -> None:
    assert read(decoded('{"dockey": 9223372036854775807}')).dockey == 2**63 - 1


@pytest.mark.parametrize(
    ("field", "value", "wire"),
    [
        ("docamt", Decimal("1E+2"), "100"),
        ("docamt", 25, "25"),
        ("docamt", "1e5", "100000"),
        ("code", 300, "300"),
        ("docdate", date(2026, 1, 15), "2026-01-15"),
        ("docdate", "2026-01-15", "2026-01-15"),
        ("eiv_utc", datetime(2026, 7, 23, 18, 0, tzinfo=timezone(timedelta(hours=8))), "2026-07-23T10:00:00.000Z"),
        ("cancelled", True, True),
        ("description", None, None),
        ("udf_day", date(2026, 1, 15), "2026-01-15"),
    ],
)
def test_values_are_written(field: str, value: Any, wire: Any) -> None:
    assert encode({"code": "A", field: value})[field] == wire


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("docamt", 25.1, "float"),
        ("docamt", Decimal("NaN"), "no amount"),
        ("docamt", Decimal("1E+100000"), "too large"),
        ("docamt", True, "flag"),
        ("docamt", "1,000.00", "decimal number"),
        ("docamt", Decimal("0.001"), "more than 2 decimals"),
        ("docdate", datetime(2026, 1, 15), "not a moment"),
        ("docdate", "2026-02-30", "calendar"),
        ("docdate", "20260115", "YYYY-MM-DD"),
        ("eiv_utc", datetime(2026, 1, 15), "time zone"),
        ("cancelled", "T", "True or False"),
        ("cancelled", 1, "True or False"),
        ("code", True, "must be text"),
        ("docno", "x" * 21, "at most 20"),
        ("docnosetkey", "1", "integer"),
        ("docnosetkey", 2**63, "64 bits"),
        ("description", "\ud800", "surrogate"),
        ("udf_x", 1.5, "float"),
        ("udf_x", object(), "no JSON form"),
        ("sdsdocdetail", {"itemcode": "ANT"}, "list of rows"),
        ("sdsdocdetail", ["ANT"], "must be a row"),
    ],
)
def test_what_cannot_be_sent_is_named(field: str, value: Any, words: str) -> None:
    from sqlacc_client import ValidationError, _body, _shape

    minimum = {"code": "300-G0002", "docdate": "2026-01-15", "sdsdocdetail": [{"itemcode": "ANT"}]}
    with pytest.raises(ValidationError) as caught:
        _body.for_create(_shape.load("sales_invoice"), minimum | {field: value}, checked=True)
    (path,) = {problem.path.partition("[")[0] for problem in caught.value.problems} - {""}
    assert path == field
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "text", ['{"a":NaN}', '{"a":Infinity}', "{", "[" * 100000, "1" * 5000, '{"a":' + "9" * 2000 + ".5}"]
)
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        decoded(text)


def test_models_refuse_floats_and_read_texts() -> None:
    import pydantic
    from sqlacc_client.models import SalesInvoice, SalesInvoiceLine

    line = SalesInvoiceLine.model_validate({"qty": "2.00", "unitprice": "25.10"})
    assert line.unitprice == Decimal("25.10")
    line.unitprice = Decimal("3.00")
    assert line.to_wire() == {"qty": "2.00", "unitprice": "3.00"}
    with pytest.raises(pydantic.ValidationError, match="float cannot hold"):
        SalesInvoiceLine.model_validate({"qty": 2.5})
    with pytest.raises(pydantic.ValidationError, match="float cannot hold"):
        line.qty = 2.5  # type: ignore[assignment]
    assert SalesInvoice(code="A") == SalesInvoice(code="A")
    assert SalesInvoice(code="A") != SalesInvoice(code="B")
    assert read({"code": "A"}) == SalesInvoice(code="A")


def test_records_can_be_copied_and_pickled() -> None:
    import pickle

    record = read(
        {"dockey": 1, "docamt": "5.00", "udf_x": Decimal("1.50"), "sdsdocdetail": [{"dtlkey": 2, "qty": "1.00"}]}
    )
    for copy in (record.model_copy(deep=True), pickle.loads(pickle.dumps(record))):
        assert copy == record
        assert copy.to_wire() == record.to_wire()


@pytest.mark.parametrize("rows", ["none", {"data": []}, ["ANT"], [None], 5])
def test_what_stands_in_place_of_rows_is_kept(rows: Any) -> None:
    record = read({"dockey": 1, "sdsdocdetail": rows})
    assert record.to_wire() == {"dockey": 1, "sdsdocdetail": rows}
    assert record.sdsdocdetail == rows
