"""Two recordings of one case -> where they differ; of two made one after the other, that is what changes by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..tokens import MISSING, NOTHING, Difference, brief, differences, parse
from .cassette import Cassette, Interaction


def changes(before: Cassette, after: Cassette) -> list[Difference]:
    """What has changed, but for the places that are known to change by themselves."""
    calm = set(before.volatile)
    return [one for one in _all(before, after) if place(one.path) not in calm]


def volatile(first: Cassette, second: Cassette) -> tuple[str, ...]:
    """The places where two recordings differ though nobody changed anything."""
    return tuple(sorted({place(one.path) for one in _all(first, second)}))


def place(path: str) -> str:
    """A path without the numbers of interactions and rows: `answer data[].lastmodified`."""
    return re.sub(r"\[[0-9]+\]", "[]", re.sub(r"^interaction [0-9]+ ", "", path))


def _all(before: Cassette, after: Cassette) -> Iterator[Difference]:
    for number, (old, new) in enumerate(zip(before.interactions, after.interactions, strict=False), 1):
        yield from _between(old, new, f"interaction {number}")
    if len(before.interactions) != len(after.interactions):
        yield Difference("interactions", str(len(before.interactions)), str(len(after.interactions)))


def _between(old: Interaction, new: Interaction, at: str) -> Iterator[Difference]:
    asked, asks = f"{old.method} {old.target}", f"{new.method} {new.target}"
    if asked != asks:
        yield Difference(f"{at} request", asked, asks)
    if old.status != new.status:
        yield Difference(f"{at} status", str(old.status), str(new.status))
    kinds = [dict(one.answer_headers).get("content-type", MISSING) for one in (old, new)]
    if kinds[0] != kinds[1]:
        yield Difference(f"{at} content type", *kinds)
    yield from _bodies(old.body, new.body, f"{at} body")
    yield from _bodies(old.answer, new.answer, f"{at} answer")


def _bodies(old: bytes, new: bytes, at: str) -> Iterator[Difference]:
    if old == new:
        return
    try:
        found = list(differences(parse(old), parse(new)))
    except (ValueError, RecursionError):
        yield Difference(at, _shown(old), _shown(new))
        return
    for one in found:
        yield Difference(f"{at} {one.path}".rstrip(), one.expected, one.received)


def _shown(raw: bytes) -> str:
    return brief(raw.decode("utf-8", "backslashreplace")) if raw else NOTHING
