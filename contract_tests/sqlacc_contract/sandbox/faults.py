"""Faults on demand: which requests they strike and what becomes of the answer.

A fault is a mapping, in JSON for the admin endpoint and as `kind=status,status=503,times=2` on the command line:

    kind     status, html, rate_limit, redirect, garbage, empty, delay, drop, cut, length, drip
    method, path, case    strike only requests with this method, path (`*` as wildcard) or X-Case
    skip     let so many fitting requests pass first (0)
    times    strike so many (1; 0 is all)
    after    process the request first (false; delay, cut, length and drip always do)
    status   status of `status` (503), `html` (200) and `garbage` (200)
    message, retry_after, location, seconds, bytes    what the kinds need
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from . import jsontext
from .exchange import HTML_TYPE, JSON_TYPE, Delivery, Request, Response

Spec = Mapping[str, Any]
_TEXTS = {"kind", "method", "path", "case", "message", "retry_after", "location"}
_WHOLE = {"skip", "times", "status", "bytes"}
_PAGE = "<!DOCTYPE html>\n<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n"


class FaultError(ValueError):
    """A fault that cannot be played, with words for people."""


class Fault:
    """One fault and how often it may still strike."""

    def __init__(self, spec: Spec) -> None:
        self.spec = dict(_checked(spec))
        self.kind: str = self.spec["kind"]
        self.left: int | None = self.spec.get("times", 1) or None
        self.skip: int = self.spec.get("skip", 0)
        self.after = bool(self.spec.get("after")) or self.kind in _ALWAYS_AFTER
        pattern = self.spec.get("path")
        self._path = None if pattern is None else re.compile(".*".join(map(re.escape, pattern.split("*"))))

    def strikes(self, request: Request) -> bool:
        """Whether this request is struck; counts it if so."""
        spec = self.spec
        if "method" in spec and spec["method"].upper() != request.method:
            return False
        if self._path is not None and not self._path.fullmatch(request.path.decode("latin-1")):
            return False
        if "case" in spec and (request.header(b"x-case") or b"").decode("latin-1") != spec["case"]:
            return False
        if self.left == 0:
            return False
        if self.skip:
            self.skip -= 1
            return False
        if self.left is not None:
            self.left -= 1
        return True

    def response(self, true: Response | None) -> Response:
        """The answer in place of the true one, which is None when the request is not to be processed."""
        return _KINDS[self.kind](self.spec, true if true is not None else Response())


class Faults:
    """The faults that wait for requests; the first that fits strikes."""

    def __init__(self, specs: list[Spec] | None = None) -> None:
        self.waiting = [Fault(spec) for spec in specs or ()]

    def strike(self, request: Request) -> Fault | None:
        for fault in self.waiting:
            if fault.strikes(request):
                return fault
        return None


def parse(text: str) -> Spec:
    """`kind=status,status=503,path=/salesinvoice,times=2` of the command line; `kind=` may be left out at the front."""
    spec: dict[str, Any] = {}
    for n, part in enumerate(text.split(",")):
        name, equals, value = part.partition("=")
        if not equals and n == 0:
            name, value = "kind", name
        if name in _WHOLE:
            value_made: Any = int(value) if re.fullmatch("[0-9]{1,9}", value) else value
        elif name == "seconds":
            value_made = float(value) if re.fullmatch(r"[0-9]{1,6}(\.[0-9]+)?", value) else value
        elif name == "after":
            value_made = {"true": True, "false": False, "": True}.get(value, value)
        else:
            value_made = value
        spec[name] = value_made
    return _checked(spec)


def _checked(spec: Spec) -> Spec:
    if not isinstance(spec, Mapping):
        raise FaultError("a fault must be a mapping")
    if spec.get("kind") not in _KINDS:
        raise FaultError(f"a fault needs a kind: {', '.join(_KINDS)}")
    for name, value in spec.items():
        if name in _TEXTS:
            good = isinstance(value, str) or (name == "retry_after" and isinstance(value, int))
        elif name in _WHOLE:
            good = isinstance(value, int) and not isinstance(value, bool) and value >= 0
        elif name == "seconds":
            good = isinstance(value, int | float) or (hasattr(value, "is_finite") and value.is_finite())
        elif name == "after":
            good = isinstance(value, bool)
        else:
            raise FaultError(f"a fault has no {name}")
        if not good:
            raise FaultError(f"the fault's {name} cannot be {value!r}")
    if not 200 <= spec.get("status", 200) <= 599:
        raise FaultError("the fault's status must be from 200 to 599")
    return spec


# --- what becomes of the answer ----------------------------------------------------------------------------------


def _headers(spec: Spec, *first: tuple[bytes, bytes]) -> list[tuple[bytes, bytes]]:
    more = (name for name in ("retry_after", "location") if name in spec)
    return [*first, *((name.replace("_", "-").encode(), str(spec[name]).encode("latin-1", "replace")) for name in more)]


def _status(spec: Spec, _: Response) -> Response:
    body = jsontext.dumps({"message": spec.get("message", "Fault on demand")})
    return Response(spec.get("status", 503), _headers(spec, JSON_TYPE), body.encode())


def _html(spec: Spec, _: Response) -> Response:
    page = _PAGE.format(title=spec.get("message", "Just a moment..."))
    return Response(spec.get("status", 200), _headers(spec, HTML_TYPE), page.encode())


def _rate_limit(spec: Spec, _: Response) -> Response:
    return Response(429, _headers(spec, HTML_TYPE), _PAGE.format(title="429 Too Many Requests").encode())


def _redirect(spec: Spec, _: Response) -> Response:
    return Response(spec.get("status", 302), _headers({"location": "https://example.invalid/", **spec}, HTML_TYPE))


def _garbage(spec: Spec, _: Response) -> Response:
    return Response(spec.get("status", 200), _headers(spec, JSON_TYPE), spec.get("message", '{"data":[{').encode())


def _empty(spec: Spec, _: Response) -> Response:
    return Response(spec.get("status", 200), _headers(spec, JSON_TYPE))


def _delivered(**how: Any) -> Callable[[Spec, Response], Response]:
    def make(spec: Spec, true: Response) -> Response:
        values = {name: value(spec, true) if callable(value) else value for name, value in how.items()}
        return Response(true.status, true.headers, true.body, Delivery(**values))

    return make


_KINDS: dict[str, Callable[[Spec, Response], Response]] = {
    "status": _status,
    "html": _html,
    "rate_limit": _rate_limit,
    "redirect": _redirect,
    "garbage": _garbage,
    "empty": _empty,
    "delay": _delivered(delay=lambda spec, _: float(spec.get("seconds", 1.0))),
    "drop": _delivered(drop=True),
    "cut": _delivered(cut=lambda spec, true: spec.get("bytes", len(true.body) // 2)),
    "length": _delivered(declared=lambda spec, true: spec.get("bytes", len(true.body) + 10)),
    "drip": _delivered(
        drip=lambda spec, _: max(1, spec.get("bytes", 1)), pause=lambda spec, _: float(spec.get("seconds", 0.05))
    ),
}
_ALWAYS_AFTER = {"delay", "cut", "length", "drip"}
