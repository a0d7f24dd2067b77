"""AWS Signature Version 4 from the raw bytes of a request to a verdict, and the other way round: a signer.

Written from the published algorithm, not taken from a library: checking what clients send is what this project
is for, so the judge has to be its own. botocore is the independent witness in the tests.

The canonical form is the one botocore makes of a URL: the path as it stands on the wire, dot segments removed,
encoded once more; the query as written, its pairs sorted. Real clients of this API differ from it in small
ways that the service is said to accept; `canonical_paths` and `canonical_queries` list them.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import lru_cache
from urllib.parse import quote, unquote_to_bytes

ALGORITHM = "AWS4-HMAC-SHA256"
EMPTY_HASH = hashlib.sha256(b"").hexdigest()
SKEW_SECONDS = 15 * 60

Headers = Sequence[tuple[bytes, bytes]]  # names in lower case, values as on the wire

_DATE = re.compile(rb"\A[0-9]{8}T[0-9]{6}Z\Z")
_SIGNATURE = re.compile(r"\A[0-9a-f]{64}\Z")
_NAME = re.compile(r"\A[!#$%&'*+.^_`|~0-9a-z-]+\Z")


class Refused(Exception):  # noqa: N818 - a verdict, read as one where it is caught
    """Why a request is not accepted. `kind`: missing, malformed, unknown_key, scope, skew, token, payload, signature.

    `canonical_request` and `string_to_sign` are what the verifier expected, empty when it did not get that far.
    """

    def __init__(self, kind: str, reason: str, canonical_request: str = "", string_to_sign: str = "") -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = reason
        self.canonical_request = canonical_request
        self.string_to_sign = string_to_sign


@dataclass(frozen=True)
class Key:
    """A secret key, and the session token that must come with it, if any."""

    secret: str
    token: str | None = None

    def __repr__(self) -> str:
        return "Key(secret=***)"


@dataclass(frozen=True)
class Authorization:
    """The parts of an Authorization header."""

    access_key: str
    date: str
    region: str
    service: str
    signed_headers: tuple[str, ...]
    signature: str

    @property
    def scope(self) -> str:
        return f"{self.date}/{self.region}/{self.service}/aws4_request"


@lru_cache(maxsize=256)
def parse_authorization(value: str) -> Authorization:
    """Parts separated by `,` or `, `; the credential is read from the right, since an access key may hold slashes."""
    algorithm, _, rest = value.strip().partition(" ")
    if algorithm != ALGORITHM:
        raise Refused("malformed", f"Authorization must begin with {ALGORITHM}")
    parts: dict[str, str] = {}
    for part in rest.split(","):
        name, equals, text = part.strip().partition("=")
        if not equals or name in parts:
            raise Refused("malformed", "Authorization must hold Credential=, SignedHeaders= and Signature=, once each")
        parts[name] = text
    if parts.keys() != {"Credential", "SignedHeaders", "Signature"}:
        raise Refused("malformed", "Authorization must hold Credential=, SignedHeaders= and Signature=, once each")
    credential = parts["Credential"].rsplit("/", 4)
    if len(credential) != 5 or not all(credential) or credential[4] != "aws4_request":
        raise Refused("malformed", "Credential must read ACCESS_KEY/YYYYMMDD/REGION/SERVICE/aws4_request")
    names = tuple(parts["SignedHeaders"].split(";"))
    if not all(map(_NAME.match, names)) or list(names) != sorted(set(names)):
        raise Refused("malformed", "SignedHeaders must be lower-case names, sorted, each once, separated by ;")
    if not _SIGNATURE.match(parts["Signature"]):
        raise Refused("malformed", "Signature must be 64 lower-case hexadecimal digits")
    access_key, date, region, service, _ = credential
    return Authorization(access_key, date, region, service, names, parts["Signature"])


# --- the canonical request ---------------------------------------------------------------------------------------


def remove_dot_segments(path: str) -> str:
    """RFC 3986 5.2.4, and empty segments removed, as AWS asks."""
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            if kept:
                kept.pop()
        elif segment not in {"", "."}:
            kept.append(segment)
    last = "/" if kept and path.endswith("/") else ""
    return "/" + "/".join(kept) + last


@lru_cache(maxsize=256)
def canonical_path(path: str) -> str:
    """The path of a URL as botocore signs it: what is already percent-encoded is encoded again."""
    return quote(remove_dot_segments(path), safe="/~", encoding="latin-1")


@lru_cache(maxsize=256)
def canonical_query(query: str) -> str:
    """The query as written, its pairs sorted, a missing `=` added."""
    if not query:
        return ""
    pairs = sorted(pair.partition("=")[::2] for pair in query.split("&"))
    return "&".join(f"{name}={value}" for name, value in pairs)


@lru_cache(maxsize=256)
def canonical_paths(path: str, star: str = "any") -> tuple[str, ...]:
    """Every form of a path that may be signed, the standard one first.

    A path with escapes may be signed encoded once. Below `/*` clients were seen that sign `%2A`, `*`, or the path
    without its star; `star="encoded"` accepts only `%2A`.
    """
    forms = [canonical_path(path)]
    if "%" in path:
        forms.append("/".join(quote(unquote_to_bytes(segment), safe="~") for segment in path.split("/")))
    if path.endswith(("/*", "/%2A", "/%2a")):
        parent = canonical_path(path[: path.rindex("/") + 1])
        forms.append(parent + "%2A")
        if star != "encoded":
            forms += [parent + "*", parent]
    return tuple(dict.fromkeys(forms))


@lru_cache(maxsize=256)
def canonical_queries(query: str) -> tuple[str, ...]:
    """The query as written, and in standard encoding (some clients write `300*` and sign `300%2A`)."""
    forms = [canonical_query(query)]
    if query:
        pairs = sorted(
            (_standard(name), _standard(value)) for name, _, value in (pair.partition("=") for pair in query.split("&"))
        )
        forms.append("&".join(f"{name}={value}" for name, value in pairs))
    return tuple(dict.fromkeys(forms))


def _standard(text: str) -> str:
    return quote(unquote_to_bytes(text.encode("latin-1")), safe="-_.~")


def canonical_headers(headers: Headers, names: Iterable[str]) -> bytes:
    """`name:value` lines of the signed headers; values trimmed, inner spaces to one, repeated headers joined by `,`."""
    lines = []
    for name in names:
        wanted = name.encode("ascii")
        values = [b" ".join(value.split()) for header, value in headers if header == wanted]
        if not values:
            raise Refused("missing", f"SignedHeaders names {name}, which the request does not have")
        lines.append(wanted + b":" + b",".join(values) + b"\n")
    return b"".join(lines)


def canonical_request(
    method: str, path: str, query: str, headers: bytes, signed_headers: Iterable[str], payload_hash: str
) -> bytes:
    """The text whose hash is signed; `path`, `query` and `headers` in canonical form."""
    head = f"{method}\n{path}\n{query}\n".encode("latin-1")
    tail = f"\n{';'.join(signed_headers)}\n{payload_hash}".encode("ascii")
    return head + headers + tail


def string_to_sign(amz_date: str, scope: str, canonical: bytes) -> str:
    return f"{ALGORITHM}\n{amz_date}\n{scope}\n{hashlib.sha256(canonical).hexdigest()}"


@lru_cache(maxsize=256)
def signing_key(secret: str, date: str, region: str, service: str) -> bytes:
    key = ("AWS4" + secret).encode("utf-8")
    for part in (date, region, service, "aws4_request"):
        key = hmac.digest(key, part.encode("utf-8"), "sha256")
    return key


def signature(key: bytes, text: str) -> str:
    return hmac.digest(key, text.encode("utf-8"), "sha256").hex()


# --- judging a request -------------------------------------------------------------------------------------------


class Verifier:
    """Says of a request, from its raw bytes, which access key signed it, or raises `Refused`.

    `scopes`: accepted pairs of region and service, `None` accepts all. `now`: seconds since 1970 UTC.
    """

    def __init__(
        self,
        keys: Mapping[str, Key],
        scopes: Collection[tuple[str, str]] | None,
        now: Callable[[], float],
        *,
        skew: float | None = SKEW_SECONDS,
        star: str = "any",
    ) -> None:
        self.keys = keys
        self.scopes = scopes
        self.now = now
        self.skew = skew
        self.star = star

    def verify(self, method: str, path: bytes, query: bytes, headers: Headers, body: bytes) -> str:
        """The access key of a rightly signed request."""
        found = dict(headers)
        given = found.get(b"authorization")
        if given is None:
            raise Refused("missing", "The request has no Authorization header")
        if sum(name == b"authorization" for name, _ in headers) > 1:
            raise Refused("malformed", "The request has more than one Authorization header")
        auth = parse_authorization(given.decode("utf-8", "replace"))
        key = self.keys.get(auth.access_key)
        if key is None:
            raise Refused("unknown_key", "The access key is not known here")
        amz_date = self._date(auth, found)
        self._token(auth, key, found)
        payload_hash = self._payload(found, body)
        for name in ("host", "x-amz-date"):
            if name not in auth.signed_headers:
                raise Refused("missing", f"{name} must be among SignedHeaders")
        self._signature(auth, key, amz_date, (method, path, query), headers, payload_hash)
        if self.scopes is not None and (auth.region, auth.service) not in self.scopes:
            wanted = " or ".join(sorted("/".join(scope) for scope in self.scopes))
            raise Refused("scope", f"The request is signed for {auth.region}/{auth.service}, expected {wanted}")
        return auth.access_key

    def _date(self, auth: Authorization, found: Mapping[bytes, bytes]) -> str:
        raw = found.get(b"x-amz-date")
        if raw is None:
            raise Refused("missing", "The request has no X-Amz-Date header")
        try:
            if not _DATE.match(raw):
                raise ValueError(raw)
            text = raw.decode("ascii")
            moment = datetime(*_numbers(text), tzinfo=timezone.utc)
        except ValueError:
            raise Refused("malformed", "X-Amz-Date must read YYYYMMDDTHHMMSSZ") from None
        if auth.date != text[:8]:
            raise Refused("malformed", f"The credential is of {auth.date}, X-Amz-Date of {text[:8]}")
        if self.skew is not None:
            away = moment.timestamp() - self.now()
            if abs(away) > self.skew:
                side = "ahead of" if away > 0 else "behind"
                here = datetime.fromtimestamp(self.now(), timezone.utc).strftime("%Y%m%dT%H%M%SZ")
                raise Refused(
                    "skew",
                    f"Request time {text} is {abs(away):.0f} seconds {side} the server's {here}, "
                    f"more than the {self.skew:.0f} allowed",
                )
        return text

    @staticmethod
    def _token(auth: Authorization, key: Key, found: Mapping[bytes, bytes]) -> None:
        token = found.get(b"x-amz-security-token")
        if token is None:
            if key.token is not None:
                raise Refused("token", "The access key needs its session token in X-Amz-Security-Token")
            return
        if "x-amz-security-token" not in auth.signed_headers:
            raise Refused("token", "X-Amz-Security-Token is sent but not signed")
        if key.token is not None and not hmac.compare_digest(token, key.token.encode("utf-8")):
            raise Refused("token", "The session token is not the one of this access key")

    @staticmethod
    def _payload(found: Mapping[bytes, bytes], body: bytes) -> str:
        actual = hashlib.sha256(body).hexdigest() if body else EMPTY_HASH
        sent = found.get(b"x-amz-content-sha256")
        if sent is not None and sent.strip() != actual.encode("ascii"):
            raise Refused("payload", f"X-Amz-Content-Sha256 is not the hash of the {len(body)} bytes received")
        return actual

    def _signature(
        self,
        auth: Authorization,
        key: Key,
        amz_date: str,
        line: tuple[str, bytes, bytes],
        headers: Headers,
        payload_hash: str,
    ) -> None:
        method, path, query = line[0], line[1].decode("latin-1"), line[2].decode("latin-1")
        signed = canonical_headers(headers, auth.signed_headers)
        secret = signing_key(key.secret, auth.date, auth.region, auth.service)
        expected: tuple[str, str] | None = None
        for path_form in canonical_paths(path, self.star):
            for query_form in canonical_queries(query):
                canonical = canonical_request(method, path_form, query_form, signed, auth.signed_headers, payload_hash)
                to_sign = string_to_sign(amz_date, auth.scope, canonical)
                if hmac.compare_digest(signature(secret, to_sign), auth.signature):
                    return
                expected = expected or (canonical.decode("utf-8", "replace"), to_sign)
        assert expected is not None
        raise Refused("signature", "The signature does not match the request as received", *expected)


def _numbers(text: str) -> tuple[int, int, int, int, int, int]:
    return int(text[:4]), int(text[4:6]), int(text[6:8]), int(text[9:11]), int(text[11:13]), int(text[13:15])


# --- signing, for tests, benchmarks and tools --------------------------------------------------------------------


def sign(
    method: str,
    target: str,
    headers: Headers,
    body: bytes,
    *,
    access_key: str,
    secret_key: str,
    region: str,
    service: str,
    now: float,
    token: str | None = None,
) -> list[tuple[bytes, bytes]]:
    """`headers` (with `host`) plus X-Amz-Date, X-Amz-Content-Sha256 and Authorization over all of them."""
    amz_date = datetime.fromtimestamp(now, timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    payload_hash = hashlib.sha256(body).hexdigest()
    result = [(name.lower(), value) for name, value in headers]
    result += [(b"x-amz-date", amz_date.encode()), (b"x-amz-content-sha256", payload_hash.encode())]
    if token is not None:
        result.append((b"x-amz-security-token", token.encode()))
    names = sorted({name.decode("ascii") for name, _ in result})
    path, _, query = target.partition("?")
    canonical = canonical_request(
        method, canonical_path(path), canonical_query(query), canonical_headers(result, names), names, payload_hash
    )
    scope = f"{amz_date[:8]}/{region}/{service}/aws4_request"
    key = signing_key(secret_key, amz_date[:8], region, service)
    made = signature(key, string_to_sign(amz_date, scope, canonical))
    value = f"{ALGORITHM} Credential={access_key}/{scope}, SignedHeaders={';'.join(names)}, Signature={made}"
    return [*result, (b"authorization", value.encode("utf-8"))]
