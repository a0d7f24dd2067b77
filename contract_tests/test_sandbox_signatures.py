"""The signature verifier against botocore, and against everything that is wrong with a request."""

from __future__ import annotations

import hashlib
from datetime import datetime, timezone
from typing import Any
from urllib.parse import quote, urlsplit

import botocore.auth
import pytest
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given, settings
from hypothesis import strategies as st

from sqlacc_codegen.ir import Api
from sqlacc_contract import sigv4
from sqlacc_contract.sandbox import Request, Sandbox
from sqlacc_contract.sigv4 import Key, Refused, Verifier

ACCESS = "0123456789abcdef0123456789abcdef.sql.my/API USER/ONE"
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
NOW = datetime(2026, 1, 31, 23, 59, 58, tzinfo=timezone.utc)
SCOPES = [("ap-southeast-5", "sqlaccount"), ("ap-southeast-1", "execute-api")]
Headers = list[tuple[bytes, bytes]]


def verifier(now: datetime = NOW, **options: Any) -> Verifier:
    keys = options.pop("keys", {ACCESS: Key(SECRET)})
    return Verifier(keys, options.pop("scopes", SCOPES), now.timestamp, **options)


def by_botocore(
    method: str,
    url: str,
    body: bytes = b"",
    headers: dict[str, str] | None = None,
    *,
    when: datetime = NOW,
    scope: tuple[str, str] = SCOPES[0],
    token: str | None = None,
) -> tuple[str, bytes, bytes, Headers, bytes]:
    """The request as botocore signs it, in the form in which a server receives it."""
    region, service = scope
    request = AWSRequest(method=method, url=url, data=body, headers=headers or {})
    signer = botocore.auth.SigV4Auth(Credentials(ACCESS, SECRET, token), service, region)
    patch = pytest.MonkeyPatch()
    patch.setattr(botocore.auth, "get_current_datetime", lambda: when)
    try:
        signer.add_auth(request)
    finally:
        patch.undo()
    parts = urlsplit(url)
    received = [(name.lower().encode(), str(value).encode()) for name, value in request.headers.items()]
    host = parts.netloc if "Host" not in request.headers else None
    if host:
        received.append((b"host", host.encode()))
    return method, (parts.path or "/").encode(), parts.query.encode(), received, body


_PATH = st.text(st.sampled_from("abcXYZ019-_.~*()!'$&,;=:@+/"), max_size=24)
_ESCAPES = st.lists(st.sampled_from(["%20", "%2A", "%E4%B8%AD", "%2F", "%28", "x", "*", "-"]), max_size=4).map("".join)
_QUERY = st.lists(
    st.tuples(
        st.text(st.sampled_from("abDN_-.~*"), min_size=1, max_size=6),
        st.sampled_from(["", "=", "=300*", "=%2A", "=a%20b", "=a+b", "=A=B", "=~x", "=(1)"]),
    ).map("".join),
    max_size=5,
).map("&".join)
_MOMENT = st.datetimes(datetime(2024, 2, 28), datetime(2027, 1, 2)).map(
    lambda t: t.replace(microsecond=0, tzinfo=timezone.utc)
)


@pytest.mark.slow
@settings(max_examples=600, deadline=None)
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
    path=st.tuples(_PATH, _ESCAPES).map(lambda parts: "/" + "".join(parts)),
    query=_QUERY,
    body=st.one_of(st.just(b""), st.binary(max_size=60), st.just('{"docno":"中文 ñ"}'.encode())),
    content_type=st.sampled_from(
        [None, "application/json", "application/pdf;template=Sales  Invoice 8 (SST 1)", " a  b "]
    ),
    hashed=st.booleans(),
    scope=st.sampled_from(SCOPES),
    when=_MOMENT,
    token=st.sampled_from([None, "a+token/with=signs"]),
    joint=st.sampled_from([b", ", b",", b",  "]),
)
def test_what_botocore_signs_is_accepted_and_one_changed_byte_is_not(
    method: str,
    path: str,
    query: str,
    body: bytes,
    content_type: str | None,
    hashed: bool,
    scope: tuple[str, str],
    when: datetime,
    token: str | None,
    joint: bytes,
) -> None:
    headers = {} if content_type is None else {"Content-Type": content_type}
    if hashed:
        headers["X-Amz-Content-SHA256"] = hashlib.sha256(body).hexdigest()
    url = f"http://api.example:8443{path}" + (f"?{query}" if query else "")
    line = by_botocore(method, url, body, headers, when=when, scope=scope, token=token)
    received = [(name, value.replace(b", ", joint) if name == b"authorization" else value) for name, value in line[3]]
    judge = verifier(when)
    assert judge.verify(method, line[1], line[2], received, body) == ACCESS
    with pytest.raises(Refused) as refused:
        judge.verify(method, line[1], line[2], received, body + b"x")
    assert refused.value.kind in {"payload", "signature"}
    with pytest.raises(Refused):
        judge.verify(method, line[1] + b"x", line[2], received, body)
    with pytest.raises(Refused):
        judge.verify(method, line[1], line[2] + b"&z=1", received, body)
    with pytest.raises(Refused):
        judge.verify("PATCH", line[1], line[2], received, body)


