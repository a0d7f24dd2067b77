"""Lines of the log -> SARIF 2.1.0: a finding for each case that did not pass, where the spec says otherwise."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from sqlacc_codegen.problems import Place
from sqlacc_codegen.sarif import Finding, sarif

from ..results import Line, is_good, of_type
from .matrix import clients

RUN = "run"
NOWHERE = Place("spec/api.yaml", 1, 1)  # code scanning wants a place for everything


def scanning(lines: Sequence[Line]) -> str:
    """The JSON text. A fingerprint is that of the case in its language, whatever the message says."""
    bad = [line for line in of_type(lines, "case") if not is_good(line)]
    rules = {_rule(line): f"{line['operation']}: {line['name']}" for line in bad}
    rules[RUN] = "Every client can be run, and every case that was asked for is there."
    return sarif("sqlacc verify", rules, [*map(_case, bad), *_others(lines)])


def _rule(line: Line) -> str:
    return f"{line['operation']}/{line['name']}"


def _case(line: Line) -> Finding:
    readings = "".join(f", reading {name}={value}" for name, value in line["reading"].items())
    text = f"{line['language']}: {line['subject']}, {line['operation']}: {line['name']}{readings}: {line['message']}"
    return Finding(
        _rule(line), text, Place(**line["place"]) if "place" in line else NOWHERE, fingerprint=_hash(line["id"])
    )


def _others(lines: Sequence[Line]) -> Iterator[Finding]:
    for line in of_type(lines, "problem"):
        text = ": ".join(filter(None, (line["language"], line["message"])))
        yield Finding(RUN, text, NOWHERE, fingerprint=_hash(text))
    for line in clients(lines):
        if line["verdict"] in ("failed", "skipped"):
            level = "error" if line["verdict"] == "failed" else "warning"
            text = f"{line['language']}: {line['message']}"
            yield Finding(RUN, text, NOWHERE, level, _hash(f"client {line['language']}"))  # type: ignore[arg-type]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:32]
