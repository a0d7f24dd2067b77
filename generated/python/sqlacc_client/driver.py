"""The driver program: commands as JSON lines on stdin, answers as JSON lines on stdout.

Run `python -m sqlacc_client.driver`. It lets a harness in another process use this client; nothing else needs it.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import platform
import sys
import threading
import traceback
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from typing import Any

from . import _driver_ops
from ._signing import Signable, Signer
from ._tagged import tag
from .client import Client
from .errors import (
    AmbiguousWriteError,
    ApiError,
    ConfigurationError,
    SqlaccError,
    StaleRecordError,
    UsageError,
    ValidationError,
)
from .options import Attempt, CallOptions, CancelToken, Hooks, Retry, Wait
from .profiles import resolve
from .service import REGION, SERVICE, SPEC_SHA256, SPEC_VERSION, VERSION
from .transport import HttpRequest, HttpResponse, RequestsTransport

PROTOCOL = 1
FEATURES = ["build", "cancel", "cancel_request", "concurrency", "journal", "parse", "profiles", "sign", "virtual_sleep"]
WINDOW = 32
_ENCODER = json.JSONEncoder(separators=(",", ":"))


class _Built(BaseException):
    """Carries the first request of an operation out of it."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request


class _Capture:
    """A transport that sends nothing."""

    def send(self, request: HttpRequest, /) -> HttpResponse:
        raise _Built(request)


class _Recorder(Hooks):
    """Collects the events of one call, and cancels it at the event that the command names."""

    def __init__(self, cancel: Mapping[str, Any] | None = None) -> None:
        self.events: list[dict[str, Any]] = []
        self.token = CancelToken() if cancel else None
        self._cancel = cancel or {}
        self._until = self._cancel.get("nth", 1)
        if self.token and self._cancel["on"] == "start":
            self.token.cancel()

    def _add(self, event: dict[str, Any]) -> None:
        self.events.append(event)
        if self.token and self._cancel["on"] == event["type"]:
            self._until -= 1
            if self._until == 0 and "after_ms" in self._cancel:
                threading.Timer(self._cancel["after_ms"] / 1000, self.token.cancel).start()
            elif self._until == 0:
                self.token.cancel()

    def after_attempt(self, attempt: Attempt) -> None:
        request, response = attempt.request, attempt.response
        event: dict[str, Any] = {"type": "attempt", "method": request.method, "target": request.target}
        if response is not None:
            event["status"] = response.status
        if attempt.error is not None:
            event["error"] = str(attempt.error)
        self._add(event)

    def on_wait(self, wait: Wait) -> None:
        self._add({"type": "sleep", "ms": round(wait.seconds * 1000, 3)})

    def on_page(self, offset: int, count: int) -> None:
        self._add({"type": "page", "offset": offset, "count": count})


