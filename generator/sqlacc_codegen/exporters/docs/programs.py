"""A recipe -> its programs: the example in each language's package that bears its name."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...ir import Workflow
from ...language import languages


@dataclass(frozen=True)
class Program:
    """A file below `generated/<language>/`."""

    language: str
    title: str
    path: str
    syntax: str
    code: str


def programs(workflow: Workflow) -> list[Program]:
    """`orders_to_invoices.py`, `OrdersToInvoices.cs`: letters and digits of the name decide."""
    found = []
    for language in languages():
        for path in sorted((language.tree / "examples").glob("*")):
            same = re.sub(r"[^a-z0-9]", "", path.stem.lower()) == workflow.id.replace("_", "")
            if same and path.suffix not in (".csv", ".j2"):
                syntax = language.snippets.syntax if language.snippets else "text"
                code = path.read_text("utf-8")
                found.append(Program(language.id, language.title, f"examples/{path.name}", syntax, code))
    return found
