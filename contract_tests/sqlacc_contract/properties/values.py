"""A field's type -> strategies of values for it, tagged as drivers take them: ones that fit, and ones that do not."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from sqlacc_codegen.ir import CodeType, DecimalType, EnumType, Field, TextType

from ..tagged import Tagged, integer

Values = SearchStrategy[Tagged]

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
LONGEST = 120  # characters of texts whose size nobody told
WHOLE = 10**9  # decimals and integers stay below this

_LEAP = [
    date(2024, 2, 29),
    date(2000, 2, 29),
    date(1970, 1, 1),
    date(2025, 12, 31),
    date(2026, 1, 1),
    date(1999, 12, 31),
]
_DATES = st.one_of(st.sampled_from(_LEAP), st.dates(date(1900, 1, 1), date(2199, 12, 31)))


def texts(size: int | None, letters: str = LETTERS, least: int = 0) -> SearchStrategy[str]:
    """Short ones, and ones of exactly the largest size."""
    most = size or LONGEST
    short = st.text(letters, min_size=least, max_size=min(most, 24))
    filled = st.builds(
        lambda core, filler: (core + filler * most)[:most], st.text(letters, max_size=3), st.sampled_from(letters)
    )
    odd = st.sampled_from(ODD).map(lambda text: text[:most])
    return st.one_of(short, odd, filled)


def scaled(units: SearchStrategy[int], scale: int) -> Values:
    """Decimals as so many units of their last digit; now and then with fewer digits shown."""
    return st.builds(lambda n, short: {"$dec": decimal(n, scale, short)}, units, st.booleans())


def decimal(units: int, scale: int, short: bool = False) -> str:
    """1250, 2 -> 12.50; the short form is 12.5."""
    sign, digits = ("-" if units < 0 else ""), str(abs(units)).rjust(scale + 1, "0")
    whole, fraction = (digits[:-scale], digits[-scale:]) if scale else (digits, "")
    fraction = fraction.rstrip("0") if short else fraction
    made = f"{whole}.{fraction}" if fraction else whole
    return f"{sign}{made}" if made.strip("0.") else made


DATES: Values = _DATES.map(lambda day: {"$date": day.isoformat()})
FLAGS: Values = st.booleans()
INTEGERS: Values = st.one_of(
    st.integers(0, 9), st.integers(-WHOLE, WHOLE), st.sampled_from([2**31, 2**53 - 1, 2**53 + 1])
).map(lambda n: integer(str(n)))
EPOCHS: Values = st.integers(0, 2**32)
MOMENTS: Values = st.builds(lambda day, ms: f"{day.isoformat()}T23:59:30.{ms:03d}Z", _DATES, st.integers(0, 999))
BLOBS: Values = texts(300)


def fitting(field: Field, codes: tuple[str, ...] = ()) -> Values | None:
    """Values that the field takes. None: nothing is known to fit, such as a code where no record has one."""
    type = field.type
    if isinstance(type, TextType):
        return texts(type.size, least=int(field.create == "required"))
    if isinstance(type, EnumType):
        return st.sampled_from([value for value, _ in type.values]) if type.values else None
    if isinstance(type, CodeType):
        short = [code for code in codes if type.size is None or len(code) <= type.size]
        return st.sampled_from(short) if short else None
    if isinstance(type, DecimalType):
        scale = 4 if type.scale is None else type.scale
        return scaled(st.one_of(st.integers(0, 999), st.integers(0, WHOLE * 10 ** min(scale, 4))), scale)
    kinds = {"date": DATES, "flag": FLAGS, "integer": INTEGERS, "epoch": EPOCHS, "moment": MOMENTS, "blob": BLOBS}
    return kinds[type.kind]


def breaking(field: Field) -> list[Any]:
    """Values that the field cannot take, whatever the server makes of neighbouring types."""
    type = field.type
    if isinstance(type, (TextType, CodeType)):
        largest = type.largest if isinstance(type, TextType) else type.size
        long = ["x" * (largest + 1), "漢" * (largest + 1)] if largest else []
        missing = ["?NONE?"[: type.size]] if isinstance(type, CodeType) else []
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
