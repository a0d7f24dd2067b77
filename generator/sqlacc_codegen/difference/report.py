"""Changes -> text for people (Markdown), for programs (JSON) and for code scanning (SARIF)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Literal

from ..ir import Json
from ..problems import Place
from ..sarif import Finding, sarif
from .change import WEIGHTS, Change, bump

Locate = Callable[[str], Place]  # path of a change -> where it stands in the spec


def as_json(changes: Iterable[Change], approved: frozenset[str], locate: Locate) -> str:
    """One JSON document: the suggested version step and every change."""
    changes = tuple(changes)
    rows = [_row(change, approved, locate) for change in changes]
    return json.dumps({"suggested": bump(changes), "changes": rows}, indent=2, ensure_ascii=False) + "\n"


def _row(change: Change, approved: frozenset[str], locate: Locate) -> dict[str, Json]:
    return {
        "fingerprint": change.fingerprint,
        "where": change.where,
        "place": str(locate(change.where)),
        "code": change.code,
        "message": change.message,
        "readers": change.readers,
        "writers": change.writers,
        "approved": change.fingerprint in approved,
        "effects": change.effects,
    }


_HEADINGS = {"breaking": "Breaking", "risky": "Risky", "safe": "Safe"}


def as_markdown(changes: Iterable[Change], approved: frozenset[str], titles: Mapping[str, str]) -> str:
    """Sections by weight; `titles` are the names of the languages by id."""
    changes = tuple(changes)
    if not changes:
        return "No changes.\n"
    lines = [f"Suggested version step: **{bump(changes)}**", ""]
    for weight in reversed(WEIGHTS):
        group = [change for change in changes if change.weight == weight]
        if not group:
            continue
        lines += [f"## {_HEADINGS[weight]}", ""]
        for change in group:
            mark = " (approved)" if change.fingerprint in approved else ""
            lines.append(f"- `{_code(change.where)}`: {plain(change.message)}{mark} `{change.fingerprint}`")
            lines.append(f"  - readers: {change.readers}, writers: {change.writers}")
            lines += [f"  - {titles.get(id, id)}: {effect}" for id, effect in change.effects.items()]
        lines.append("")
    return "\n".join(lines)


def _code(text: str) -> str:
    """What may stand between backticks on one line."""
    return " ".join(text.replace("`", "'").split())


def plain(text: str) -> str:
    """Text of a spec on one line, without the signs that Markdown would act on."""
    text = re.sub(r"[\\`*\[\]<>]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])", r"\\\g<0>", text)  # a_b is no emphasis
    return " ".join(text.split())


_LEVELS: Mapping[str, Literal["error", "warning", "note"]] = {"breaking": "error", "risky": "warning", "safe": "note"}


def as_sarif(changes: Iterable[Change], approved: frozenset[str], locate: Locate) -> str:
    """SARIF 2.1.0; an approved change is a suppressed result."""

    def finding(change: Change) -> Finding:
        text = f"{change.where}: {change.message} (readers: {change.readers}, writers: {change.writers})"
        accepted = "approved fingerprint" if change.fingerprint in approved else ""
        place = locate(change.where)
        return Finding(change.code, text, place, _LEVELS[change.weight], change.fingerprint, accepted)

    return sarif("sqlacc diff", {}, map(finding, changes)) + "\n"