@settings(max_examples=200, deadline=None)
@given(path=_PATH.map(lambda text: "/" + text), query=_QUERY, body=st.binary(max_size=40), when=_MOMENT)
def test_our_own_signer_agrees_with_botocore(path: str, query: str, body: bytes, when: datetime) -> None:
    url = f"http://127.0.0.1:8080{path}" + (f"?{query}" if query else "")
    headers = {"Host": "127.0.0.1:8080", "X-Amz-Content-SHA256": hashlib.sha256(body).hexdigest()}
    theirs = dict(by_botocore("POST", url, body, headers, when=when)[3])
    target = path + (f"?{query}" if query else "")
    ours = dict(
        sigv4.sign(
            "POST",
            target,
            [(b"host", b"127.0.0.1:8080")],
            body,
            access_key=ACCESS,
            secret_key=SECRET,
            region=SCOPES[0][0],
            service=SCOPES[0][1],
            now=when.timestamp(),
        )
    )
    assert ours[b"authorization"] == theirs[b"authorization"]


# --- the forms that real clients send ----------------------------------------------------------------------------


def signed_as(path: str, query: str = "", *, wire: str | None = None, extra: Headers | None = None) -> tuple[Any, ...]:
    """A request whose canonical path and query are just these, as clients with signers of their own make them."""
    headers: Headers = [(b"host", b"api.example"), (b"x-amz-date", b"20260131T235958Z"), *(extra or [])]
    names = ["host", "x-amz-date"]
    canonical = sigv4.canonical_request(
        "GET", path, query, sigv4.canonical_headers(headers, names), names, sigv4.EMPTY_HASH
    )
    region, service = SCOPES[0]
    scope = f"20260131/{region}/{service}/aws4_request"
    made = sigv4.signature(
        sigv4.signing_key(SECRET, "20260131", region, service),
        sigv4.string_to_sign("20260131T235958Z", scope, canonical),
    )
    value = f"AWS4-HMAC-SHA256 Credential={ACCESS}/{scope},SignedHeaders=host;x-amz-date,Signature={made}"
    wire_path, _, wire_query = (wire or path).partition("?")
    return "GET", wire_path.encode(), wire_query.encode(), [*headers, (b"authorization", value.encode())], b""


@pytest.mark.parametrize("form", ["/salesinvoice/%2A", "/salesinvoice/*", "/salesinvoice/"])
@pytest.mark.parametrize("wire", ["/salesinvoice/*", "/salesinvoice/%2A", "/salesinvoice/%2a"])
def test_the_star_may_be_signed_in_three_ways(form: str, wire: str) -> None:
    line = signed_as(form, wire=wire)
    assert verifier().verify(*line) == ACCESS
    strict = verifier(star="encoded")
    if form.endswith("%2A"):
        assert strict.verify(*line) == ACCESS
    else:
        with pytest.raises(Refused, match="does not match"):
            strict.verify(*line)


def test_a_literal_star_in_a_filter_may_be_signed_as_written_or_encoded() -> None:
    for query in ("code=300*&limit=5", "code=300%2A&limit=5"):
        assert verifier().verify(*signed_as("/customer", query, wire="/customer?limit=5&code=300*")) == ACCESS


