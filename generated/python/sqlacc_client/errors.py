"""Everything this package raises, as one tree.

::

    SqlaccError
    ├── ConfigurationError          configuration        keys, profile or settings are missing or wrong
    ├── UsageError (ValueError)     usage                a call that makes no sense; nothing was sent
    ├── ValidationError             validation           the record would be refused; nothing was sent
    ├── TransportError
    │   ├── ConnectionFailed        connection           not reached, or broken off before an answer to a read
    │   └── CallTimeout             timeout              no answer in time, to a read or before anything was sent
    ├── Cancelled                   cancelled            the caller's cancel token was set
    ├── AmbiguousWriteError         ambiguous_write      a write may or may not have been carried out: check() tells
    ├── UnexpectedResponseError     unexpected_response  an answer that is not this API's: HTML, cut JSON, a redirect
    ├── MultipleFoundError          multiple_found       find() met more than one record
    ├── LineNotRemovedError         line_not_removed     the server kept rows that an update left out
    └── ApiError                    api                  the server refused, in its own words
        ├── AuthenticationError     authentication
        │   └── ClockSkewError      clock_skew           this machine's clock is wrong
        ├── NotFoundError           not_found
        ├── StaleRecordError        stale                somebody else changed the record since it was read
        ├── DuplicateError          duplicate            the number or code is taken
        ├── MissingReferenceError   reference            a code or document that the record names does not exist
        ├── RateLimitError          rate_limit
        ├── LicenceError            licence              the database allows no further session
        └── ServerError             server

`kind` is the same word in every language that has a client of this API. No message holds a key, a secret or a
signature.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple


class SqlaccError(Exception):
    """Base of all errors of this package.

    `request` is the method and target (`GET /salesinvoice/35`), `profile` the name of the profile that was used.
    """

    kind = "error"

    def __init__(self, message: str, *, request: str = "", profile: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.request = request
        self.profile = profile

    def __str__(self) -> str:
        profile = f"[{self.profile}] " if self.profile else ""
        request = f"{self.request}: " if self.request else ""
        return f"{profile}{request}{self.message}"


class ConfigurationError(SqlaccError):
    """Keys, profile or settings are missing or wrong."""

    kind = "configuration"


class UsageError(SqlaccError, ValueError):
    """The call makes no sense as it stands. Nothing was sent."""

    kind = "usage"


class FieldProblem(NamedTuple):
    """One field that cannot be sent: `path` is `docdate` or `sdsdocdetail[0].qty`; empty for the record as a whole."""

    path: str
    message: str


class ValidationError(SqlaccError):
    """The record would be refused. Nothing was sent; `problems` names every field at once."""

    kind = "validation"

    def __init__(self, problems: Sequence[FieldProblem] | str, *, request: str = "", profile: str = "") -> None:
        found = (FieldProblem("", problems),) if isinstance(problems, str) else tuple(problems)
        text = "; ".join(f"{p.path}: {p.message}" if p.path else p.message for p in found)
        super().__init__(text, request=request, profile=profile)
        self.problems = found

    @property
    def fields(self) -> list[str]:
        """The paths of the fields, without the problems of the record as a whole."""
        return [problem.path for problem in self.problems if problem.path]


class TransportError(SqlaccError):
    """No answer came. `sent` tells whether any byte of the request may have reached the server."""

    def __init__(self, message: str, *, request: str = "", profile: str = "", sent: bool = False) -> None:
        super().__init__(message, request=request, profile=profile)
        self.sent = sent


class ConnectionFailed(TransportError):  # noqa: N818 - ConnectionError is Python's own
    """The server was not reached, or the connection broke before a read was answered."""

    kind = "connection"


class CallTimeout(TransportError):  # noqa: N818 - TimeoutError is Python's own
    """No whole answer within the time allowed."""

    kind = "timeout"


class Cancelled(SqlaccError):  # noqa: N818 - reads as it is meant
    """The caller's `CancelToken` was set. A write that was cancelled after it left raises AmbiguousWriteError."""

    kind = "cancelled"


class AmbiguousWriteError(SqlaccError):
    """A write left this machine and its outcome is unknown. It is never sent again by itself.

    Call `check()`: it looks the record up on the server. `hint` says in words what is looked for.
    """

    kind = "ambiguous_write"

    def __init__(self, message: str, *, request: str = "", profile: str = "", status: int | None = None) -> None:
        super().__init__(message, request=request, profile=profile)
        self.status = status
        self.hint = ""
        self._look_up: Callable[[], Any] | None = None

    def offer_check(self, look_up: Callable[[], Any] | None, hint: str) -> None:
        """Set what `check` does; called by the client that knows what was written."""
        self._look_up, self.hint = look_up, hint

    @property
    def checkable(self) -> bool:
        """Whether `check` can tell anything: a create without a number, code or reference leaves no trace to find."""
        return self._look_up is not None

    def check(self) -> Any:
        """Look the record up: the record when the write took place, None when there is no sign of it (yet).

        Raises UsageError when there is nothing to look for.
        """
        if self._look_up is None:
            raise UsageError(
                "nothing in the record identifies it; give creates a docno or docref1", request=self.request
            )
        return self._look_up()

    def __str__(self) -> str:
        return f"{super().__str__()}; {self.hint}" if self.hint else super().__str__()

    def __reduce__(self) -> tuple[Any, ...]:
        state = {**self.__dict__, "_look_up": None}  # a bound client cannot travel to another process
        return (type(self), self.args, state)


