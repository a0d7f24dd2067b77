"""All suites, in the order in which they are tried: the ones that tell most come first."""

from __future__ import annotations

from .alike import ALIKE
from .calls import CALLS
from .goods import GOODS
from .money import MONEY
from .reading import READING
from .records import RECORDS
from .suite import Suite

__all__ = ["SUITES", "Suite"]

SUITES: tuple[Suite, ...] = (*RECORDS, *READING, *MONEY, *GOODS, *CALLS, *ALIKE)
