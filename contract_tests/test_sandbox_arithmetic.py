"""Amounts, discounts, taxes and numbers against the worked examples of the spec, and against properties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sqlacc_codegen.ir import Api
from sqlacc_contract.sandbox import arithmetic, numbering, values

Rows = Sequence[Mapping[str, Any]]


@pytest.fixture(scope="module")
def worked(api: Api) -> Mapping[str, Rows]:
    made: Mapping[str, Rows] = api.facts["worked"]
    return made


def decimals(texts: Sequence[str]) -> list[Decimal]:
    return [Decimal(text) for text in texts]


def test_numbers_follow_their_format(worked: Mapping[str, Rows]) -> None:
    assert worked["numbers"]
    for row in worked["numbers"]:
        assert numbering.number(row["format"], row["next"], date.fromisoformat(row["date"])) == row["expect"]


def test_codes_follow_their_mask(worked: Mapping[str, Rows]) -> None:
    assert worked["codes"]
    for row in worked["codes"]:
        assert numbering.code(row["mask"], row["account"], row["name"], row["next"]) == row["expect"]


def test_discounts(worked: Mapping[str, Rows]) -> None:
    assert worked["discounts"]
    for row in worked["discounts"]:
        gross = Decimal(row["quantity"]) * Decimal(row["price"])
        assert arithmetic.text(arithmetic.discounted(gross, row["discount"])) == row["expect"]


def test_line_taxes(worked: Mapping[str, Rows]) -> None:
    assert worked["line_tax"]
    for row in worked["line_tax"]:
        rate = arithmetic.tax_rate(row["rate"])
        assert rate is not None
        amount, tax = arithmetic.line_tax(Decimal(row["gross"]), rate, row["inclusive"])
        assert (str(amount), str(tax)) == (row["amount"], row["tax"])


def test_rounding_per_line_and_over_the_document(worked: Mapping[str, Rows]) -> None:
    assert {row["option"] for row in worked["rounding"]} == {True, False}
    for row in worked["rounding"]:
        amounts, rate = decimals(row["amounts"]), arithmetic.tax_rate(row["rate"])
        assert rate is not None
        plain = [arithmetic.line_tax(amount, rate, False)[1] for amount in amounts]
        taxes = arithmetic.one_cent(amounts, rate) if row["option"] else plain
        assert list(map(str, taxes)) == row["taxes"]
        assert str(sum(amounts)) == row["total"]
        assert str(sum(taxes)) == row["tax"]
        assert str(sum(amounts) + sum(taxes)) == row["document"]


def test_five_cents(worked: Mapping[str, Rows]) -> None:
    assert worked["five_cents"]
    for row in worked["five_cents"]:
        line = arithmetic.five_cents(Decimal(row["total"]))
        assert arithmetic.text(line) == row["line"]
        assert arithmetic.text(Decimal(row["total"]) + line) == row["rounded"]


def test_shares_of_a_document_discount_and_of_landing_cost(worked: Mapping[str, Rows]) -> None:
    for row in worked["document_discount"]:
        amounts = decimals(row["amounts"])
        if "sum" in row:
            shares = arithmetic.shared(Decimal(row["sum"]), amounts)
        else:
            rate = arithmetic.tax_rate(row["rate"])
            shares = [arithmetic.rounded(amount * (rate or 0)) for amount in amounts]
        assert [arithmetic.text(-share) for share in shares] == row["expect"]
    for row in worked["landing_cost"]:
        shares = arithmetic.shared(Decimal(row["cost"]), decimals(row["weights"]))
        assert list(map(str, shares)) == row["expect"]
    for row in worked["landed_unit_cost"]:
        price, share, quantity, rate = (Decimal(row[name]) for name in ("price", "share", "quantity", "rate"))
        assert arithmetic.text((price + share / quantity) / rate) == row["expect"]


@pytest.mark.parametrize("text", ["5", "6 %", "%", "5%+", "+5%", "5%%", "-5%", "5,5%", "five"])
def test_what_is_no_discount_is_refused(text: str) -> None:
    if text == "5":
        assert arithmetic.discounted(Decimal(10), text) == 5
        return
    with pytest.raises(ValueError, match="is not a discount"):
        arithmetic.discounted(Decimal(10), text)


@pytest.mark.parametrize(
    ("text", "rate"), [("", "0"), ("E", "0"), ("6%", "0.06"), ("E6%", "0.06"), ("0%", "0"), ("8.5%", "0.085")]
)
def test_rate_texts(text: str, rate: str) -> None:
    assert arithmetic.tax_rate(text) == Decimal(rate)


def test_automatic_rates_are_left_to_the_tax_code() -> None:
    assert arithmetic.tax_rate("A") is None
    assert arithmetic.tax_rate("EA") is None
    with pytest.raises(ValueError, match="is not a tax rate"):
        arithmetic.tax_rate("six")


_MONEY = st.integers(-(10**13), 10**13).map(lambda n: Decimal(n).scaleb(-4))
_RATE = st.integers(0, 1000).map(lambda n: Decimal(n).scaleb(-3))


@given(value=st.decimals(-(10**12), 10**12, allow_nan=False, places=6), scale=st.integers(0, 5))
def test_rounding_is_half_up_away_from_zero(value: Decimal, scale: int) -> None:
    exact = Fraction(value) * 10**scale
    whole = int(abs(exact) + Fraction(1, 2)) * (1 if exact >= 0 else -1)
    assert Fraction(arithmetic.rounded(value, scale)) * 10**scale == whole


@given(gross=_MONEY, rate=_RATE)
def test_a_price_with_tax_in_it_is_the_sum_of_amount_and_tax(gross: Decimal, rate: Decimal) -> None:
    amount, tax = arithmetic.line_tax(gross, rate, True)
    assert amount + tax == arithmetic.rounded(gross)
    assert abs(Fraction(tax) - Fraction(gross) * Fraction(rate) / (1 + Fraction(rate))) <= Fraction(1, 200)


@given(amounts=st.lists(st.integers(1, 10**8).map(lambda n: Decimal(n).scaleb(-2)), max_size=8), rate=_RATE)
def test_the_one_cent_rule_ends_at_the_documents_tax(amounts: list[Decimal], rate: Decimal) -> None:
    assert sum(arithmetic.one_cent(amounts, rate)) == (
        arithmetic.rounded(sum(amounts, Decimal(0)) * rate) if amounts else 0
    )


@given(total=st.integers(-(10**9), 10**9), weights=st.lists(st.integers(1, 10**6), min_size=1, max_size=8))
def test_shares_add_up(total: int, weights: list[int]) -> None:
    whole = Decimal(total).scaleb(-2)
    assert sum(arithmetic.shared(whole, [Decimal(weight) for weight in weights])) == whole


@given(value=st.integers(-(10**17), 10**17), scale=st.sampled_from([0, 2, 4, 6, 8]))
def test_texts_have_their_digits_and_no_minus_zero(value: int, scale: int) -> None:
    text = arithmetic.text(Decimal(value).scaleb(-scale), scale)
    assert Decimal(text) == Decimal(value).scaleb(-scale)
    assert len(text.partition(".")[2]) == scale
    assert not (text.startswith("-") and Decimal(text) == 0)


def test_minus_zero_is_zero() -> None:
    assert arithmetic.text(Decimal("-0.001")) == "0.00"
    assert values.plain(Decimal("-0.0")) == "0.0"
    assert values.plain(Decimal("1E+3")) == "1000"
