"""One thing that was looked at, how it stands, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["good", "note", "bad"]


@dataclass(frozen=True)
class Finding:
    """`bad` has to be mended; a `note` only limits what can be done here."""

    check: str
    state: State
    found: str
    todo: str = ""
