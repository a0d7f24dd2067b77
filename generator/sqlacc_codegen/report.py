"""Problems -> text for people, JSON for programs, SARIF 2.1.0 for code scanning."""

from __future__ import annotations

import json
from collections.abc import Sequence

from .codes import CODES
from .ir import Json
from .problems import Problem


def as_text(problems: Sequence[Problem]) -> str:
    """One line a problem, and a closing line."""
    if not problems:
        return "The specs are sound."
    files = len({problem.place.file for problem in problems})
    closing = f"{_count(len(problems), 'problem')} in {_count(files, 'file')}."
    return "\n".join([*map(str, problems), "", closing])


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def as_json(problems: Sequence[Problem]) -> str:
    """`{"problems": [{file, line, column, code, message, hint}], "count": n}`."""
    found = [
        {
            "file": problem.place.file,
            "line": problem.place.line,
            "column": problem.place.column,
            "code": problem.code,
            "message": problem.message,
            "hint": problem.hint,
        }
        for problem in problems
    ]
    return json.dumps({"problems": found, "count": len(found)}, indent=2, ensure_ascii=False)


def rules() -> dict[str, str]:
    """Every code and what it means, in order."""
    from .lint import RULES

    return dict(sorted({**CODES, **{rule.code: rule.doc for rule in RULES}}.items()))


def list_of_rules(form: str) -> str:
    """`sqlacc check --list-rules`."""
    if form == "json":
        return json.dumps(rules(), indent=2)
    if form == "sarif":
        return as_sarif(())
    width = max(map(len, rules()))
    return "\n".join(f"{code:<{width}}  {doc}" for code, doc in rules().items())


def as_sarif(problems: Sequence[Problem]) -> str:
    """A SARIF log of one run; rules carry their meaning, results their place and hint."""
    from importlib.metadata import version

    known = rules()
    codes = sorted({*known, *(problem.code for problem in problems)})
    driver = {
        "name": "sqlacc",
        "version": version("sqlacc"),
        "rules": [
            {
                "id": code,
                "shortDescription": {"text": known.get(code, code)},
                "defaultConfiguration": {"level": "error"},
            }
            for code in codes
        ],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(problem, codes.index(problem.code)) for problem in problems],
    }
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }
    return json.dumps(log, indent=2, ensure_ascii=False)


def _result(problem: Problem, index: int) -> Json:
    place = problem.place
    location: dict[str, Json] = {"artifactLocation": {"uri": _uri(place.file)}}
    if place.line:
        location["region"] = {"startLine": place.line, "startColumn": max(place.column, 1)}
    text = f"{problem.message}; {problem.hint}" if problem.hint else problem.message
    return {
        "ruleId": problem.code,
        "ruleIndex": index,
        "level": "error",
        "message": {"text": text},
        "locations": [{"physicalLocation": location}],
    }


def _uri(file: str) -> str:
    from urllib.parse import quote

    return f"file://{quote(file)}" if file.startswith("/") else quote(file)
