"""Answers of the server -> JSON values, or the errors that they mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any, NamedTuple

from . import _json
from .error_forms import ERROR_FORMS
from .errors import (
    API_ERRORS,
    AmbiguousWriteError,
    ApiError,
    ClockSkewError,
    RateLimitError,
    SqlaccError,
    UnexpectedResponseError,
)
from .transport import HttpResponse

SKEW = 300.0  # seconds: a signature older than this is refused by AWS's own servers
# The weekday is not looked at.
_HTTP_DATE = re.compile(r"[a-z]+, (\d\d? [a-z]{3} \d{4} (?:[01]\d|2[0-3])(?::[0-5]\d){2}) (?:GMT|UTC)", re.I | re.A)
_FORMS = tuple((kind, status, re.compile(pattern, re.IGNORECASE)) for kind, status, pattern in ERROR_FORMS)
_SKEW_WORDS = re.compile(r"skew|too (old|far|new)|expired|clock|not yet (valid|current)", re.IGNORECASE)
_BY_STATUS = {401: "authentication", 403: "authentication", 404: "not_found", 429: "rate_limit"}
_DEFINITE = frozenset({"stale", "duplicate", "reference", "licence"})  # words that leave no doubt: nothing was stored


class Sent(NamedTuple):
    """What an answer belongs to. `words` hides secrets in what the server says."""

    request: str
    profile: str
    write: bool
    clock: Callable[[], datetime] | None  # None: an injected clock says nothing about this machine's
    words: Callable[[str], str]


def is_html(response: HttpResponse) -> bool:
    """A page for people: a proxy, a firewall or a web server answered, not the API."""
    start = response.body.lstrip()[:1]
    return start == b"<" or ("html" in response.headers.get("content-type", "") and start not in b'{["')


def refuse_error(response: HttpResponse, sent: Sent) -> None:
    """Raise what a status other than 2xx means."""
    status = response.status
    if 200 <= status < 300:
        return
    if 300 <= status < 400:
        raise unexpected(f"redirected with status {status}, which is never followed", response, sent)
    html = is_html(response)
    body = None if html else _body(response)
    message = sent.words(_message(response, body, html))
    kind = _kind(status, message)
    definite = isinstance(body, dict) and bool(body.keys() & {"message", "error"})
    if sent.write and status >= 500 and not (status == 500 and (definite or kind in _DEFINITE)):
        raise AmbiguousWriteError(
            f"status {status} {message}; the write may have been carried out",
            request=sent.request,
            profile=sent.profile,
            status=status,
        )
    skew = _skew(response, sent) if kind in ("authentication", "clock_skew") else None
    if kind == "authentication" and (_SKEW_WORDS.search(message) or (skew is not None and abs(skew) > SKEW)):
        kind = "clock_skew"
    error = api_error(kind, message, response, sent, body=_redacted(body, sent), skew=skew)
    error._page = html
    raise error


def api_error(
    kind: str, message: str, response: HttpResponse, sent: Sent, *, body: Any = None, skew: float | None = None
) -> ApiError:
    """The error of a kind."""
    if kind == "clock_skew":
        off = f" by {abs(skew):.0f} s" if skew is not None else ""
        message = f"{message} (the clocks of this machine and of the server differ{off})"
    error = API_ERRORS.get(kind, ApiError)(
        message,
        request=sent.request,
        profile=sent.profile,
        status=response.status,
        headers=_redacted(response.headers, sent),
        body=body,
    )
    if isinstance(error, ClockSkewError):
        error.skew = skew
    if isinstance(error, RateLimitError):
        error.retry_after = retry_after(response, datetime.now(timezone.utc))
    return error


def json_value(response: HttpResponse, sent: Sent) -> Any:
    """The JSON of a 2xx answer; None when it has no body. Raises UnexpectedResponseError."""
    if not response.body.strip():
        return None
    if is_html(response):
        raise unexpected("a web page instead of JSON: a proxy or firewall answered", response, sent)
    try:
        return _json.loads(response.body)
    except ValueError as error:
        reason = sent.words(str(error))[:200]
        raise unexpected(f"no readable JSON ({reason}): {sent.words(_start(response.body))}", response, sent) from None


def error_in_success(value: Any) -> str:
    """The words of an error that was told with a status of success; empty for anything else."""
    if isinstance(value, Mapping):
        if value.get("error"):
            return _words(value) or "an error"
        if (
            set(value) <= {"message", "code", "status", "success", "error", "statuscode", "timestamp"}
            and "message" in value
        ):
            return _words(value)
        if value.get("success") is False:
            return _words(value) or "success: false"
    return ""


def unexpected(message: str, response: HttpResponse, sent: Sent) -> SqlaccError:
    """The error for an answer that is none of this API."""
    written = sent.write and 200 <= response.status < 300
    if written:
        message += "; the write itself was acknowledged"
    return UnexpectedResponseError(
        message,
        request=sent.request,
        profile=sent.profile,
        status=response.status,
        headers=_redacted(response.headers, sent),
        body=sent.words(response.body.decode("latin-1")).encode("latin-1"),
        written=written,
    )


def retry_after(response: HttpResponse, now: datetime) -> float | None:
    """Seconds that the server asks to wait: a number, or a date of HTTP."""
    text = response.headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]+)?", text):
        return float(text)
    date = _HTTP_DATE.fullmatch(text)
    moment = http_date(f"{date[1]} GMT") if date else None
    return max(0.0, (moment - now).total_seconds()) if moment else None


def http_date(text: str) -> datetime | None:
    """A moment of an HTTP header."""
    if not text:
        return None
    from email.utils import parsedate_to_datetime  # takes its time, and answers seldom need it

    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def _kind(status: int, message: str) -> str:
    for kind, only, pattern in _FORMS:
        if only in (0, status) and pattern.search(message):
            return kind if kind in API_ERRORS else "api"
    return _BY_STATUS.get(status, "server" if status >= 500 else "api")


def _skew(response: HttpResponse, sent: Sent) -> float | None:
    there = http_date(response.headers.get("date", ""))
    return (there - sent.clock()).total_seconds() if there and sent.clock else None


def _body(response: HttpResponse) -> Any:
    try:
        return _json.loads(response.body)
    except ValueError:
        return response.body.decode("utf-8", "replace")


def _message(response: HttpResponse, body: Any, html: bool) -> str:
    if html:
        text = response.body.decode("utf-8", "replace")
        title = re.search(r"<title[^>]*>(.*?)</title>", text, re.IGNORECASE | re.DOTALL)
        words = " ".join((title[1] if title else re.sub(r"<[^>]*>", " ", text)).split())[:300]
        return words or "a web page without words"
    raw = response.body.decode("utf-8", "replace")
    return (_words(body) or raw).strip()[:2000] or "(no message)"


def _words(body: Any) -> str:
    """The server's words: `message`, `error.message`, `error`, or the text itself."""
    if isinstance(body, str):
        return body
    if not isinstance(body, Mapping):
        return ""
    error = body.get("error")
    for found in (body.get("message"), error.get("message") if isinstance(error, Mapping) else error):
        if isinstance(found, str) and found.strip():
            return found
    return ""


def _redacted(body: Any, sent: Sent) -> Any:
    if isinstance(body, str):
        return sent.words(body)
    if isinstance(body, Mapping):
        return {key: _redacted(value, sent) for key, value in body.items()}
    if isinstance(body, list):
        return [_redacted(value, sent) for value in body]
    return body


def _start(body: bytes) -> str:
    text = " ".join(body[:120].decode("utf-8", "replace").split())
    return f"{text}..." if len(body) > 120 else text
