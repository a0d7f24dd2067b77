"""Problems -> text for people, JSON for programs, SARIF 2.1.0 for code scanning."""

from __future__ import annotations

import json
from collections.abc import Sequence

from .codes import CODES
from .problems import Problem
from .sarif import Finding, sarif


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

    def finding(problem: Problem) -> Finding:
        text = f"{problem.message}; {problem.hint}" if problem.hint else problem.message
        return Finding(problem.code, text, problem.place)

    return sarif("sqlacc", rules(), map(finding, problems))
