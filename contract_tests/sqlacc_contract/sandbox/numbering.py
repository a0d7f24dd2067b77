"""Number formats and code masks of the product, with a date or a name and a counter, to document numbers and codes."""

from __future__ import annotations

import re
from datetime import date

_DATE_PART = re.compile(r"\{@([^}]*)\}")
_TOKEN = re.compile(r"yyyy|yy|mm|dd", re.IGNORECASE)
_COUNTER = re.compile(r"%(?:\.([0-9]+))?d")
_TEXT = re.compile(r"%\.([0-9]+)s")


def number(format: str, next_number: int, day: date) -> str:
    """`{@YYMM}-%.5d` with 7 on 15 January 2026 is `2601-00007`."""
    return _COUNTER.sub(lambda found: f"{next_number:0{int(found[1] or 1)}d}", prefix(format, day), count=1)


def prefix(format: str, day: date) -> str:
    """The format with its date parts written out; blanks inside a date part do not count."""
    return _DATE_PART.sub(lambda found: _TOKEN.sub(lambda part: _date(part[0], day), found[1].replace(" ", "")), format)


def _date(token: str, day: date) -> str:
    parts = {"yyyy": f"{day.year:04d}", "yy": f"{day.year % 100:02d}", "mm": f"{day.month:02d}", "dd": f"{day.day:02d}"}
    return parts[token.lower()]


def code_prefix(mask: str, account: str, name: str) -> str:
    """`%.3s-%.1s%.4d` for account 300-000 and ALI BABA is `300-A%.4d`: the leading letters of both, then a counter."""
    sources = iter((account, "".join(letter for letter in name.upper() if letter.isalnum())))
    return _TEXT.sub(lambda found: next(sources, "")[: int(found[1])], mask)


def code(mask: str, account: str, name: str, next_number: int) -> str:
    return number(code_prefix(mask, account, name), next_number, date.min)
