"""Keys, filters and paths -> the request target, encoded once so that what is signed is what is sent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast
from urllib.parse import quote, urlsplit

from . import _values
from .errors import ConfigurationError, FieldProblem, UsageError, ValidationError

Pairs = Iterable[tuple[str, Any]]

_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_TARGET = re.compile(
    r"/(?!/)(?:[\w.~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*(?:\?(?:[\w.~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})+)?", re.ASCII
)
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def with_key(path: str, key: Any) -> str:
    """`/salesinvoice/35`; every character of the key but A-Z a-z 0-9 - . _ ~ is percent-encoded."""
    text = _text(key)
    if text in ("", ".", "..") or isinstance(key, bool):
        raise ValidationError([FieldProblem("key", f"{text!r} is no key that can be asked for")])
    return f"{path}/{_quote(text)}"


def with_query(path: str, pairs: Pairs) -> str:
    """`path?name=value&...` in the order given; `*` and `~` of a value stay as they are (wildcards)."""
    query = "&".join(f"{_quote(name)}={_quote(_text(value), safe='*~')}" for name, value in pairs)
    return f"{path}?{query}" if query else path


def free(path: str, query: Mapping[str, Any] | Pairs | None) -> str:
    """The target of a call that the caller spells: a path, percent-encoded where needed, and a query."""
    normal = _ESCAPE.sub(_normal, path)  # as requests would write it, so that what is signed is what is sent
    if not _TARGET.fullmatch(path) or any(part in (".", "..") for part in normal.partition("?")[0].split("/")):
        raise UsageError(f"{path!r} is no path: /terms, percent-encoded, without dots for a segment")
    pairs = query.items() if isinstance(query, Mapping) else query or ()
    more = with_query("", cast("Pairs", pairs))
    return normal + (more.replace("?", "&", 1) if "?" in normal else more)


def base(url: str) -> str:
    """A base URL without its last slash. Raises ConfigurationError when requests could not go there as they are."""
    shown = url if "@" not in url else "(a URL with credentials)"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ConfigurationError(f"base URL {shown!r}: {error}") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigurationError(f"base URL {shown!r}: must be https://host or http://host")
    if parts.username is not None or parts.query or parts.fragment or "?" in url or "#" in url:
        raise ConfigurationError(f"base URL {shown!r}: no credentials, query or fragment belong there")
    if not re.fullmatch(r"[A-Za-z0-9._~/-]*", parts.path) or "//" in parts.path or "/." in parts.path:
        raise ConfigurationError(f"base URL {shown!r}: path segments of letters, digits, - . _ ~ only")
    host = parts.hostname
    try:
        host.encode("ascii")
    except UnicodeEncodeError:
        raise ConfigurationError(f"base URL {shown!r}: write the host in ASCII (xn--...)") from None
    if not re.fullmatch(r"[a-z0-9._-]+|[0-9a-f:.]+", host):
        raise ConfigurationError(f"base URL {shown!r}: {host!r} is no host")
    standard = {"http": 80, "https": 443}[parts.scheme]
    authority = f"[{host}]" if ":" in host else host
    if port is not None and port != standard:
        authority = f"{authority}:{port}"
    return f"{parts.scheme}://{authority}{parts.path.rstrip('/')}"


def _normal(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return character if character in _UNRESERVED else match[0].upper()


def _quote(text: str, safe: str = "~") -> str:
    try:
        return quote(text, safe=safe, encoding="utf-8", errors="strict")
    except UnicodeEncodeError:
        raise UsageError("half of a surrogate pair is no text and cannot be sent") from None


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, (int, datetime, date)):
        try:
            return str(_values.plain(value))
        except _values.Unfit as unfit:
            raise UsageError(f"{value} {unfit}") from None
    raise UsageError(f"{type(value).__name__} cannot stand in a URL; give text, an integer, a Decimal or a date")