@pytest.mark.parametrize(
    ("path", "query", "wire"),
    [
        ("/customer/A%20B", "", "/customer/A%20B"),  # encoded once
        ("/customer/A%2520B", "", "/customer/A%20B"),  # and twice, as botocore does
        ("/customer", "docno=A%20B", "/customer?docno=A%20B"),
    ],
)
def test_escapes_may_be_signed_once_or_twice_in_paths(path: str, query: str, wire: str) -> None:
    assert verifier().verify(*signed_as(path, query, wire=wire)) == ACCESS


@pytest.mark.parametrize(
    ("path", "query", "wire"),
    [
        ("/customer/(A)", "", "/customer/(A)"),  # parentheses left as they are
        ("/customer/A'B!", "", "/customer/A'B!"),
        ("/customer", "docno=A+B", "/customer?docno=A%20B"),  # a space as plus
        ("/customer", "b=1&a=2", "/customer?b=1&a=2"),  # not sorted
        ("/customer", "docno=A%2520B", "/customer?docno=A%20B"),  # encoded twice
        ("/customer/", "", "/customer"),
        ("/agent/*/x", "", "/agent/%2A/y"),
    ],
)
def test_wrong_canonical_forms_are_refused(path: str, query: str, wire: str) -> None:
    with pytest.raises(Refused) as refused:
        verifier().verify(*signed_as(path, query, wire=wire))
    assert refused.value.kind == "signature"
    assert refused.value.canonical_request.startswith("GET\n")
    assert refused.value.string_to_sign.startswith("AWS4-HMAC-SHA256\n20260131T235958Z\n")


def test_unsigned_headers_do_not_matter() -> None:
    extra = [(b"content-type", b"application/json"), (b"x-case", b"python/1"), (b"user-agent", b"x")]
    assert verifier().verify(*signed_as("/agent", extra=extra)) == ACCESS


# --- refusals ----------------------------------------------------------------------------------------------------


def changed(**headers: bytes | None) -> tuple[Any, ...]:
    """A good request with headers replaced, or left away."""
    method, path, query, received, body = signed_as("/agent")
    names = {name.replace("_", "-").encode(): value for name, value in headers.items()}
    kept = [(name, names.get(name, value)) for name, value in received]
    kept += [(name, value) for name, value in names.items() if name not in dict(received)]
    return method, path, query, [(name, value) for name, value in kept if value is not None], body


GOOD = dict(signed_as("/agent")[3])[b"authorization"]


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ({"authorization": None}, "missing"),
        ({"x_amz_date": None}, "missing"),
        ({"host": None}, "missing"),
        ({"authorization": b""}, "malformed"),
        ({"authorization": b"Basic abc"}, "malformed"),
        ({"authorization": b"AWS4-HMAC-SHA256"}, "malformed"),
        ({"authorization": b"AWS4-HMAC-SHA256 Credential=a, Credential=b, Signature=c"}, "malformed"),
        ({"authorization": GOOD.replace(b"/aws4_request", b"/aws5_request")}, "malformed"),
        ({"authorization": GOOD.replace(b"host;x-amz-date", b"x-amz-date;host")}, "malformed"),
        ({"authorization": GOOD.replace(b"host;x-amz-date", b"Host;x-amz-date")}, "malformed"),
        ({"authorization": GOOD.replace(b"host;x-amz-date", b"host;host;x-amz-date")}, "malformed"),
        ({"authorization": GOOD.replace(b"host;x-amz-date", b"x-amz-date")}, "missing"),
        ({"authorization": GOOD.replace(b"host;x-amz-date", b"host")}, "missing"),
        ({"authorization": GOOD.replace(b"host;x-amz-date", b"host;x-amz-date;x-other")}, "missing"),
        ({"authorization": GOOD[:-1] + b"Z"}, "malformed"),
        ({"authorization": GOOD[:-64] + b"0" * 64}, "signature"),
        ({"authorization": GOOD.replace(b"/20260131/", b"/20260130/")}, "malformed"),
        ({"authorization": GOOD.replace(ACCESS.encode(), b"somebody.else/USER")}, "unknown_key"),
        ({"authorization": b"\xff\xfe" + GOOD}, "malformed"),
        ({"x_amz_date": b"2026-01-31T23:59:58Z"}, "malformed"),
        ({"x_amz_date": b"20261331T235958Z"}, "malformed"),
        ({"x_amz_date": b"20260131T235959Z"}, "signature"),
        ({"host": b"evil.example"}, "signature"),
        ({"x_amz_content_sha256": b"0" * 64}, "payload"),
        ({"x_amz_security_token": b"token"}, "token"),
    ],
)
def test_each_fault_is_refused_for_its_own_reason(headers: dict[str, bytes | None], kind: str) -> None:
    with pytest.raises(Refused) as refused:
        verifier().verify(*changed(**headers))
    assert refused.value.kind == kind
    assert SECRET not in str(refused.value) + refused.value.canonical_request + refused.value.string_to_sign


