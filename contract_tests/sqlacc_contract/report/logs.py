"""Log files (one JSON object a line) -> their lines; lines -> every report that is asked for, written at once."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import click

from sqlacc_codegen.swap import replace_file

from ..coverage import KINDS
from ..results import Line, digest, of_type

Maker = Callable[[Sequence[Line]], str]


def _html(lines: Sequence[Line]) -> str:
    from .page import page

    return page(lines, lines[-1]["seconds"], lines[-1]["good"])


def _junit(lines: Sequence[Line]) -> str:
    from .junit import junit

    return junit(lines)


def _sarif(lines: Sequence[Line]) -> str:
    from .scanning import scanning

    return scanning(lines) + "\n"


# What the reports read of each kind of line; other kinds are passed over.
NEEDED = {
    "run": {"against", "sqlacc", "spec_version", "spec_sha256"},
    "client": {"language", "title", "verdict", "message"},
    "case": {"id", "language", "subject", "operation", "name", "evidence", "reading", "verdict", "message", "calls"}
    | {"seconds", "differences", "wire", "answers"},
    "coverage": {"language", *KINDS},
    "problem": {"language", "message"},
    "end": {"good", "seconds"},
}
FORMS: Mapping[str, Maker] = {"html": _html, "junit": _junit, "sarif": _sarif}


def write(lines: Sequence[Line], files: Mapping[str, Path | None]) -> None:
    """Each report by its form. The last line is the end of the run. Raises Problems when a file cannot be written."""
    for form, make in FORMS.items():
        path = files.get(form)
        if path:
            replace_file(path, make(lines).encode("utf-8", "backslashreplace"))


def make_room(files: Iterable[Path | None]) -> None:
    """The folders of reports, before a long run rather than after it."""
    paths = [path for path in files if path]
    regular = [path.resolve() for path in paths if path.is_file() or not path.exists()]
    if len(set(regular)) != len(regular):
        raise click.UsageError("each report needs a file of its own")
    for path in paths:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise click.ClickException(f"{path.parent}: {error.strerror or error}") from None
        if not os.access(path.parent, os.W_OK):
            raise click.ClickException(f"{path.parent}: may not be written to")


def read(paths: Sequence[Path]) -> list[Line]:
    """The lines of one log, or of several that are parts of one run. What a cut log lacks makes the run not good."""
    lines: list[Line] = []
    good, seconds = True, 0.0
    for path in paths:
        part = _lines(path)
        end = part.pop() if part and part[-1]["type"] == "end" else None
        if end is None:
            part.append({"type": "problem", "language": "", "message": f"{path.name} was cut short: it has no end"})
        good = good and bool(end and end["good"])
        seconds += float(end["seconds"]) if end else 0.0
        lines += part
    specs = {(line["spec_version"], line["spec_sha256"]) for line in of_type(lines, "run")}
    if len(specs) > 1:
        lines.append({"type": "problem", "language": "", "message": "these logs are of runs with different specs"})
        good = False
    ids = [line["id"] for line in of_type(lines, "case")]
    if len(ids) != len(set(ids)):
        raise click.UsageError(f"case {next(id for id in ids if ids.count(id) > 1)} is in more than one of these logs")
    return [*lines, {"type": "end", "good": good, "seconds": round(seconds, 2), "digest": digest(lines)}]


def _lines(path: Path) -> list[Line]:
    try:
        texts = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise click.UsageError(f"{path}: {error}") from None
    found: list[Line] = []
    for number, text in enumerate(texts, 1):
        try:
            line = json.loads(text)
        except ValueError:
            if number == len(texts) and found:
                break  # the run was cut in the middle of a line
            raise click.UsageError(f"{path}:{number}: is not a JSON object") from None
        if not isinstance(line, dict) or "type" not in line or not NEEDED.get(str(line["type"]), set()) <= line.keys():
            raise click.UsageError(f"{path}:{number}: is not a line of a log of `sqlacc verify`")
        found.append(line)
    if not found or found[0]["type"] != "run":
        raise click.UsageError(f"{path}: is not a log of `sqlacc verify --ndjson`")
    return found
