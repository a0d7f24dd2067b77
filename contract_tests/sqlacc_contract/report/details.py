"""The line of a case -> what the page shows when somebody clicks on it: messages, differences and the wire."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from ..results import Line, is_good
from .wire_diff import Mark, body_lines

_REQUEST = re.compile(r"request ([0-9]+) body ?")


def brief_details(line: Line) -> dict[str, Any]:
    """Of a case that passed: the requests it made. Of any other, when there are too many: the message."""
    return {"message": line["message"], "wire": [f"{_request(one)} → {_status(one)}" for one in line["wire"]]}


def full_details(line: Line) -> dict[str, Any]:
    """Of a case that did not pass: where it differs, and every exchange line by line."""
    if is_good(line):
        return brief_details(line)
    last = [number for number, one in enumerate(line["wire"]) if _call(one) == str(line["calls"])]
    sent: dict[int, dict[str, Mark]] = {}
    answered: dict[str, Mark] = {}
    for one in line["differences"]:
        found = _REQUEST.match(one["path"])
        mark = one["expected"], one["received"]
        if found and int(found[1]) <= len(last):
            sent.setdefault(last[int(found[1]) - 1], {})[one["path"][found.end() :]] = mark
        elif not found:
            answered[one["path"].rpartition(" ")[2]] = mark
    return {
        "message": line["message"],
        "differences": [[one["path"] or "value", one["expected"], one["received"]] for one in line["differences"]],
        "place": "{file}:{line}:{column}".format(**line["place"]) if line.get("place") else "",
        "wire": [
            {
                "request": _request(one),
                "status": _status(one),
                "headers": "\n".join(f"{name}: {value}" for name, value in one.get("headers", [])),
                "sent": body_lines(one.get("body", ""), sent.get(number, {})),
                "answer": _answer(one, answered if number == len(line["wire"]) - 1 else {}),
            }
            for number, one in enumerate(line["wire"])
        ],
        "said": [[str(one["op"]), _said(one["answer"], answered)] for one in line["answers"]],
    }


def _answer(one: Line, marks: Mapping[str, Mark]) -> list[Any]:
    """Marks are paths in a record, which in an answer may stand in `data`."""
    body = one.get("answer", "")
    found = re.match(r'\s*\{\s*"data"\s*:\s*(\[?)', body)
    at = "" if found is None else "data[0]." if found[1] else "data."
    return body_lines(body, {f"{at}{path}": mark for path, mark in marks.items() if path})


def _said(answer: Any, marks: Mapping[str, Mark]) -> list[Any]:
    if not isinstance(answer, dict):
        return body_lines(str(answer), {})
    plain = {name: value for name, value in answer.items() if name != "seq"}
    return body_lines(json.dumps(plain, ensure_ascii=False), {f"value.{path}": mark for path, mark in marks.items()})


def _call(one: Line) -> str:
    """Which call of the case a request belongs to, as the header X-Case says."""
    case = next((value for name, value in one.get("headers", []) if name == "x-case"), "")
    return str(case).rpartition("#")[2]


def _request(one: Line) -> str:
    return f"{one['method']} {one['target']}"


def _status(one: Line) -> str:
    return str(one.get("broken") or one["status"])


def of_languages(lines: Sequence[Line], full: bool) -> dict[str, Any]:
    """By language; what they passed alike is told once, under no name."""
    told: dict[str, Any] = {}
    for line in lines:
        if not is_good(line):
            told[line["language"]] = full_details(line) if full else brief_details(line)
        elif line["message"]:
            told[line["language"]] = brief_details(line)
        else:
            told.setdefault("", brief_details(line))
    return told
