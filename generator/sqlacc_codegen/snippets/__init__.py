"""Api -> sample code of every operation in every language, and what each sample printed when it was last run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ..ir import Api, Object, Operation
from ..language import HOME, Language, languages
from . import shell
from .subject import Subject, subject

__all__ = ["Snippet", "Subject", "printed", "record_file", "snippets", "subject"]


@dataclass(frozen=True)
class Snippet:
    """Code that can be pasted and run. `language` is the id of a language, or `curl` for the command line."""

    object: str
    operation: str
    language: str
    title: str  # of the tab: Python
    syntax: str  # for highlighting: python
    code: str

    @property
    def id(self) -> str:
        return f"{self.object}-{self.operation}"

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.code.encode()).hexdigest()[:16]


def snippets(api: Api) -> tuple[Snippet, ...]:
    """A sample of each operation of each object in each language; the command line comes first."""
    return tuple(_all(api))


def printed(snippet: Snippet) -> str | None:
    """What the sample printed when `sqlacc snippets --record` ran it; None when this code was never run."""
    kept = _recorded(record_file(snippet.language)).get(snippet.id)
    return kept["printed"] if kept and kept["code"] == snippet.digest else None


def record_file(language: str) -> Path:
    """Where the outputs of a language's samples are kept."""
    folder = Path(__file__).parent if language == shell.ID else HOME / language / "snippets"
    return folder / "printed.json"


@lru_cache
def _recorded(path: Path) -> dict[str, dict[str, str]]:
    try:
        found: dict[str, dict[str, str]] = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    return found


def _all(api: Api) -> Iterator[Snippet]:
    spoken = [language for language in languages() if language.snippets]
    rendered = {language.id: _Renderer(language) for language in spoken}
    for object in api.objects:
        about = subject(api, object)
        for operation in object.operations:
            yield Snippet(object.id, operation.kind, shell.ID, shell.TITLE, shell.SYNTAX, shell.code(about, operation))
            for language in spoken:
                assert language.snippets
                code = rendered[language.id].code(api, object, operation, about)
                yield Snippet(object.id, operation.kind, language.id, language.title, language.snippets.syntax, code)


class _Renderer:
    """The templates of one language: one for each kind of operation."""

    def __init__(self, language: Language) -> None:
        from ..emit import templates  # imports Jinja

        self._templates = templates(language, HOME / language.id / "snippets", language.tree)

    def code(self, api: Api, object: Object, operation: Operation, about: Subject) -> str:
        template = self._templates.get_template(f"{operation.kind}.j2")
        return template.render(api=api, object=object, operation=operation, about=about)
