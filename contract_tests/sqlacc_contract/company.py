"""What a server tells of its company -> whether that is the one somebody named, before anything is written there."""

from __future__ import annotations

from collections.abc import Iterator


def is_company(profile: object, name: str) -> bool:
    """Whether a text of the profile is this very name, but for capitals and blanks round it."""
    wanted = name.strip().casefold()
    return bool(wanted) and wanted in _texts(profile)


def _texts(token: object) -> Iterator[str]:
    for inner in token.values() if isinstance(token, dict) else token if isinstance(token, list) else ():
        yield from _texts(inner)
    if isinstance(token, str):
        yield token.strip().casefold()
