"""Signs requests with AWS Signature Version 4, through requests-aws4auth, with the canonical form of botocore.

requests-aws4auth splits `;` off a path, parses and encodes the query again, and reads quotes in header values; a
server that follows AWS's rules (as botocore does) would then compute another signature. What differs is replaced here.
"""

from __future__ import annotations

from datetime import date, datetime, timezone
from typing import Any
from urllib.parse import quote, urlsplit

from requests_aws4auth import AWS4Auth, AWS4SigningKey  # type: ignore[import-untyped,unused-ignore] # has no types

SIGNED = frozenset({"host", "content-type", "date"})  # and all x-amz-


class Signable:
    """What AWS4Auth needs of a request. `headers` have lower-case names."""

    __slots__ = ("body", "headers", "method", "url")

    def __init__(self, method: str, url: str, headers: dict[str, str], body: bytes) -> None:
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body


class _Auth(AWS4Auth):  # type: ignore[misc,unused-ignore] # has no types
    """AWS4Auth of one day's key, which it holds without the secret."""

    def get_request_date(self, req: Signable) -> date:  # type: ignore[override,unused-ignore] # of ours
        text = req.headers["x-amz-date"]
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))

    def get_canonical_request(  # pyright: ignore[reportIncompatibleMethodOverride] # of ours
        self, req: Signable, cano_headers: str, signed_headers: str
    ) -> str:
        parts = urlsplit(req.url)
        query = "&".join(f"{n}={v}" for n, v in sorted(_pair(p) for p in parts.query.split("&"))) if parts.query else ""
        digest = req.headers["x-amz-content-sha256"]
        path = quote(_without_dots(parts.path or "/"), safe="/~")
        return "\n".join((req.method.upper(), path, query, cano_headers, signed_headers, digest))

    @staticmethod
    def get_canonical_headers(  # pyright: ignore[reportIncompatibleMethodOverride] # of ours
        req: Signable, _include: object = None
    ) -> tuple[str, str]:
        signed = {
            name: " ".join(text.split())
            for name, text in req.headers.items()
            if name in SIGNED or name.startswith("x-amz-")
        }
        names = sorted(signed)
        return "".join(f"{name}:{signed[name]}\n" for name in names), ";".join(names)


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name, value


def _without_dots(path: str) -> str:
    found: list[str] = []
    for part in path.split("/"):
        if part == "..":
            del found[-1:]
        elif part and part != ".":
            found.append(part)
    return "/" + "/".join(found) + ("/" if path.endswith("/") and found else "")


class Signer:
    """Signs with one pair of keys and one scope. Safe to use from several threads."""

    def __init__(
        self, access_key: str, secret_key: str, region: str, service: str, session_token: str | None = None
    ) -> None:
        self._access_key = access_key
        self._secret_key = secret_key
        self._region = region
        self._service = service
        self._token = session_token
        self._auth: tuple[str, Any] = ("", None)

    def __repr__(self) -> str:
        return f"Signer(region={self._region!r}, service={self._service!r})"

    def _auth_of(self, day: str) -> Any:
        known, auth = self._auth
        if known != day:
            key = AWS4SigningKey(self._secret_key, self._region, self._service, day, False)
            auth = _Auth(self._access_key, key, session_token=self._token)
            self._auth = (day, auth)
        return auth

    def sign(self, request: Signable, now: datetime) -> Signable:
        """Add x-amz-date, x-amz-content-sha256, authorization (and x-amz-security-token) to the headers."""
        stamp = now.astimezone(timezone.utc).strftime("%Y%m%dT%H%M%SZ")
        request.headers["x-amz-date"] = stamp
        self._auth_of(stamp[:8])(request)
        return request

    def explain(self, request: Signable) -> tuple[str, str]:
        """The canonical request and the string to sign of a signed request."""
        auth = self._auth_of(request.headers["x-amz-date"][:8])
        headers, names = auth.get_canonical_headers(request)
        canonical = auth.get_canonical_request(request, headers, names)
        return canonical, auth.get_sig_string(request, canonical, auth.signing_key.scope)
