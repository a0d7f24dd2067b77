"""Api -> what is worth recording: cases of `verify` that tell a whole story, paging, and the recipes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from sqlacc_codegen.ir import Api, Example, Workflow

from ..cases import Case, cases
from ..cases.live import live_cases
from ..cases.subject import Subject
from ..play import Play, payload

MANY = 137  # records of the paging: two full pages and a part

CHOSEN = {
    "client": {"ping"},
    "list": {"first page", "filtered"},
    "iterate": {"with details"},
    "get": {"existing", "missing"},
    "find": {"by identity", "nothing"},
    "create": {"taken number"},
    "update": {"stale", "with retry"},
    "delete": {"and gone"},
    "pdf": {"default report"},
    "ensure": {"twice"},
    "many": {"one fails"},
}

DEEP = {  # of one document and one master
    "list": {"wildcard"},
    "find": {"several", "odd identity", "by an unindexed field"},
    "create": {"any text", "user fields"},
    "update": {"user fields", "line changed", "line added", "line removed"},
}


FAULTS = {  # what goes wrong on the way, as far as an answer tells it
    "get": {"503 then fine"},
    "create": {"429 is repeated"},
}
DEEP_FAULTS = {  # of one document and one master
    "list": {"503 then fine", "429 page with Retry-After", "HTML for an answer", "cut answer"},
    "find": {"503 then fine", "cut answer"},
    "get": {
        *("429 page with Retry-After", "502 and 504 pages", "cut answer", "503 for ever", "429 for ever"),
        *("500 is not repeated", "HTML for an answer", "redirect is not followed", "licence", "broken JSON"),
    },
    "create": {"503", "502 page", "504 page", "500 with words", "redirect is not followed", "cut answer"},
    "update": {"429 is repeated", "503", "502 page", "500 with words", "redirect is not followed", "cut answer"},
    "delete": {"429 is repeated", "503", "502 page", "500 with words", "redirect is not followed"},
    "pdf": {"503 then fine", "HTML for an answer", "no PDF", "cut PDF"},
}
REFUSALS = {  # each way of a reading to refuse
    "stale_status": ("update", "stale"),
    "duplicate_status": ("create", "taken number"),
    "not_found": ("get", "missing"),
    "error_body": ("get", "missing"),
}
KEYS = {"keys: wrong secret", "keys: unknown key"}


@dataclass(frozen=True)
class Take:
    """A case to record, and what has to be there before it and is not recorded."""

    case: Case
    prepare: Callable[[Play], None] | None = None


def sandbox_takes(api: Api) -> Iterator[Take]:
    deep = {flow.args["target"] for flow in api.workflows if flow.kind == "transfer"}
    deep.add(next(o.id for o in api.objects if o.kind == "master"))
    for case in cases(api):
        if case.reading:
            continue
        wanted = _chosen(case) or _example(api, case) or case.operation == "workflow" or case.name in KEYS
        wanted = wanted or case.name in FAULTS.get(case.operation, ())
        if case.subject in deep:
            wanted = wanted or case.name in DEEP.get(case.operation, set()) | DEEP_FAULTS.get(case.operation, set())
            yield from _refused(api, case)
        if wanted:
            yield Take(case)
    small = Subject(min((o for o in api.objects if "create" in o.by_operation), key=lambda o: len(o.fields)))
    yield _paging(small)
    for flow in api.workflows:
        if flow.kind == "recipe":
            for example in flow.examples:
                yield from _recipe(api, flow, example)


def live_takes(api: Api, write: bool) -> Iterator[Take]:
    """Reads of a real server; with leave, one tagged round of writing per object that cleans up after itself."""
    for case in live_cases(api, cases(api), write):
        if case.live == "write" or _chosen(case):
            yield Take(case)


def _chosen(case: Case) -> bool:
    return case.name in CHOSEN.get(case.operation, ())


def _example(api: Api, case: Case) -> bool:
    if case.operation not in ("create", "update") or case.subject not in api.by_id:
        return False
    return case.name in {example.id for example in api.object(case.subject).examples}


def _refused(api: Api, case: Case) -> Iterator[Take]:
    for reading in api.readings:
        if REFUSALS.get(reading.id) == (case.operation, case.name):
            for choice in reading.choices:
                if choice.value != reading.default:
                    yield Take(replace(case, reading=((reading.id, choice.value),)))


def _paging(s: Subject) -> Take:
    def prepare(play: Play) -> None:
        there = len(play.value(s.op("iterate"))["records"])
        play.value(s.op("create_many"), records=[s.variant(n) for n in range(MANY - there)])

    def pages(play: Play) -> None:
        found = play.value(s.op("iterate"))["records"]
        play.equal(MANY, len({str(s.key(row)) for row in found}), "different records")

    return Take(Case(s.o.id, "iterate", f"{MANY} records", pages, "documented"), prepare)


def _recipe(api: Api, flow: Workflow, example: Example) -> Iterator[Take]:
    target = next((t for t in flow.args["targets"] if t["object"] == example.object), None)
    if target is None:
        return
    s = Subject(api.object(target["object"]))

    def ensure(play: Play) -> None:
        record = payload(s.o, example.payload)
        first = play.value(s.op("ensure"), record=record, by=target["by"])
        second = play.value(s.op("ensure"), record=record, by=target["by"])
        play.equal([True, False], [first["created"], second["created"]], "created")

    yield Take(Case(flow.id, "recipe", example.id, ensure, example.evidence.grade))
