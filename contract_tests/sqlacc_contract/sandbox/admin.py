"""Requests under /sandbox, unsigned and from this machine only, to what they change in the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from . import jsontext
from .errors import ApiError
from .exchange import JSON_TYPE, Request, Response
from .faults import FaultError
from .readings import ReadingError

if TYPE_CHECKING:
    from .backend import Sandbox

PREFIX = b"/sandbox"


def concerns(path: bytes) -> bool:
    return path == PREFIX or path.startswith(PREFIX + b"/")


def handle(sandbox: Sandbox, request: Request) -> Response:
    """`GET /sandbox` tells what there is."""
    if not (request.client.startswith("127.") or request.client in ("::1", "")):
        raise ApiError(403, "Only this machine may steer the sandbox")
    if request.header(b"origin") is not None:
        raise ApiError(403, "Web pages may not steer the sandbox")
    action = _ACTIONS.get((request.method, request.path))
    if action is None:
        known = ", ".join(f"{method} {path.decode()}" for method, path in _ACTIONS)
        raise ApiError(404, f"There is nothing here; there is {known}")
    return Response(200, [JSON_TYPE], jsontext.dumps(action(sandbox, request)).encode())


def _about(sandbox: Sandbox, _: Request) -> Any:
    return {
        "sandbox": sandbox.name,
        "readings": dict(sandbox.readings),
        "access_keys": sorted(sandbox.keys),
        "records": sandbox.counts(),
        "requests": sandbox.log.total,
        "faults": [fault.spec for fault in sandbox.waiting_faults()],
        "now": datetime.fromtimestamp(sandbox.now(), timezone.utc).isoformat(),
    }


def _log(sandbox: Sandbox, request: Request) -> Any:
    asked = parse_qs(request.query.decode("latin-1"))
    since = asked.get("since", ["0"])[0]
    if not since.isdigit() or len(since) > 18:
        raise ApiError(400, "since must be the number of an entry")
    entries = sandbox.log.entries(asked.get("case", [None])[0], int(since))
    return {"total": sandbox.log.total, "entries": [entry.as_json() for entry in entries]}


def _clear_log(sandbox: Sandbox, _: Request) -> Any:
    sandbox.log.clear()
    return {"total": sandbox.log.total, "entries": []}


def _reset(sandbox: Sandbox, _: Request) -> Any:
    sandbox.reset()
    return {"records": sandbox.counts()}


def _readings(sandbox: Sandbox, _: Request) -> Any:
    return dict(sandbox.readings)


def _set_readings(sandbox: Sandbox, request: Request) -> Any:
    chosen = _body(request)
    if not isinstance(chosen, dict):
        raise ApiError(400, 'The body must be an object of readings, such as {"not_found": "404"}')
    try:
        sandbox.set_readings(chosen)
    except ReadingError as error:
        raise ApiError(400, str(error)) from None
    return dict(sandbox.readings)


def _set_faults(sandbox: Sandbox, request: Request) -> Any:
    body = _body(request)
    try:
        sandbox.faults(body if isinstance(body, list) else [body])
    except FaultError as error:
        raise ApiError(400, str(error)) from None
    return [fault.spec for fault in sandbox.waiting_faults()]


def _set_clock(sandbox: Sandbox, request: Request) -> Any:
    body = _body(request)
    now = body.get("now") if isinstance(body, dict) else None
    try:
        moment = None if now is None else datetime.fromisoformat(str(now).replace("Z", "+00:00"))
    except ValueError:
        raise ApiError(400, 'The body must read {"now": "2026-01-15T08:30:00Z"}, or null for the real time') from None
    if moment is not None and moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    sandbox.set_clock(None if moment is None else moment.timestamp())
    return {"now": datetime.fromtimestamp(sandbox.now(), timezone.utc).isoformat()}


def _body(request: Request) -> Any:
    try:
        return jsontext.parse(request.body or b"null")
    except jsontext.NotJsonError as error:
        raise ApiError(400, str(error)) from None


_ACTIONS: dict[tuple[str, bytes], Callable[[Sandbox, Request], Any]] = {
    ("GET", b"/sandbox"): _about,
    ("GET", b"/sandbox/log"): _log,
    ("DELETE", b"/sandbox/log"): _clear_log,
    ("POST", b"/sandbox/reset"): _reset,
    ("GET", b"/sandbox/readings"): _readings,
    ("POST", b"/sandbox/readings"): _set_readings,
    ("POST", b"/sandbox/faults"): _set_faults,
    ("POST", b"/sandbox/clock"): _set_clock,
}
