"""A case: one thing that has to hold, by what it is about, and what it needs to be tried."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sqlacc_codegen.ir import Grade

from ..play import Play

Live = Literal["no", "read", "write"]
Who = Literal["all", "reference", "clients"]  # whom a case is for: the harness's own caller, or clients


@dataclass(frozen=True)
class Case:
    """`sales_invoice/create[minimum]`: subject, operation, name. `grade` is the evidence of what it stands on."""

    subject: str
    operation: str
    name: str
    play: Callable[[Play], None]
    grade: Grade
    live: Live = "no"  # may it be tried on a real server, and does it write there?
    slow: bool = False
    reading: tuple[tuple[str, str], ...] = ()
    assumes: tuple[str, ...] = ()  # readings that must have their default for the case to make sense
    who: Who = "all"
    twin: str = ""  # under a reading: the id of the same case without it

    @property
    def id(self) -> str:
        played = ",".join(f"{name}={value}" for name, value in self.reading)
        return f"{self.subject}/{self.operation}[{self.name}]" + (f"{{{played}}}" if played else "")
