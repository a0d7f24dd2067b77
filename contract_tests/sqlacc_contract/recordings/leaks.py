"""What is about to be written + what must not be in it -> where it is nevertheless, in any of six encodings, also
one within another."""

from __future__ import annotations

import base64
import binascii
import contextlib
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus, unquote_to_bytes

_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{16,}={0,2}")
_HEX = re.compile(rb"(?:[0-9a-fA-F]{2}){16,}")
_STANDARD = bytes.maketrans(b"-_", b"+/")
GZIP, ZLIB = b"\x1f\x8b", b"\x78"
DEEPEST = 3  # packings within each other that are opened
LONGEST = 1_000_000  # bytes that are unzipped of one


def leaks(haystacks: Iterable[bytes], needles: Iterable[str]) -> Iterator[str]:
    """Names the encoding in which something was found, never the thing itself."""
    wanted = [(form, name, needle) for needle in needles for name, form in _forms(needle)]
    for haystack in haystacks:
        for place, raw in _opened(haystack):
            folded = raw.lower()
            for form, name, needle in wanted:
                if form in (folded if name == "hex" else raw):
                    yield f"a text of {len(needle)} characters beginning with {needle[:1]!r}, {name}{place}"


def _forms(needle: str) -> list[tuple[str, bytes]]:
    raw = needle.encode("utf-8")
    forms = [("raw", raw), ("hex", raw.hex().encode())]
    forms += [("URL", quote(needle, safe="").encode()), ("URL", quote_plus(needle).encode())]
    forms += [
        ("JSON", json.dumps(needle)[1:-1].encode()),
        ("JSON", json.dumps(needle)[1:-1].replace("/", "\\/").encode()),
        ("JSON", json.dumps(needle, ensure_ascii=False)[1:-1].encode()),
    ]
    for shift in range(3):  # base64 of a text depends on where in its triplet it begins
        coded = base64.b64encode(b"\0" * shift + raw)
        inner = coded[4 if shift else 0 : len(coded) // 4 * 4 - 4]
        if len(inner) >= 8:
            forms += [("base64", inner), ("base64", inner.replace(b"+", b"-").replace(b"/", b"_"))]
    return list({form: (name, form) for name, form in forms}.values())


def _opened(raw: bytes, place: str = "", depth: int = 0) -> Iterator[tuple[str, bytes]]:
    """The bytes, and what they hold packed, also a packing within another."""
    yield place, raw
    if depth < DEEPEST:
        for name, inner in _unpacked(raw):
            yield from _opened(inner, f" in {name}{place}", depth + 1)


def _unpacked(raw: bytes) -> Iterator[tuple[str, bytes]]:
    if raw.startswith((GZIP, ZLIB)):
        with contextlib.suppress(zlib.error):
            yield "gzip", zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(raw, LONGEST)  # as far as it goes
    if b"%" in raw:
        yield "URL", unquote_to_bytes(raw)
    for found in _BASE64.findall(raw):
        text = found.translate(_STANDARD).rstrip(b"=")
        with contextlib.suppress(binascii.Error):
            yield from _worth("base64", base64.b64decode(text + b"=" * (-len(text) % 4)))
    for found in _HEX.findall(raw):
        yield from _worth("hex", bytes.fromhex(found.decode()))


def _worth(name: str, raw: bytes) -> Iterator[tuple[str, bytes]]:
    """Most of what could be base64 or hex is none, and gives bytes that are neither packed nor a text."""
    with contextlib.suppress(UnicodeDecodeError):
        if not raw.startswith((GZIP, ZLIB)):
            raw.decode("utf-8")
        yield name, raw