class Session:
    """The client that the last `config` made, and what it was made of."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        retry = config.get("retry")
        seconds = config.get("timeout_ms", 60_000) / 1000
        virtual = config.get("sleep", "virtual") == "virtual"
        clock = _clock(config.get("clock"))
        settings: dict[str, Any] = {
            "base_url": config["base_url"],
            "access_key": config["access_key"],
            "secret_key": config["secret_key"],
            "region": config.get("region"),
            "service": config.get("service"),
            "session_token": config.get("session_token"),
            "options": CallOptions(
                timeout=seconds,
                connect_timeout=min(seconds, 10.0),
                retry=retry
                and Retry(
                    retry.get("attempts", 4), retry.get("base_ms", 500) / 1000, retry.get("max_ms", 30_000) / 1000
                ),
                validate=config.get("validate"),
            ),
            "clock": clock,
            "sleep": _no_sleep if virtual else None,
            "jitter": _half if virtual else None,
        }
        self.clock = clock
        self.client = Client(**settings, transport=RequestsTransport(pool_size=WINDOW))
        self.builder = Client(**settings, transport=_Capture())
        self.signer = Signer(
            config["access_key"],
            config["secret_key"],
            config.get("region") or REGION,
            config.get("service") or SERVICE,
        )


def _clock(text: str | None) -> Any:
    if text is None:
        return None
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return lambda: moment


def _no_sleep(*_: object) -> None:
    return None


def _half() -> float:
    return 0.5


class Driver:
    """Answers commands; calls run on threads and may be answered out of order."""

    def __init__(self, output: int) -> None:
        self._output = output
        self._lock = threading.Lock()
        self._session: Session | None = None
        self._cancellable: dict[str, CancelToken] = {}  # by the case of the call
        self._threads = ThreadPoolExecutor(WINDOW, thread_name_prefix="call")

    def run(self, input: int) -> None:
        """Answer every line until the input ends; what came together is answered together."""
        held = bytearray()
        while chunk := os.read(input, 1 << 16):
            held += chunk
            if b"\n" in chunk:
                *lines, held = held.split(b"\n")
                self._write(b"".join(self._take(line) for line in lines if line.strip()))
        if held.strip():
            self._write(self._take(held))
        self._threads.shutdown(wait=True)

    def _take(self, line: bytes | bytearray) -> bytes:
        """The answer to a command; nothing for a call, which is answered when it is done."""
        try:
            message = json.loads(line)
            if not isinstance(message, dict):
                raise ValueError("a command is a JSON object")
        except ValueError as error:
            return _line({}, _client_error("usage", f"no command: {error}"))
        recorder = _Recorder(message.get("cancel"))
        if recorder.token:
            self._cancellable[message["case"]] = recorder.token
        if message.get("cmd") != "call":
            return self._carry_out(message, self._session, recorder)
        session = self._session
        self._threads.submit(lambda: self._write(self._carry_out(message, session, recorder)))
        return b""

    def _carry_out(self, message: Mapping[str, Any], session: Session | None, recorder: _Recorder) -> bytes:
        answer: dict[str, Any]
        try:
            answer = self._do(message, session, recorder)
        except ApiError as error:
            body = {"kind": error.kind, "status": error.status, "message": error.message, "body": tag(error.body)}
            answer = {"api_error": body}
        except ValidationError as error:
            answer = _client_error(error.kind, str(error), fields=error.fields)
        except SqlaccError as error:
            answer = _client_error(error.kind, str(error))
        except Exception as error:
            traceback.print_exc()
            answer = _client_error("usage", f"{type(error).__name__}: {error}")
        if message.get("cmd") == "call":
            answer["events"] = recorder.events
        return _line(message, answer)

    def _do(self, message: Mapping[str, Any], session: Session | None, recorder: _Recorder) -> dict[str, Any]:
        cmd = message.get("cmd")
        if cmd == "start":
            return {"ok": _about()}
        if cmd == "config":
            self._session = Session(message)
            return {"ok": {}}
        if cmd == "profile":
            return {"value": _profile(message)}
        if cmd == "cancel":
            self._cancellable[message["case"]].cancel()
            return {"value": None}
        if cmd not in ("call", "build", "parse", "sign"):
            raise UsageError(f"unknown command {cmd!r}")
        if session is None:
            raise ConfigurationError("send config first")
        if cmd == "call":
            headers = {"X-Case": message["case"]} if "case" in message else {}
            options = CallOptions(headers=headers, hooks=recorder, cancel=recorder.token)
            return {"value": _call(session, message, options)}
        if cmd == "build":
            return {"value": _build(session, message)}
        if cmd == "parse":
            given = message["response"]
            names = {name.lower(): value for name, value in given["headers"].items()}
            response = HttpResponse(given["status"], names, base64.b64decode(given["body_b64"]))
            return {"value": _driver_ops.parse(session.client, message["op"], response)}
        return {"value": _sign(session, message)}

    def _write(self, data: bytes) -> None:
        with self._lock:
            while data:
                data = data[os.write(self._output, data) :]


def _line(message: Mapping[str, Any], answer: dict[str, Any]) -> bytes:
    if "seq" in message:
        answer = {"seq": message["seq"], **answer}
    return _ENCODER.encode(answer).encode("ascii") + b"\n"


def _call(session: Session, message: Mapping[str, Any], options: CallOptions) -> Any:
    try:
        return _driver_ops.call(session.client, message["op"], message["args"], options)
    except AmbiguousWriteError as error:
        if not message.get("look") or not error.checkable:
            raise
        return tag(error.check())
    except StaleRecordError as error:
        if not message.get("look"):
            raise
        return tag(error.current())


def _client_error(kind: str, message: str, **more: Any) -> dict[str, Any]:
    return {"client_error": {"kind": kind, "message": message, **more}}


def _about() -> dict[str, Any]:
    return {
        "protocol": PROTOCOL,
        "client": "sqlacc_client",
        "client_version": VERSION,
        "language": "python",
        "runtime": f"{platform.python_implementation()} {platform.python_version()}",
        "spec_version": SPEC_VERSION,
        "spec_sha256": SPEC_SHA256,
        "operations": _driver_ops.operations(),
        "features": FEATURES,
    }


def _profile(message: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that an environment and a name lead to; secrets as digests."""
    found = resolve(message.get("name"), environ=message["environment"], **message.get("given", {}))
    secret = hashlib.sha256(f"{found.secret_key}\n{found.session_token or ''}".encode()).hexdigest()
    return {
        "profile": found.name,
        "access_key": found.access_key,
        "secret_sha256": secret,
        "region": found.region,
        "service": found.service,
        "base_url": found.base_url,
    }


def _build(session: Session, message: Mapping[str, Any]) -> dict[str, Any]:
    try:
        _driver_ops.call(session.builder, message["op"], message["args"], CallOptions())
    except _Built as built:
        request = built.request
        return {
            "method": request.method,
            "target": request.target,
            "headers": dict(request.headers),
            "body_b64": base64.b64encode(request.body).decode("ascii"),
        }
    raise UsageError(f"{message['op']} sends nothing")


def _sign(session: Session, message: Mapping[str, Any]) -> dict[str, Any]:
    headers = {name.lower(): value for name, value in message["headers"].items()}
    headers.setdefault("host", message["url"].split("/")[2])
    signable = Signable(message["method"], message["url"], headers, base64.b64decode(message["body_b64"]))
    clock = _clock(message.get("clock")) or session.clock or _now
    session.signer.sign(signable, clock())
    canonical, to_sign = session.signer.explain(signable)
    return {
        "canonical_request": canonical,
        "string_to_sign": to_sign,
        "authorization": signable.headers["Authorization"],
        "headers": signable.headers,
    }


def _now() -> datetime:
    return datetime.now(timezone.utc)


def main() -> None:
    """Run on stdin and stdout. Whatever else is printed goes to stderr."""
    output = os.dup(1)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    with contextlib.suppress(KeyboardInterrupt, BrokenPipeError):
        Driver(output).run(sys.stdin.fileno())


if __name__ == "__main__":
    main()
