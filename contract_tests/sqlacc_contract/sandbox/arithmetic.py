"""Quantities, prices, discount texts and tax rates to amounts, in decimal arithmetic.

Written from the product's worked examples (`worked` in spec/api.yaml): a line is rounded at its end, tax is
rounded per line and then added up, ties go up unless told otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal

EXACT = Context(prec=80)  # products of the widest numbers the API can hold stay exact
ZERO = Decimal(0)
CENT = Decimal("0.01")
FIVE_CENTS = Decimal("0.05")
TIES = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN}

_PART = re.compile(r"([0-9]+(?:\.[0-9]+)?)(%?)")
_RATE = re.compile(r"(E?)(?:(A)|([0-9]+(?:\.[0-9]+)?)%)?")
_QUANTA = tuple(Decimal(1).scaleb(-n) for n in range(19))


def rounded(value: Decimal, scale: int = 2, ties: str = ROUND_HALF_UP) -> Decimal:
    return value.quantize(_QUANTA[scale], rounding=ties, context=EXACT)


def text(value: Decimal, scale: int = 2, ties: str = ROUND_HALF_UP) -> str:
    """A decimal as the API writes it: fixed digits after the point, never minus zero."""
    made = f"{rounded(value, scale, ties):f}"
    return made[1:] if made[0] == "-" and not made.strip("-0.") else made


def discounted(gross: Decimal, discount: str) -> Decimal:
    """`5%+3` off: parts from left to right on what remains; a plain number comes off the line's total."""
    remaining = gross
    for part in discount.split("+") if discount.strip() else ():
        found = _PART.fullmatch(part.strip())
        if not found:
            raise ValueError(f'"{discount}" is not a discount such as 5%, 5%+3 or 10.50')
        number = Decimal(found[1])
        remaining -= remaining * number / 100 if found[2] else number
    return remaining


def tax_rate(rate: str) -> Decimal | None:
    """`6%` and `E6%` to 0.06, an empty text and `E` (excluded from the return) to 0, `A` (automatic) to None."""
    found = _RATE.fullmatch(rate.strip())
    if not found:
        raise ValueError(f'"{rate}" is not a tax rate such as 6%, A, E or E6%')
    if found[2]:
        return None
    return Decimal(found[3]) / 100 if found[3] else ZERO


def line_tax(gross: Decimal, rate: Decimal, inclusive: bool, ties: str = ROUND_HALF_UP) -> tuple[Decimal, Decimal]:
    """Amount without tax, and tax, of a line whose price contains the tax or does not."""
    whole = rounded(gross, 2, ties)
    if inclusive:
        tax = rounded(gross * rate / (1 + rate), 2, ties)
        return whole - tax, tax
    return whole, rounded(gross * rate, 2, ties)


def one_cent(amounts: Sequence[Decimal], rate: Decimal) -> list[Decimal]:
    """Taxes of lines under the option that rounds the document: the difference goes to the largest line."""
    taxes = [rounded(amount * rate) for amount in amounts]
    difference = rounded(sum(amounts, ZERO) * rate) - sum(taxes, ZERO)
    if taxes and difference:
        taxes[max(range(len(taxes)), key=lambda n: (amounts[n], -n))] += difference
    return taxes


def five_cents(total: Decimal) -> Decimal:
    """What has to be added to a cash total so that it ends in 0 or 5 cents."""
    return (total / FIVE_CENTS).quantize(Decimal(1), rounding=ROUND_HALF_UP) * FIVE_CENTS - total


def shared(total: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """A sum split in proportion (a document's discount over its tax codes, landing cost over lines), to the cent."""
    whole = sum(weights, ZERO)
    if not weights or not whole:
        return []
    parts = [rounded(total * weight / whole) for weight in weights]
    parts[-1] += total - sum(parts, ZERO)
    return parts
