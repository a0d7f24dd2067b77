"""One request to the server: signed, sent, watched, tried again where that is safe, and its failure told rightly."""

from __future__ import annotations

import logging
import random
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from . import _answers
from .errors import AmbiguousWriteError, CallTimeout, Cancelled, ConnectionFailed, SqlaccError, UsageError
from .options import Attempt, CallOptions, CancelToken, Hooks, Retry, Wait
from .transport import HttpRequest, HttpResponse, Transport, TransportFailure

if TYPE_CHECKING:
    from ._signing import Signable, Signer

_log = logging.getLogger("sqlacc_client")

DEFAULTS = CallOptions(connect_timeout=10.0, timeout=60.0, deadline=300.0, retry=Retry(), validate=True, hooks=Hooks())
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SIGNED = ("host", "content-type", "authorization", "content-length", "transfer-encoding")


@dataclass(frozen=True)
class Call:
    """A request that is not signed yet. `target` is path and query below the base URL, encoded."""

    method: str
    target: str
    body: bytes = b""
    content_type: str = ""
    accept: str = "application/json"

    @property
    def write(self) -> bool:
        return self.method not in ("GET", "HEAD")

    def __str__(self) -> str:
        return f"{self.method} {self.target}"


def utc_now() -> datetime:
    return datetime.now(timezone.utc)


def sleep_real(seconds: float, cancel: CancelToken | None) -> None:
    """Wait, or until cancelled."""
    if cancel is None:
        time.sleep(seconds)
    else:
        cancel.wait(seconds)


