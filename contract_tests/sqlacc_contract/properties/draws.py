"""Small strategies that records are made of; each is made once, which costs more than drawing from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ..play import Row
from ..tagged import Tagged
from .values import PLAIN, decimal, scaled

ROWS = 4
COIN = st.booleans()
ONE_IN_THREE, ONE_IN_FOUR, UP_TO_TWO = st.integers(0, 2), st.integers(0, 3), st.integers(0, 2)
COUNTS, ROW = st.integers(1, ROWS), st.integers(0, ROWS - 1)
DISCOUNTS = st.sampled_from(["5%", "12.5%", "5%+2.5%", "0.01", "10%+0.02"])
TOTALS, AMOUNTS = scaled(st.integers(1, 10**8), 2), scaled(st.integers(1, 10**7), 2)
QUANTITIES, PRICES = scaled(st.integers(1, 10**6), 2), scaled(st.integers(0, 10**7), 4)
CREDITS = st.lists(st.integers(1, 10**9), min_size=1, max_size=ROWS - 1)
SUFFIXES = st.text(PLAIN, max_size=6)


@dataclass(frozen=True)
class Free:
    """Fields that may be set freely: values for each, and which of them to set."""

    fields: Mapping[str, SearchStrategy[Tagged]]
    names: SearchStrategy[list[str]] | None


def overlay(draw: DrawFn, row: Row, free: Free) -> Row:
    """Sets a few of the free fields."""
    for wire in draw(free.names) if free.names is not None else ():
        row[wire] = draw(free.fields[wire])
    return row


def ties() -> SearchStrategy[tuple[str, str]]:
    """Quantity and price whose product lies exactly between two cents."""
    odd = st.integers(0, 200).map(lambda n: 2 * n + 1)
    return st.one_of(
        st.tuples(odd.map(str), odd.map(lambda n: decimal(5 * n, 3))),  # 3 x 0.335
        st.tuples(odd.map(lambda n: decimal(5 * n, 1)), odd.map(lambda n: decimal(n, 2))),  # 2.5 x 1.01
    )


TIES = ties()
