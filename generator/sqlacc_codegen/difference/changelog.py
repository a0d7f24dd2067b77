"""Changes -> the entry in the changelog of one package, and the version that they ask for."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..language import VERSION_HEADING, Language
from .change import Change, bump
from .report import plain

_UNRELEASED = re.compile(r"^## \[?unreleased\]?[^\n]*\n", re.IGNORECASE | re.MULTILINE)
_DOCUMENTATION = ("doc-changed", "evidence-changed", "examples-changed", "personal-changed")
_PATCH = "patch"


def next_version(version: str, step: str) -> str:
    """1.4.2 -> 2.0.0, 1.5.0 or 1.4.3. Below 1.0.0 what breaks raises the second number, all else the third."""
    major, minor, patch = map(int, version.split("."))
    if major == 0:
        return f"0.{minor + 1}.0" if step == "major" else f"0.{minor}.{patch + 1}"
    return {"major": f"{major + 1}.0.0", "minor": f"{major}.{minor + 1}.0"}.get(step, f"{major}.{minor}.{patch + 1}")


def entry(changes: Iterable[Change], language: Language) -> str:
    """What a user of the package must know, in Markdown; nothing when no change concerns one."""
    sections: dict[str, list[str]] = {"Breaking": [], "Added": [], "Changed": [], "Documentation": []}
    described: set[str] = set()
    for change in changes:
        if change.code in _DOCUMENTATION:
            described.add(change.where)
            continue
        text = change.effects.get(language.id) or plain(change.message)
        if change.weight == "breaking":
            whom = {("breaking", False): " (reading)", ("safe", True): " (writing)"}
            text += whom.get((change.readers, change.writers == "breaking"), "")
            sections["Breaking"].append(text)
        else:
            sections["Added" if change.addition else "Changed"].append(text)
    if described:
        places = f"{len(described)} places" if len(described) > 1 else "one place"
        sections["Documentation"].append(f"words or examples changed in {places}")
    parts = [
        f"### {title}\n\n" + "".join(f"- {text[:1].upper()}{text[1:]}.\n" for text in dict.fromkeys(texts))
        for title, texts in sections.items()
        if texts
    ]
    return "\n".join(parts)


def released(changelog: str, changes: Iterable[Change], language: Language) -> tuple[str, str]:
    """The changelog with an entry on top, and its version; unchanged when there is nothing to release.

    What somebody wrote below a heading `## Unreleased` becomes part of the entry. An entry that is on top already is
    not written again.
    """
    changes = tuple(changes)
    version = language.version
    text = entry(changes, language)
    start = changelog.index(top(changelog))
    waiting = _UNRELEASED.search(changelog, 0, start)
    written = changelog[waiting.end() : start].strip() if waiting else ""
    if not written and text.strip() in top(changelog):
        return changelog, version
    version = next_version(version, bump(changes) if changes else _PATCH)
    body = "\n\n".join(part for part in (written, text.strip()) if part)
    head = changelog[: waiting.start() if waiting else start]
    return f"{head}## {version}\n\n{body}\n\n{changelog[start:]}", version


def top(changelog: str) -> str:
    """The newest entry with its heading."""
    first = VERSION_HEADING.search(changelog)
    assert first is not None
    second = VERSION_HEADING.search(changelog, first.end())
    return changelog[first.start() : second.start() if second else None]
