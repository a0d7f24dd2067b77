"""What samples printed when they were last recorded, and how that differs from what they print now."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from sqlacc_codegen.files import write_file
from sqlacc_codegen.snippets import record_file

from .play import Outcome
from .sample import Sample

COMMAND = "sqlacc snippets --record"


def findings(speaker: str, outcomes: Iterable[Outcome]) -> list[str]:
    """One text for each sample that failed, or that does not print what is recorded of it."""
    kept = _read(record_file(speaker))
    found = []
    for outcome in outcomes:
        name, known = f"{speaker}/{outcome.sample.name}", kept.get(outcome.sample.name)
        if outcome.error:
            found.append(f"{name} failed: {outcome.error.strip()}")
        elif known is None or known["code"] != outcome.sample.digest:
            found.append(f"{name}: its output is not recorded; run `{COMMAND} --lang {speaker}`")
        elif known["printed"] != outcome.printed:
            found.append(
                f"{name} prints something else than what is recorded; if that is right, `{COMMAND} --lang {speaker}`\n"
                f"recorded: {known['printed']!r}\nprinted:  {outcome.printed!r}"
            )
    return found


def stale(speaker: str, samples: Iterable[Sample]) -> list[str]:
    """Names that are recorded and that no sample has any more."""
    return sorted(set(_read(record_file(speaker))) - {sample.name for sample in samples})


def keep(speaker: str, outcomes: Sequence[Outcome], samples: Sequence[Sample]) -> bool:
    """Write down what the samples printed, beside what is recorded of others; whether that changed the file."""
    path = record_file(speaker)
    entries = dict(_read(path))
    for outcome in outcomes:
        if not outcome.error:
            entries[outcome.sample.name] = {"code": outcome.sample.digest, "printed": outcome.printed}
    ordered = {sample.name: entries[sample.name] for sample in samples if sample.name in entries}
    return bool(write_file(json.dumps(ordered, indent=1, ensure_ascii=False) + "\n", path))


def _read(path: Path) -> Mapping[str, Mapping[str, str]]:
    try:
        found: Mapping[str, Mapping[str, str]] = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    return found
