"""The raw path of a request to a resource and what of it is meant; odd paths are refused, not repaired."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from .errors import ApiError

_BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")


class Place(NamedTuple):
    """`/salesinvoice` and `/salesinvoice/` (key None), `/salesinvoice/*` (key "*"), `/salesinvoice/35`."""

    resource: str  # with its slash
    key: str | None


def parse(path: bytes) -> Place:
    if not path.startswith(b"/"):
        raise ApiError(400, "The path must begin with a slash")
    if _BAD_ESCAPE.search(path):
        raise ApiError(400, "The path holds a % that is no escape")
    try:
        segments = [unquote_to_bytes(segment).decode("utf-8") for segment in path[1:].split(b"/")]
    except UnicodeDecodeError:
        raise ApiError(400, "The path is not percent-encoded UTF-8") from None
    if any(ord(letter) < 32 or letter == "\x7f" for segment in segments for letter in segment):
        raise ApiError(400, "The path holds a control character")
    if len(segments) > 2 or (len(segments) == 2 and not segments[0]):
        raise ApiError(404, "There is no such path; it must read /RESOURCE, /RESOURCE/ or /RESOURCE/KEY")
    return Place("/" + segments[0], segments[1] if len(segments) == 2 and segments[1] else None)
