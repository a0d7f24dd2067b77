"""What is about to be written + what must not be in it -> where it is nevertheless, in any of six encodings."""

from __future__ import annotations

import base64
import binascii
import gzip
import json
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{16,}={0,2}")
_HEX = re.compile(rb"(?:[0-9a-fA-F]{2}){16,}")
GZIP = b"\x1f\x8b"


def leaks(haystacks: Iterable[bytes], needles: Iterable[str]) -> Iterator[str]:
    """Names the encoding in which something was found, never the thing itself."""
    wanted = [(form, name, needle) for needle in needles for name, form in _forms(needle)]
    for haystack in haystacks:
        for place, raw in _opened(haystack):
            folded = raw.lower()
            for form, name, needle in wanted:
                if form in (folded if name == "hex" else raw):
                    yield f"a text of {len(needle)} characters beginning with {needle[:1]!r}, {place}{name}"


def _forms(needle: str) -> list[tuple[str, bytes]]:
    raw = needle.encode("utf-8")
    forms = [("raw", raw), ("hex", raw.hex().encode())]
    forms += [("URL", quote(needle, safe="").encode()), ("URL", quote_plus(needle).encode())]
    forms += [
        ("JSON", json.dumps(needle)[1:-1].encode()),
        ("JSON", json.dumps(needle, ensure_ascii=False)[1:-1].encode()),
    ]
    for shift in range(3):  # base64 of a text depends on where in its triplet it begins
        coded = base64.b64encode(b"\0" * shift + raw)
        inner = coded[4 if shift else 0 : len(coded) // 4 * 4 - 4]
        if len(inner) >= 8:
            forms += [("base64", inner), ("base64", inner.replace(b"+", b"-").replace(b"/", b"_"))]
    return list({form: (name, form) for name, form in forms}.values())


def _opened(raw: bytes) -> Iterator[tuple[str, bytes]]:
    """The bytes, and what they hold packed: gzip, gzip in base64, gzip in hex."""
    yield "", raw
    yield from _unzipped(raw, "")
    for found in _BASE64.findall(raw):
        text = found.replace(b"-", b"+").replace(b"_", b"/").rstrip(b"=")
        with_padding = text + b"=" * (-len(text) % 4)
        try:
            yield from _unzipped(base64.b64decode(with_padding), "base64 of ")
        except (binascii.Error, ValueError):
            continue
    for found in _HEX.findall(raw):
        yield from _unzipped(bytes.fromhex(found.decode()), "hex of ")


def _unzipped(raw: bytes, place: str) -> Iterator[tuple[str, bytes]]:
    if raw.startswith(GZIP):
        try:
            yield f"{place}gzip, ", gzip.decompress(raw)
        except (OSError, EOFError, ValueError):
            yield f"{place}broken gzip, ", raw
