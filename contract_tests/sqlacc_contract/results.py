"""What happened to a case -> one line of the log. The log is the source; every other report is made of its lines."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from .cases import Case
from .tap import Exchange
from .tokens import Difference

Line = dict[str, Any]
BODY_KEPT = 20_000  # characters of a body that a line keeps


def case_line(
    language: str,
    case: Case,
    verdict: str,
    message: str,
    seconds: float,
    calls: int,
    differences: Sequence[Difference] = (),
    exchanges: Sequence[Exchange] = (),
    answers: Sequence[tuple[str, Any]] = (),
    whole: bool = False,
) -> Line:
    """A line about one case; what went over the wire is kept in full when it did not pass, or when `whole`."""
    bad = whole or verdict not in ("passed", "skipped")
    return {
        "type": "case",
        "id": f"{language}/{case.id}",
        "language": language,
        "subject": case.subject,
        "operation": case.operation,
        "name": case.name,
        "evidence": case.grade,
        "reading": dict(case.reading),
        "verdict": verdict,
        "message": message,
        "calls": calls,
        "seconds": round(seconds, 4),
        "differences": [asdict(difference) for difference in differences],
        "wire": [_wire(exchange, whole=bad) for exchange in exchanges],
        "answers": [{"op": op, "answer": _short(answer)} for op, answer in answers] if bad else [],
    }


def _wire(exchange: Exchange, whole: bool) -> Line:
    line: Line = {"method": exchange.method, "target": exchange.target, "status": exchange.reply.status}
    if exchange.reply.broken:
        line["broken"] = exchange.reply.broken
    if whole:
        line["headers"] = [[name, _safe(name, value)] for name, value in exchange.headers]
        line["body"] = _text(exchange.body)
        line["answer_headers"] = dict(exchange.reply.headers)
        line["answer"] = _text(exchange.reply.body)
    return line


def _safe(name: str, value: str) -> str:
    """Credentials and signatures are nobody's business, not even those of a sandbox."""
    if name == "authorization":
        return re.sub(r"(Credential=)[^,]*?(/[0-9]{8}/)|(Signature=)[0-9a-f]+", _redacted, value)
    return "(redacted)" if name == "x-amz-security-token" else value


def _redacted(found: re.Match[str]) -> str:
    return f"{found[1]}(redacted){found[2]}" if found[1] else f"{found[3]}(redacted)"


def _text(raw: bytes) -> str:
    text = raw.decode("utf-8", "backslashreplace")
    return text if len(text) <= BODY_KEPT else f"{text[:BODY_KEPT]}... ({len(raw)} bytes)"


def _short(answer: Any) -> Any:
    text = json.dumps(answer, ensure_ascii=False)
    return answer if len(text) <= BODY_KEPT else f"{text[:BODY_KEPT]}... ({len(text)} characters)"


# --- the whole run ------------------------------------------------------------------------------------------------


def of_type(lines: Iterable[Line], type: str) -> list[Line]:
    return [line for line in lines if line["type"] == type]


def counts(lines: Iterable[Line]) -> Counter[str]:
    return Counter(line["verdict"] for line in of_type(lines, "case"))


def is_good(line: Line) -> bool:
    return line["verdict"] in ("passed", "skipped")


def digest(lines: Iterable[Line]) -> str:
    """A hash of what was tried and how it ended: the same for the same seed, however many workers there were."""
    names = ("id", "verdict", "message", "calls", "tried")
    told = [[line.get(name, "") for name in names] for line in of_type(lines, "case")]
    return hashlib.sha256(json.dumps(sorted(told), ensure_ascii=True).encode()).hexdigest()


def ndjson(lines: Iterable[Line]) -> str:
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def passed(lines: Sequence[Line], strict: bool) -> bool:
    """Whether the run is good: something was tried, nothing went wrong, and no client was missing when strict."""
    found = counts(lines)
    clients = of_type(lines, "client")
    wrong = [line for line in clients if line["verdict"] == "failed" or (strict and line["verdict"] == "skipped")]
    bad = sum(number for verdict, number in found.items() if verdict not in ("passed", "skipped"))
    return bool(found["passed"]) and not bad and not wrong and not of_type(lines, "problem")


def untested(
    lines: Sequence[Line],
    *,
    patterns: Sequence[str] = (),
    languages: Sequence[str] = (),
    subjects: Sequence[str] = (),
    packs: Sequence[str] = (),
) -> list[Line]:
    """Problems: what was asked for, or is there to be tested, and met no case. A client that could not be run has told
    so itself; a subject counts as tested where a case of it was not skipped, a pack by the names of cases likewise."""
    tried: dict[str, set[str]] = {}
    for line in of_type(lines, "case"):
        subjects_of = tried.setdefault(line["language"], set())
        if line["verdict"] != "skipped":
            subjects_of.add(line["subject"])
    told = {line["language"] for line in of_type(lines, "client") if line["verdict"] != "begun"}
    found = [("", f"nothing was tested: no case fits --only {pattern!r}") for pattern in patterns]
    found += [(one, "nothing was tested") for one in languages if one not in told and not tried.get(one)]
    for language, subjects_of in tried.items():
        missing = [subject for subject in subjects if subject not in subjects_of]
        if language not in told and subjects_of and missing:
            found.append((language, f"nothing was tested of {', '.join(missing)}"))
    names = {line["name"] for line in of_type(lines, "case") if line["verdict"] != "skipped"}
    found += [("", f"nothing was tested by the cases {pack!r}") for pack in packs if names and pack not in names]
    return [{"type": "problem", "language": language, "message": message} for language, message in found]
