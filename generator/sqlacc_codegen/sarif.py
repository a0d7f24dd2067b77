"""Findings -> a SARIF 2.1.0 log of one run, for code scanning."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from .ir import Json
from .problems import Place

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


@dataclass(frozen=True)
class Finding:
    """One result. `fingerprint` is the same for the same finding in another run; `accepted` says why it may stay."""

    rule: str
    message: str
    place: Place
    level: Literal["error", "warning", "note"] = "error"
    fingerprint: str = ""
    accepted: str = ""


def sarif(tool: str, rules: Mapping[str, str], findings: Iterable[Finding]) -> str:
    """`rules` maps ids to what they mean; a rule of a finding that is missing there is added by its id."""
    from importlib.metadata import version

    findings = tuple(findings)
    known = {**{finding.rule: finding.rule for finding in findings}, **rules}
    ids = sorted(known)
    driver = {
        "name": tool,
        "version": version("sqlacc"),
        "rules": [_rule(id, known[id] or id) for id in ids],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, ids.index(finding.rule)) for finding in findings],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)


def _rule(id: str, text: str) -> dict[str, Json]:
    """GitHub wants the text three times: as a title, a description and a help."""
    return {"id": id, **{name: {"text": text} for name in ("shortDescription", "fullDescription", "help")}}


def _result(finding: Finding, index: int) -> dict[str, Json]:
    place = finding.place
    location: dict[str, Json] = {"artifactLocation": {"uri": _uri(place.file)}}
    if place.line:
        location["region"] = {"startLine": place.line, "startColumn": max(place.column, 1)}
    result: dict[str, Json] = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": finding.level,
        "message": {"text": finding.message or finding.rule},
        "locations": [{"physicalLocation": location}],
    }
    if finding.fingerprint:
        result["partialFingerprints"] = {"sqlacc/v1": finding.fingerprint}
    if finding.accepted:
        result["suppressions"] = [{"kind": "external", "justification": finding.accepted}]
    return result


def _uri(file: str) -> str:
    """Relative paths stay relative: code scanning takes them from the top of the repository."""
    from urllib.parse import quote

    file = file.replace("\\", "/")
    made = quote(file, safe="/~", errors="surrogateescape")  # the bytes of a name that is not UTF-8
    return f"file://{made}" if file.startswith("/") else made
