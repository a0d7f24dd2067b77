"""What records are made of: a few free fields, money, quantities and prices that fall between two cents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from ..play import Row
from .dice import Dice, Values
from .values import PLAIN, decimal, scaled

ROWS = 4
OVERLAY = 4  # fields set beside those that a record needs
DISCOUNTS = ("5%", "12.5%", "5%+2.5%", "0.01", "10%+0.02")
TOTALS, AMOUNTS = scaled(1, 10**8, 2), scaled(1, 10**7, 2)
QUANTITIES, PRICES = scaled(1, 10**6, 2), scaled(0, 10**7, 4)
COUNTS = st.integers(1, ROWS)
CREDITS = st.lists(st.integers(1, 10**9), min_size=1, max_size=ROWS - 1)
SUFFIXES = st.text(PLAIN, max_size=6)
_HALVES = st.integers(0, 200)


@dataclass(frozen=True)
class Free:
    """Fields that may be set freely, and values for each."""

    fields: Mapping[str, Values]
    names: Sequence[str]


def overlay(dice: Dice, row: Row, free: Free) -> Row:
    """Sets a few of the free fields."""
    for _ in range(dice(OVERLAY + 1) if free.names else 0):
        wire = dice.one_of(free.names)
        row[wire] = free.fields[wire](dice)
    return row


def tie(dice: Dice) -> tuple[str, str]:
    """Quantity and price whose product lies exactly between two cents."""
    one, other = (2 * dice.draw(_HALVES) + 1 for _ in range(2))
    if dice(2):
        return decimal(5 * one, 1), decimal(other, 2)  # 2.5 x 1.01
    return str(one), decimal(5 * other, 3)  # 3 x 0.335