@dataclass
class Caller:
    """What all requests of a client have in common."""

    base_url: str
    user_agent: str
    profile: str
    secrets: tuple[str, ...] = field(repr=False)
    make_signer: Callable[[], Signer]
    account: Callable[[], str]  # what the journals of batches know this server and key by
    transport: Transport
    options: CallOptions
    clock: Callable[[], datetime] = utc_now
    sleep: Callable[[float, CancelToken | None], None] = sleep_real
    jitter: Callable[[], float] = random.random
    _signer: Signer | None = field(default=None, repr=False)

    def settings(self, options: CallOptions | None) -> CallOptions:
        """The options of one call, complete."""
        return options.over(self.options) if options else self.options

    # --- making the request ---------------------------------------------------------------------------------------

    def signed(self, call: Call, options: CallOptions) -> Signable:
        """The request with its signature; header names in lower case, unsigned ones among them."""
        from ._signing import Signable

        if self._signer is None:
            self._signer = self.make_signer()
        host = self.base_url.split("/")[2]
        headers = {"host": host, "accept": call.accept, "user-agent": self.user_agent}
        if call.content_type:
            headers["content-type"] = call.content_type
        signable = Signable(call.method, self.base_url + call.target, headers, call.body)
        self._signer.sign(signable, self.clock())
        for name, value in options.headers.items():
            lower = name.lower()
            if lower in _SIGNED or lower.startswith("x-amz-"):
                raise UsageError(f"the header {name} is set by the client and signed", profile=self.profile)
            signable.headers[lower] = value
        _refuse_control(signable.headers)
        return signable

    # --- sending it -----------------------------------------------------------------------------------------------

    def send(self, call: Call, options: CallOptions | None = None) -> HttpResponse:
        """The answer to a call, whatever its status, after the tries that are allowed."""
        settings = self.settings(options)
        retry = settings.retry or Retry()
        end = time.monotonic() + (settings.deadline or float("inf"))
        failure: TransportFailure | None = None
        for attempt in range(1, retry.attempts + 1):
            if settings.cancel and settings.cancel.cancelled:
                raise Cancelled("cancelled by the caller", request=str(call), profile=self.profile)
            left = end - time.monotonic()
            if left <= 0:
                raise CallTimeout(f"not done within {settings.deadline:g} s", request=str(call), profile=self.profile)
            response, failure = self._attempt(call, settings, attempt, left)
            wait = self._wait_before_retry(call, response, failure, retry, attempt)
            if wait is not None and wait < end - time.monotonic():
                self._wait(wait, call, response, failure, settings)
                continue
            if response is not None:
                return response
            break
        raise self._error_of(call, failure) from None

    def _attempt(
        self, call: Call, settings: CallOptions, attempt: int, left: float
    ) -> tuple[HttpResponse | None, TransportFailure | None]:
        signed = self.signed(call, settings)
        seconds = min(settings.timeout or left, left)
        connect = min(settings.connect_timeout or seconds, seconds)
        request = HttpRequest(call.method, signed.url, signed.headers, call.body, connect, seconds, settings.cancel)
        response: HttpResponse | None = None
        failure: TransportFailure | None = None
        begun = Attempt(request, attempt)
        self._each_hook(settings, lambda hooks: hooks.before_attempt(begun))
        start = time.monotonic()
        try:
            response = self.transport.send(request)
        except TransportFailure as error:
            failure = error
        except OSError as error:
            failure = TransportFailure(f"{type(error).__name__}: {error}", sent=True)
        seconds = time.monotonic() - start
        self._log(call, attempt, response, failure, seconds)
        ended = Attempt(request, attempt, response, failure, seconds)
        self._each_hook(settings, lambda hooks: hooks.after_attempt(ended))
        return response, failure

    def _wait_before_retry(
        self,
        call: Call,
        response: HttpResponse | None,
        failure: TransportFailure | None,
        retry: Retry,
        attempt: int,
    ) -> float | None:
        """Seconds to wait before the next try; None when there must be none."""
        if attempt >= retry.attempts:
            return None
        asked: float | None = None
        if response is not None:
            again = response.status == 429 or (not call.write and response.status in (502, 503, 504))
            asked = _answers.retry_after(response, self.clock())
        else:
            again = failure is not None and failure.reason != "cancelled" and not (call.write and failure.sent)
        if not again:
            return None
        if asked is not None:
            return min(asked, retry.max)
        limit: float = min(retry.max, retry.base * 2.0 ** (attempt - 1))
        return self.jitter() * limit

    def _wait(
        self,
        seconds: float,
        call: Call,
        response: HttpResponse | None,
        failure: TransportFailure | None,
        settings: CallOptions,
    ) -> None:
        reason = f"status {response.status}" if response else str(failure)
        _log.info("[%s] %s: %s; trying again in %.2f s", self.profile, call, self.words(reason), seconds)
        self._each_hook(settings, lambda hooks: hooks.on_wait(Wait(seconds, reason)))
        self.sleep(seconds, settings.cancel)

    def _error_of(self, call: Call, failure: TransportFailure | None) -> SqlaccError:
        reason, sent = (failure.reason, failure.sent) if failure else ("connection", False)
        message = self.words(str(failure))
        request, profile = str(call), self.profile
        if call.write and sent:
            return AmbiguousWriteError(
                f"{message}; the write may have been carried out", request=request, profile=profile
            )
        if reason == "cancelled":
            return Cancelled(message, request=request, profile=profile)
        kind = CallTimeout if reason == "timeout" else ConnectionFailed
        return kind(message, request=request, profile=profile, sent=sent)

    # --- what answers belong to, and who watches ------------------------------------------------------------------

    def sent(self, call: Call) -> _answers.Sent:
        """What an answer to the call is judged by."""
        clock = self.clock if self.clock is utc_now else None
        return _answers.Sent(str(call), self.profile, call.write, clock, self.words)

    def page(self, offset: int, count: int, options: CallOptions | None) -> None:
        self._each_hook(self.settings(options), lambda hooks: hooks.on_page(offset, count))

    def words(self, text: str) -> str:
        """Text without secrets, whatever the server or a library put into it."""
        for secret in self.secrets:
            text = text.replace(secret, "***")
        return text

    def _each_hook(self, settings: CallOptions, use: Callable[[Hooks], Any]) -> None:
        for hooks in (self.options.hooks, settings.hooks if settings.hooks is not self.options.hooks else None):
            if hooks is not None:
                use(hooks)

    def _log(
        self, call: Call, attempt: int, response: HttpResponse | None, failure: Exception | None, seconds: float
    ) -> None:
        outcome = response.status if response is not None else self.words(str(failure))
        _log.debug("[%s] %s: %s (attempt %d, %.0f ms)", self.profile, call, outcome, attempt, seconds * 1000)


def _refuse_control(headers: Mapping[str, str]) -> None:
    for name, value in headers.items():
        if _CONTROL.search(value) or value != value.strip():
            raise UsageError(f"the header {name} cannot carry {value!r}: control characters or outer blanks")
