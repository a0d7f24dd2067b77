"""Keys, settings and transport -> a client; what is common to all kinds of records."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from . import _answers, _json, _url, _values
from ._calls import DEFAULTS, Call, Caller, sleep_real, utc_now
from ._writing import JSON, encoded
from .errors import UsageError
from .options import CallOptions, CancelToken
from .profiles import Profile, resolve
from .service import VERSION
from .transport import HttpResponse, RequestsTransport, Transport

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")

if TYPE_CHECKING:
    from typing_extensions import Self

    from ._signing import Signer


class Ping(NamedTuple):
    """What `ping` found. `skew`: the server's clock minus this machine's, in seconds; None when it tells no time."""

    version: Any
    skew: float | None
    profile: str


@dataclass(frozen=True)
class RawResponse:
    """The answer of a call that this package does not describe."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def value(self) -> Any:
        """The JSON value; numbers with a fraction are Decimal. Raises ValueError when it is none."""
        return _json.loads(self.body)


class BaseClient:
    """Settings, and calls that belong to no kind of record."""

    def __init__(
        self,
        *,
        profile: str | Profile | None = None,
        access_key: str | None = None,
        secret_key: str | None = None,
        region: str | None = None,
        service: str | None = None,
        base_url: str | None = None,
        session_token: str | None = None,
        options: CallOptions | None = None,
        transport: Transport | None = None,
        user_agent: str = "",
        clock: Callable[[], datetime] | None = None,
        sleep: Callable[[float, CancelToken | None], None] | None = None,
        jitter: Callable[[], float] | None = None,
    ) -> None:
        """Raises ConfigurationError when there are no keys or they make no sense. Nothing is sent yet.

        `user_agent` is put before the client's own. `clock`, `sleep` and `jitter` are for tests.
        """
        if isinstance(profile, Profile):
            given = (access_key, secret_key, region, service, base_url, session_token)
            if any(value is not None for value in given):
                raise UsageError("give a Profile or single settings, not both")
            found = profile
        else:
            found = resolve(
                profile,
                access_key=access_key,
                secret_key=secret_key,
                region=region,
                service=service,
                base_url=base_url,
                session_token=session_token,
            )
        self._profile = found
        self._owns_transport = transport is None
        self._transport = transport or RequestsTransport()
        self._caller = Caller(
            base_url=_url.base(found.base_url),
            user_agent=f"{user_agent} sqlacc-python/{VERSION}".strip(),
            profile=found.name,
            secrets=_spellings(found.secret_key, found.access_key, found.session_token or ""),
            make_signer=self._make_signer,
            account=self._account,
            transport=self._transport,
            options=options.over(DEFAULTS) if options else DEFAULTS,
            clock=clock or utc_now,
            sleep=sleep or sleep_real,
            jitter=jitter or random.random,
        )

    def _make_signer(self) -> Signer:
        from ._signing import Signer  # imports requests, which takes longest

        p = self._profile
        return Signer(p.access_key, p.secret_key, p.region, p.service, p.session_token)

    def _account(self) -> str:
        from ._journal import account_key

        return account_key(self._caller.base_url, self._profile.access_key)

    @property
    def profile(self) -> str:
        """Name of the profile in use."""
        return self._profile.name

    def ping(self, *, options: CallOptions | None = None) -> Ping:
        """Check reach, keys and clock with `GET /version`.

        Raises AuthenticationError, ClockSkewError, TransportError.
        """
        call = Call("GET", "/version")
        response = self._caller.send(call, options)
        sent = self._caller.sent(call)
        _answers.refuse_error(response, sent)
        there = _answers.http_date(response.headers.get("date", ""))
        skew = (there - self._caller.clock()).total_seconds() if there else None
        return Ping(_answers.json_value(response, sent), skew, self.profile)

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | Iterable[tuple[str, Any]] | None = None,
        body: Any = None,
        content_type: str = "",
        accept: str = "application/json",
        check: bool = True,
        options: CallOptions | None = None,
    ) -> RawResponse:
        """A signed call of an endpoint that this package does not describe, with the same retries and errors.

        `path` stands below the base URL and is percent-encoded where needed. `body` is JSON (Decimals become
        numbers), or bytes with a `content_type` of your own. `check=False` gives answers with an error status
        instead of raising.
        """
        if method.upper() not in METHODS:
            raise UsageError(f"a method is one of {', '.join(METHODS)}, not {method!r}")
        if method.upper() == "GET" and body is not None:
            raise UsageError("GET has no body")
        data = body if isinstance(body, bytes) else b"" if body is None else encoded(_plain(body))
        kind = content_type or (JSON if data else "")
        call = Call(method.upper(), _url.free(path, query), data, kind, accept)
        response: HttpResponse = self._caller.send(call, options)
        if check:
            _answers.refuse_error(response, self._caller.sent(call))
        return RawResponse(response.status, response.headers, response.body)

    def close(self) -> None:
        """Close the connections, unless the transport was the caller's own."""
        close = getattr(self._transport, "close", None)
        if self._owns_transport and close is not None:
            close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(profile={self.profile!r}, base_url={self._profile.base_url!r})"


def _spellings(*secrets: str) -> tuple[str, ...]:
    """The secrets as they may stand in texts: as they are, in JSON with escaped slashes, in URLs."""
    long = [secret for secret in secrets if len(secret) > 5]
    return tuple(dict.fromkeys(form for s in long for form in (s, s.replace("/", "\\/"), quote(s, safe=""), quote(s))))


def _plain(body: Any) -> Any:
    try:
        return _values.plain(body)
    except _values.Unfit as unfit:
        raise UsageError(str(unfit)) from None
