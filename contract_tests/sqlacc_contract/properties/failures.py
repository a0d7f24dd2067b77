"""A failed example <-> a small file that plays it again: what was drawn, and what was sent; no secrets."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlacc_codegen.swap import replace_file

FORMAT = 1


class Unreadable(Exception):  # noqa: N818 - says why
    """A file that is no failed example."""


@dataclass(frozen=True)
class Failure:
    """`case`: the id with its client. `given`: readings and drawn values, all that is needed to play it again."""

    case: str
    given: Mapping[str, Any]
    message: str
    spec_sha256: str
    seed: int

    @property
    def name(self) -> str:
        words = "".join(c if c.isalnum() else "-" for c in self.case).strip("-")
        return f"{words}-{hashlib.sha256(_text(self.given).encode()).hexdigest()[:8]}.json"


def save(failure: Failure, folder: Path) -> Path:
    """The whole file or none."""
    path = folder / failure.name
    about = {
        "format": FORMAT,
        "case": failure.case,
        "message": failure.message,
        "seed": failure.seed,
        "spec_sha256": failure.spec_sha256,
        "given": failure.given,
    }
    replace_file(path, (json.dumps(about, ensure_ascii=False, indent=1) + "\n").encode("utf-8"))
    return path


def load(path: Path) -> Failure:
    try:
        about = json.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise Unreadable(f"{path}: {error}") from None
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        raise Unreadable(f"{path}: not a failed example that `sqlacc verify --properties` has saved")
    given = about.get("given")
    if not isinstance(given, dict) or not isinstance(given.get("readings"), dict) or "values" not in given:
        raise Unreadable(f"{path}: `given` must have `readings` and `values`")
    case = about.get("case")
    if not isinstance(case, str) or "/" not in case:
        raise Unreadable(f"{path}: `case` must be the id of a case with its client")
    seed = about.get("seed", 0)
    if not isinstance(seed, int):
        raise Unreadable(f"{path}: `seed` must be a number")
    return Failure(case, given, str(about.get("message", "")), str(about.get("spec_sha256", "")), seed)


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
