"""A workflow -> its code in each language: the example that bears its name, else the README's block that calls it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ...ir import Workflow
from ...language import Language, languages

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)


@dataclass(frozen=True)
class Program:
    """Code in `generated/<language>/<path>`."""

    language: str
    title: str
    path: str
    syntax: str
    code: str


def programs(workflow: Workflow) -> list[Program]:
    """At most one for each language."""
    found = ((*_examples(workflow, language), *_told(workflow, language)) for language in languages())
    return [candidates[0] for candidates in found if candidates]


def _examples(workflow: Workflow, language: Language) -> Iterator[Program]:
    """`orders_to_invoices.py`, `OrdersToInvoices.cs`: letters and digits of the name decide."""
    for path in sorted((language.tree / "examples").glob("*")):
        same = re.sub(r"[^a-z0-9]", "", path.stem.lower()) == workflow.id.replace("_", "")
        if same and path.suffix not in (".csv", ".j2"):
            syntax = language.snippets.syntax if language.snippets else "text"
            code = path.read_text("utf-8")
            yield Program(language.id, language.title, f"examples/{path.name}", syntax, code)


def _told(workflow: Workflow, language: Language) -> Iterator[Program]:
    """The README's code is run by tests, as the examples are."""
    call = re.compile(rf"\b{re.escape(language.roles['method'](workflow))}\w*\(")
    for path in sorted(language.tree.glob("README.md*")):
        for syntax, code in _BLOCK.findall(path.read_text("utf-8")):
            if call.search(code):
                yield Program(language.id, language.title, "README.md", syntax, code)
