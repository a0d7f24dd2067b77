"""What a caller can set for all calls or for one: times, retries, validation, headers, cancelling, hooks."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from .errors import Cancelled, UsageError

if TYPE_CHECKING:
    from .transport import HttpRequest, HttpResponse


@dataclass(frozen=True)
class Retry:
    """How often and how fast a request is tried again.

    Reads are tried again on 429, 502, 503, 504, timeouts and broken connections; writes only when nothing left this
    machine, or on 429. The wait is random between 0 and `base * 2**n` seconds, at most `max`; a `Retry-After` of the
    server is kept to, at most `max`.
    """

    attempts: int = 4
    base: float = 0.5
    max: float = 30.0

    def __post_init__(self) -> None:
        if self.attempts < 1 or self.base < 0 or self.max < 0:
            raise UsageError("retry: attempts must be 1 or more, base and max 0 or more")


class CancelToken:
    """Set from any thread to end the calls it was given to; a request under way is broken off."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._callbacks: dict[int, Callable[[], None]] = {}
        self._next = 0

    def cancel(self) -> None:
        """End the calls. Cancelling twice does nothing."""
        self._event.set()
        with self._lock:
            callbacks, self._callbacks = list(self._callbacks.values()), {}
        for callback in callbacks:
            callback()

    @property
    def cancelled(self) -> bool:
        return self._event.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait; true when cancelled meanwhile."""
        return self._event.wait(seconds)

    def raise_if_cancelled(self) -> None:
        if self._event.is_set():
            raise Cancelled("cancelled by the caller")

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call back once when cancelled, at once if it already is. Gives what ends the subscription."""
        with self._lock:
            number, self._next = self._next, self._next + 1
            if not self._event.is_set():
                self._callbacks[number] = callback

        def unsubscribe() -> None:
            self._callbacks.pop(number, None)

        if self._event.is_set():
            callback()
        return unsubscribe


@dataclass(frozen=True)
class Attempt:
    """One try of a request. `number` counts from 1; `response` or `error` is there once it is over.

    The request's headers hold the signature: keep them out of logs.
    """

    request: HttpRequest
    number: int
    response: HttpResponse | None = None
    error: Exception | None = None
    seconds: float = 0.0


@dataclass(frozen=True)
class Wait:
    """A pause before the next try."""

    seconds: float
    reason: str


class Hooks:
    """What a caller may watch. Override what is wanted; an exception in a hook reaches the caller of the client."""

    def before_attempt(self, attempt: Attempt) -> None:
        """A signed request is about to be sent."""

    def after_attempt(self, attempt: Attempt) -> None:
        """An answer came, or an error did."""

    def on_wait(self, wait: Wait) -> None:
        """The client waits before it tries again."""

    def on_page(self, offset: int, count: int) -> None:
        """A page of a list was read: `count` rows from `offset`."""


@dataclass(frozen=True)
class CallOptions:
    """Settings of one call; what is None or empty is taken from the client.

    connect_timeout: seconds to reach the server.
    timeout:         seconds from the start of one attempt to the last byte of its answer.
    deadline:        seconds for the whole call, waits and further attempts included.
    validate:        check records before they are sent.
    headers:         further headers, sent unsigned.
    cancel:          a token that ends the call.
    hooks:           called in addition to the client's.
    """

    connect_timeout: float | None = None
    timeout: float | None = None
    deadline: float | None = None
    retry: Retry | None = None
    validate: bool | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    cancel: CancelToken | None = None
    hooks: Hooks | None = None

    def __post_init__(self) -> None:
        for name in ("connect_timeout", "timeout", "deadline"):
            value = getattr(self, name)
            if value is not None and value <= 0:
                raise UsageError(f"{name} must be above 0 seconds")

    def over(self, defaults: CallOptions) -> CallOptions:
        """These options, completed from `defaults`. Hooks are not merged: the client calls both."""
        given = {name: value for name, value in vars(self).items() if value not in (None, {})}
        if "headers" in given:
            given["headers"] = {**defaults.headers, **self.headers}
        return replace(defaults, **given) if given else defaults
