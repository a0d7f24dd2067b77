"""A Name: the words of a name, parsed once on loading and spelled by each language in its own way."""

from __future__ import annotations

import re
from dataclasses import dataclass

_WORD = re.compile(r"[A-Za-z0-9]+")
# Drivers name an operation by the plural of its object; these stand for something else there.
TAKEN_PLURALS = {"client": "the calls of the client itself", "workflows": "the workflows"}
# An object or workflow has a page of its own in the documentation; this one leads to them all.
TAKEN_IDS = frozenset({"index"})


@dataclass(frozen=True, order=True)
class Name:
    """`Name(("sales", "invoice"))`: lower-case words without separators."""

    words: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> Name:
        """Words of `"sales_invoice"`, `"sales invoice"` or `"Sales Invoice"`."""
        return cls(tuple(word.lower() for word in _WORD.findall(text)))

    def snake(self) -> str:
        return "_".join(self.words)

    def kebab(self) -> str:
        return "-".join(self.words)

    def pascal(self) -> str:
        return "".join(word.capitalize() for word in self.words)

    def camel(self) -> str:
        head, *tail = self.words
        return head + "".join(word.capitalize() for word in tail)

    def title(self) -> str:
        return " ".join(word.capitalize() for word in self.words)

    def __str__(self) -> str:
        return self.snake()
