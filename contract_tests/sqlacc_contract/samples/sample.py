"""Snippets and READMEs -> samples: code with a name, and the record that has to be stored before it runs."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlacc_codegen.ir import Api
from sqlacc_codegen.language import HOME, Language, language_ids
from sqlacc_codegen.language import language as find_language
from sqlacc_codegen.snippets import shell, snippets, subject

HERE = "@block@"  # where an example of a README stands in the program around it


@dataclass(frozen=True)
class Sample:
    """`planted`: object id and payload of a record that the sample takes for granted."""

    name: str
    code: str
    planted: tuple[str, Any] | None = None

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.code.encode()).hexdigest()[:16]


def speakers() -> tuple[str, ...]:
    """Who has samples: the command line, and every language with templates for them."""
    return (shell.ID, *(id for id in language_ids() if find_language(id).snippets))


def samples(api: Api, speaker: str, generated: Path) -> list[Sample]:
    """Every sample of a language: a snippet for each operation, then the examples of its README."""
    about = {object.id: subject(api, object) for object in api.objects}
    found = []
    for snippet in snippets(api):
        if snippet.language == speaker:
            planted = about[snippet.object].planted_for(snippet.operation)
            found.append(Sample(snippet.id, snippet.code, (snippet.object, planted) if planted else None))
    if speaker != shell.ID:
        found += readme_samples(find_language(speaker), generated / speaker / "README.md")
    return found


def readme_samples(language: Language, readme: Path) -> list[Sample]:
    """The blocks of a README that are marked with the language's name, each inside `snippets/readme.txt`."""
    assert language.snippets
    around = (HOME / language.id / "snippets" / "readme.txt").read_text("utf-8")
    blocks = re.findall(
        rf"^```{re.escape(language.snippets.syntax)}\n(.*?)^```$", readme.read_text("utf-8"), re.M | re.S
    )
    return [Sample(f"readme-{n}", around.replace(HERE, block)) for n, block in enumerate(blocks, 1)]
