"""Ids that are the same on every run: uuid5 of what a thing is."""

from __future__ import annotations

from uuid import UUID, uuid5

_SPACE = UUID("5b0c7a52-6a3c-5d0e-9a41-73716c616363")


def stable(*parts: str) -> str:
    """The id of the thing with this path of names."""
    return str(uuid5(_SPACE, "\0".join(parts)))
