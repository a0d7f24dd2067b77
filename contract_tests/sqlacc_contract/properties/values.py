"""A field's type -> values for it, tagged as drivers take them: ones that fit, and ones that do not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from sqlacc_codegen.ir import CodeType, DecimalType, EnumType, Field, TextType

from ..tagged import Tagged, integer
from .dice import Dice, Values

# Scripts, quoting of every kind, combining marks (one letter, two code points), blanks at the ends, signs of URLs.
LETTERS = "abcXYZ 0189.,-_~*%+=?#&<>\"'`\\/|;:()[]{}@!$^\t\néñß\u00a0中文漢字あ한ไทยعר\u0301\u202e\u200d😀👩🏽ﬁ"
PLAIN = "ABCXYZabc0189 -_.()/&'\"+~é中"  # of numbers and codes that stand in paths and filters
ODD = (  # what is often mangled: composed letters, blanks at the ends, zeros, line ends, words that mean something else
    "Cafe\u0301 A\u030a",
    "  both ends  ",
    "007",
    'O\'Neill & <S\u00f6hne> "x"',
    "a\tb\nc\r\nd",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "null",
    "1e5",
    "\\u0041",
    "%41+%20",
)
MISSING = "?NONE?"  # a code that no record has
LONGEST = 120  # characters of texts whose size nobody told
WHOLE = 10**9  # decimals and integers stay below this

_ODD_DAYS = (
    date(2024, 2, 29),
    date(2000, 2, 29),
    date(1970, 1, 1),
    date(1969, 12, 31),
    date(2025, 12, 31),
    date(2026, 1, 1),
    date(1999, 12, 31),
)
_NUMBERS = st.integers(-WHOLE, WHOLE)
_LARGE = (2**31, 2**53 - 1, 2**53 + 1)
_SECONDS, _MILLISECONDS = st.integers(0, 2**32), st.integers(0, 999)


def texts(size: int | None, least: int = 0) -> Values:
    """Short ones, odd ones, and ones of exactly the largest size."""
    most = size or LONGEST
    short = st.text(LETTERS, min_size=least, max_size=min(most, 24))

    def drawn(dice: Dice) -> str:
        kind = dice(3)
        if kind == 0:
            return dice.draw(short)
        if kind == 1:
            return dice.one_of(ODD)[:most]
        core = "".join(dice.one_of(LETTERS) for _ in range(dice(4)))
        return (core + dice.one_of(LETTERS) * most)[:most]

    return drawn


def scaled(least: int, most: int, scale: int) -> Values:
    """Decimals of so many units of their last digit; now and then with fewer digits shown."""
    units = st.integers(least, most)
    return lambda dice: {"$dec": decimal(dice.draw(units), scale, short=dice(2) == 1)}


def decimal(units: int, scale: int, short: bool = False) -> str:
    """1250, 2 -> 12.50; the short form is 12.5."""
    sign, digits = ("-" if units < 0 else ""), str(abs(units)).rjust(scale + 1, "0")
    whole, fraction = (digits[:-scale], digits[-scale:]) if scale else (digits, "")
    fraction = fraction.rstrip("0") if short else fraction
    made = f"{whole}.{fraction}" if fraction else whole
    return f"{sign}{made}" if made.strip("0.") else made


def day(dice: Dice) -> date:
    """Of 1900 to 2199; half of them odd ones."""
    if dice(2):
        return dice.one_of(_ODD_DAYS)
    return date(1900 + (100 + 3 * dice(100) + dice(3)) % 300, 1, 1) + timedelta(dice(256) + dice(110))


def integers(dice: Dice) -> Tagged:
    kind = dice(3)
    number = dice(10) if kind == 0 else dice.draw(_NUMBERS) if kind == 1 else dice.one_of(_LARGE)
    return integer(str(number))


_BY_KIND: dict[str, Values] = {
    "date": lambda dice: {"$date": day(dice).isoformat()},
    "flag": lambda dice: dice(2) == 1,
    "integer": integers,
    "epoch": lambda dice: dice.draw(_SECONDS),
    "moment": lambda dice: f"{day(dice).isoformat()}T23:59:30.{dice.draw(_MILLISECONDS):03d}Z",
    "blob": texts(300),
}


def fitting(field: Field, codes: tuple[str, ...] = ()) -> Values | None:
    """Values that the field takes. None: nothing is known to fit, such as a code where no record has one."""
    type = field.type
    if isinstance(type, TextType):
        return texts(type.size, least=int(field.create == "required"))
    if isinstance(type, EnumType):
        return _one_of([value for value, _ in type.values])
    if isinstance(type, CodeType):
        return _one_of([code for code in codes if type.size is None or len(code) <= type.size])
    if isinstance(type, DecimalType):
        scale = 4 if type.scale is None else type.scale
        return scaled(0, WHOLE * 10 ** min(scale, 4), scale)
    return _BY_KIND[type.kind]


def _one_of(values: Sequence[Tagged]) -> Values | None:
    return (lambda dice: dice.one_of(values)) if values else None


def breaking(field: Field) -> list[Any]:
    """Values that the field cannot take, whatever the server makes of neighbouring types."""
    type = field.type
    if isinstance(type, (TextType, CodeType)):
        largest = type.largest if isinstance(type, TextType) else type.size
        long = ["x" * (largest + 1), "漢" * (largest + 1)] if largest else []
        missing = [MISSING[: type.size]] if isinstance(type, CodeType) else []
        return [*long, *missing, ["a"], {"a": "b"}]
    if isinstance(type, EnumType):
        return [["a"], {"a": "b"}, *(["abc", True] if type.base == "integer" else [])]
    kinds: dict[str, list[Any]] = {
        "decimal": ["twelve", "1,5", True, ["1"]],
        "integer": ["abc", "1.5", True, [1]],
        "epoch": ["abc", True, [1]],
        "flag": ["yes", "T", 2, [True]],
        "date": ["2026-02-30", "2026-13-01", "15/01/2026", "today", 20260115, True],
        "moment": ["tomorrow", "2026-02-30T00:00:00.000Z", 5, True],
        "blob": [],
    }
    return kinds[type.kind]