class UnexpectedResponseError(SqlaccError):
    """The answer is not one of this API: a page of a proxy, cut or broken JSON, an error told with status 200.

    `status`, `headers` and `body` hold what came. After a write the record may well have been stored: `written` is
    true when the status said so.
    """

    kind = "unexpected_response"

    def __init__(
        self,
        message: str,
        *,
        request: str = "",
        profile: str = "",
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        written: bool = False,
    ) -> None:
        super().__init__(message, request=request, profile=profile)
        self.status = status
        self.headers = dict(headers or {})
        self.body = body
        self.written = written


class MultipleFoundError(SqlaccError):
    """More than one record fits; `records` holds the first two."""

    kind = "multiple_found"

    def __init__(self, message: str, *, request: str = "", profile: str = "", records: Sequence[Any] = ()) -> None:
        super().__init__(message, request=request, profile=profile)
        self.records = tuple(records)


class LineNotRemovedError(SqlaccError):
    """The update was stored, but the server kept rows that were left out. `record` is what it stores now."""

    kind = "line_not_removed"

    def __init__(
        self,
        message: str,
        *,
        request: str = "",
        profile: str = "",
        lines: Sequence[str] = (),
        record: Any = None,
    ) -> None:
        super().__init__(message, request=request, profile=profile)
        self.lines = tuple(lines)  # sdsdocdetail[dtlkey=99]
        self.record = record


class ApiError(SqlaccError):
    """The server answered with an error. `message` holds its own words, `body` the JSON or text that carried them."""

    kind = "api"
    _page = False  # a web page, which says nothing about records

    def __init__(
        self,
        message: str,
        *,
        request: str = "",
        profile: str = "",
        status: int = 0,
        headers: Mapping[str, str] | None = None,
        body: Any = None,
    ) -> None:
        super().__init__(message, request=request, profile=profile)
        self.status = status
        self.headers = dict(headers or {})
        self.body = body

    def __str__(self) -> str:
        profile = f"[{self.profile}] " if self.profile else ""
        request = f"{self.request}: " if self.request else ""
        return f"{profile}{request}{self.status} {self.message}".rstrip()


class AuthenticationError(ApiError):
    """The keys or the signature were refused."""

    kind = "authentication"


class ClockSkewError(AuthenticationError):
    """The signature was refused because this machine's clock is off; `skew` is server minus client, in seconds."""

    kind = "clock_skew"
    skew: float | None = None


class NotFoundError(ApiError):
    """There is no such record. The server says so with status 404, or 400 and words."""

    kind = "not_found"


class StaleRecordError(ApiError):
    """Somebody else changed the record since it was read.

    `mine` is what was to be stored, `base` the record it was made from; `current()` reads what the server has now.
    """

    kind = "stale"
    mine: Any = None
    base: Any = None
    _read: Callable[[], Any] | None = None

    def current(self) -> Any:
        """Read the record as the server has it now (one GET)."""
        if self._read is None:
            raise UsageError("this error does not know which record it is about", request=self.request)
        return self._read()

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), self.args, {**self.__dict__, "_read": None})


class DuplicateError(ApiError):
    """The document number or code is taken."""

    kind = "duplicate"


class MissingReferenceError(ApiError):
    """The record names a code or document that does not exist."""

    kind = "reference"


class RateLimitError(ApiError):
    """Too many requests, also after the retries that are allowed. `retry_after` is the server's wish in seconds."""

    kind = "rate_limit"
    retry_after: float | None = None


class LicenceError(ApiError):
    """The licence of the database allows no further session at the moment."""

    kind = "licence"


class ServerError(ApiError):
    """The server failed (5xx) and said so in a way that leaves no doubt that nothing was stored."""

    kind = "server"


API_ERRORS: Mapping[str, type[ApiError]] = {
    cls.kind: cls
    for cls in (
        ApiError,
        AuthenticationError,
        ClockSkewError,
        NotFoundError,
        StaleRecordError,
        DuplicateError,
        MissingReferenceError,
        RateLimitError,
        LicenceError,
        ServerError,
    )
}