def test_two_authorization_headers_are_refused() -> None:
    method, path, query, received, body = signed_as("/agent")
    with pytest.raises(Refused, match="more than one"):
        verifier().verify(method, path, query, [*received, (b"authorization", GOOD)], body)


@pytest.mark.parametrize("seconds", [-901, 901, 86400])
def test_a_clock_that_is_off_is_told_as_such(seconds: int) -> None:
    off = datetime.fromtimestamp(NOW.timestamp() + seconds, timezone.utc)
    with pytest.raises(Refused) as refused:
        verifier(off).verify(*signed_as("/agent"))
    assert refused.value.kind == "skew"
    assert f"{abs(seconds)} seconds" in refused.value.reason
    assert verifier(off, skew=None).verify(*signed_as("/agent")) == ACCESS


def test_clocks_up_to_a_quarter_of_an_hour_apart_are_fine() -> None:
    for seconds in (-900, 900):
        at = datetime.fromtimestamp(NOW.timestamp() + seconds, timezone.utc)
        assert verifier(at).verify(*signed_as("/agent")) == ACCESS


def test_another_scope_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        verifier(scopes=[SCOPES[1]]).verify(*signed_as("/agent"))
    assert refused.value.kind == "scope"
    assert "ap-southeast-1/execute-api" in refused.value.reason


def test_a_session_token_is_asked_for_and_compared() -> None:
    keys = {ACCESS: Key(SECRET, token="right")}
    line = by_botocore("GET", "http://api.example/agent", token="right")
    assert verifier(keys=keys).verify(*line) == ACCESS
    for bad in (by_botocore("GET", "http://api.example/agent", token="wrong"), signed_as("/agent")):
        with pytest.raises(Refused) as refused:
            verifier(keys=keys).verify(*bad)
        assert refused.value.kind == "token"


@settings(max_examples=300, deadline=None)
@given(value=st.one_of(st.binary(max_size=200), st.binary(max_size=40).map(lambda b: GOOD[:60] + b + GOOD[90:])))
def test_no_authorization_header_brings_the_verifier_down(value: bytes) -> None:
    with pytest.raises(Refused):
        verifier().verify(*changed(authorization=value))


def test_the_sandbox_answers_401_with_what_it_expected_and_never_the_secret(api: Api) -> None:
    sandbox = Sandbox(api, keys={ACCESS: SECRET}, now=NOW.timestamp)
    method, path, query, headers, body = signed_as("/agent")
    headers = [(n, GOOD[:-64] + b"0" * 64 if n == b"authorization" else v) for n, v in headers]
    answer = sandbox.respond(Request(method, path, query, headers, body))
    assert answer.status == 401
    assert b'"message":"Invalid signature"' in answer.body
    assert b"GET\\n/agent\\n\\nhost:api.example\\n" in answer.body
    assert SECRET.encode() not in answer.body
    assert [entry.signature for entry in sandbox.log] == ["The signature does not match the request as received"]


def test_the_sandbox_words_a_wrong_clock_differently(api: Api) -> None:
    sandbox = Sandbox(api, keys={ACCESS: SECRET}, now=lambda: NOW.timestamp() + 3600)
    answer = sandbox.respond(Request(*signed_as("/agent")))
    assert answer.status == 401
    assert b"3600 seconds behind" in answer.body
    sandbox.set_clock(NOW.timestamp())
    assert sandbox.respond(Request(*signed_as("/agent"))).status == 200


def test_quote_is_what_the_canonical_path_is_built_on() -> None:
    assert sigv4.canonical_path("/a b/*(x)") == quote("/a b/*(x)", safe="/~") == "/a%20b/%2A%28x%29"
    assert sigv4.remove_dot_segments("/a/./b/../c//d/") == "/a/c/d/"
