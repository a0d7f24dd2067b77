"""Api -> cases: everything that has to hold, in a fixed order; a new object brings its own."""

from __future__ import annotations

from collections.abc import Iterator

from sqlacc_codegen.ir import Api

from .batches import batches, pdfs
from .case import Case
from .client import client
from .every_field import every_field
from .failing import failing
from .flows import flows
from .overlooked import overlooked
from .readings import reading_cases
from .reads import reads
from .subject import Subject
from .telling import telling
from .writes import writes

__all__ = ["Case", "cases"]


def cases(api: Api) -> Iterator[Case]:
    """All cases of a spec. The first object of each kind is tried harder than the others."""
    subjects = [Subject(o) for o in api.objects]
    hard = _hard(api, subjects)
    ordinary = list(_ordinary(api, subjects, hard))
    yield from ordinary
    yield from reading_cases(api, subjects, hard, ordinary)


def _ordinary(api: Api, subjects: list[Subject], hard: list[Subject]) -> Iterator[Case]:
    yield from client(api, next((s for s in hard if s.o.kind == "master"), subjects[0]))
    for subject in subjects:
        first = subject in hard
        yield from reads(api, subject)
        yield from writes(subject)
        yield from every_field(subject)
        yield from pdfs(subject)
        yield from batches(api, subject, many=first)
        yield from failing(subject, everything=first)
        if first:
            yield from overlooked(api, subject)
    yield from flows(api)
    yield from telling(api, subjects, hard)


def _hard(api: Api, subjects: list[Subject]) -> list[Subject]:
    """A document and a master on which everything is tried: the target of a transfer, and the first master."""
    targets = [flow.args["target"] for flow in api.workflows if flow.kind == "transfer"]
    documents = [s for s in subjects if s.o.kind == "document" and s.creates]
    masters = [s for s in subjects if s.o.kind == "master" and s.creates and s.can("find")]
    documents.sort(key=lambda s: s.o.id not in targets)
    return documents[:1] + masters[:1]
