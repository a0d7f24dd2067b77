"""Suites of single calls: requests built, answers read, bad days on the way to the server, recordings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from sqlacc_codegen.ir import Api

from ... import faults
from ...cases.subject import Subject
from ...play import Row
from ..records import Given, Maker
from ..scene import Scene
from .suite import Suite, with_operations

BAD_DAYS: dict[str, Any] = {
    "429": lambda: faults.status(429),
    "429 after 1": lambda: faults.status(429, retry_after="1"),
    "429 page": lambda: faults.page(429, faults.BUSY_PAGE, "3"),
    "502 page": lambda: faults.page(502),
    "503": lambda: faults.status(503),
    "503 after 2": lambda: faults.status(503, retry_after="2"),
    "504": lambda: faults.status(504),
    "500": lambda: faults.status(500, "Operation aborted"),
    "dropped": faults.dropped,
    "lost": faults.lost,
    "cut": faults.cut,
    "emptied": faults.emptied,
    "redirect": lambda: faults.answer(302, b"", b"text/plain", (b"location", b"/version")),
    "passes": lambda: None,
}


def retried(scene: Scene, given: Given) -> None:
    """Any operation on a bad day. The witnesses know what has to follow from each fault."""
    play, s = scene.play, scene.s
    record = scene.labelled(given["record"])
    args: dict[str, Row] = {"list": {"limit": 2}, "create": {"record": record}}
    if given["operation"] in ("get", "update", "delete", "pdf"):
        stored = scene.read(s.key(scene.created(given["record"])))
        key = {"key": s.key(stored)}
        args |= {"get": key, "delete": key, "pdf": key, "update": {"record": stored, "changes": {}}}
    before = scene.keys()
    with scene.held("P25"):
        play.fault(*(BAD_DAYS[name]() for name in given["faults"]))
        outcome = play.call(s.op(given["operation"]), **args[given["operation"]])
        play.fault()
        after = scene.keys()
        more = len(after) - len(before)
        if given["operation"] == "create":
            play.check(more <= 1, f"one create made {more} records")
            play.check(not outcome.ok or more == 1, f"a create that succeeded made {more} records")
        elif given["operation"] == "delete":
            play.check(more in (0, -1) and (not outcome.ok or more == -1), f"a delete took {-more} records")
        else:
            play.equal(before, after, "the keys of all records")


def _retried(maker: Maker) -> SearchStrategy[Given]:
    offered = [name for name in ("list", "get", "create", "update", "delete", "pdf") if maker.subject.can(name)]
    return st.fixed_dictionaries(
        {
            "operation": st.sampled_from(offered),
            "faults": st.lists(st.sampled_from(sorted(BAD_DAYS)), min_size=1, max_size=5),
            "record": maker.records(),
        }
    )


def _hard(api: Api) -> Iterator[Subject]:
    """A document and a master: retries do not depend on the object."""
    found = {s.o.kind: s for s in with_operations("create", "get", "list", "update", "delete")(api)}
    yield from found.values()


CALLS = (
    Suite(
        "retried",
        "Any operation while answers are refused, lost, cut or late.",
        ("P25",),
        _hard,
        _retried,
        retried,
        avoids={"negative_stock": ("refused",)},
    ),
)
