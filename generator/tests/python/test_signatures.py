"""Signatures equal those of botocore, for what is signed and for what is received on a socket."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any
from unittest import mock

import botocore.auth
import pytest
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given, settings
from hypothesis import strategies as st

SCOPES = [("ap-southeast-5", "sqlaccount"), ("ap-southeast-1", "execute-api")]
CLOCKS = [
    datetime(2026, 1, 15, 10, 0, 0, tzinfo=timezone.utc),
    datetime(2026, 1, 31, 23, 59, 59, tzinfo=timezone.utc),
    datetime(2026, 2, 1, 0, 0, 0, tzinfo=timezone.utc),
    datetime(2024, 2, 29, 12, 0, 0, tzinfo=timezone.utc),
    datetime(2026, 12, 31, 23, 59, 59, 999999, tzinfo=timezone.utc),
    datetime(2026, 3, 1, 7, 30, 0, tzinfo=timezone(timedelta(hours=8))),  # the day before in UTC
]


def by_botocore(
    method: str,
    url: str,
    headers: dict[str, str],
    body: bytes,
    keys: tuple[str, str, str | None],
    scope: tuple[str, str],
    now: datetime,
) -> str:
    """The Authorization header that botocore makes of a request."""
    request = AWSRequest(method=method, url=url, headers=headers, data=body)
    signer = botocore.auth.SigV4Auth(Credentials(*keys), scope[1], scope[0])
    moment = now.astimezone(timezone.utc).replace(tzinfo=None)
    with mock.patch.object(botocore.auth, "get_current_datetime", return_value=moment):
        signer.add_auth(request)
    value: str = request.headers["Authorization"]
    return value


def received_by_botocore(request: Any, base: str, keys: dict[str, str], scope: tuple[str, str], now: datetime) -> str:
    """The same from what came over the wire: the signed headers and the raw target."""
    names = request.headers["authorization"].split("SignedHeaders=")[1].split(",")[0].split(";")
    headers = {n: request.headers[n].encode("latin-1").decode() for n in names if n not in ("host", "x-amz-date")}
    pair = (keys["access_key"], keys["secret_key"], None)
    return by_botocore(request.method, base + request.target, headers, request.body, pair, scope, now)


# --- on a socket --------------------------------------------------------------------------------------------------

KEY_TEXTS = [
    "300-A0001", "A B", "a/b", "*", "(x)", "100%", "a+b", "a&b=c", "ü", "中文", "😀", "~tilde", "a'b", 'a"b', "a;b",
    "a:b", "a,b", "a@b", "#1", "?", "...", "a..b", ".a", "==Test New Item Code==", "BOM-01/Black", "JMAST-RED -L",
    "%41", "%2F",
    "a\\b", "a|b", "<a>", "{a}", "[a]", "^", "`", "$", "!", " lead", "trail ", "\ttab", "e\u0301", "\u00a0",
]  # fmt: skip


def _random_text(dice: random.Random) -> str:
    return "".join(dice.choice([*"aZ09-._~ */()!'+&=%?#;:@,$", "ü", "中", "😀"]) for _ in range(dice.randint(1, 12)))


def _calls(client: Any, count: int) -> None:
    """Typed calls and free ones, with all that can stand in keys, filters, paths, report names and bodies."""
    dice = random.Random(20260115)
    for number in range(count):
        kind = number % 8
        text = KEY_TEXTS[number // 8] if number // 8 < len(KEY_TEXTS) else _random_text(dice)
        if text in (".", ".."):
            text = "dots"
        if kind == 0:
            client.customers.get(text)
        elif kind == 1:
            client.customers.list(where={"code": text, "area": _random_text(dice), "agent": ""}, offset=number)
        elif kind == 2:
            client.sales_invoices.find(docno=text, code=_random_text(dice))
        elif kind == 3:
            client.customers.create({"code": text, "companyname": _random_text(dice), "udf_x": number})
        elif kind == 4:
            client.customers.delete(text)
        elif kind == 5:
            report = " ".join(text.split()) or "Report"
            client.sales_invoices.pdf(number, report if report.isprintable() else "Sales Invoice 8 (SST 1)")
        elif kind == 6:
            pairs = [(_random_text(dice), _random_text(dice)) for _ in range(dice.randint(0, 4))]
            client.call("GET", "/a%20b/%C3%BC/*/(x)", query=[*pairs, ("b", ""), ("a", "2"), ("a", "1"), ("a", "1")])
        else:
            client.call(dice.choice(["POST", "PUT", "PATCH"]), "/raw", body=_random_text(dice).encode())


@pytest.mark.slow
@pytest.mark.parametrize("scope", SCOPES, ids=lambda scope: scope[1])
@pytest.mark.parametrize("clock", CLOCKS, ids=lambda clock: clock.isoformat())
def test_what_arrives_is_signed_as_botocore_signs_it(
    scope: tuple[str, str],
    clock: datetime,
    serve: Callable[..., Any],
    connect: Callable[..., Any],
    answer: Callable[..., bytes],
    keys: dict[str, str],
) -> None:
    from sqlacc_client import CallOptions

    def respond(request: Any, _: Any) -> bytes:
        if "template=" in request.headers.get("content-type", ""):
            return answer(200, b"%PDF-1.4\n%%EOF\n", "application/pdf")
        if request.target.endswith("/*") or "?" in request.target:
            return answer(200, b'{"data":[]}')
        if request.method == "GET":
            key = request.target.rpartition("/")[2]
            from urllib.parse import unquote

            return answer(200, b'{"data":[' + _json({"code": unquote(key), "dockey": 1}) + b"]}")
        return answer(200, request.body if request.method == "POST" and request.body[:1] == b"{" else b"")

    server = serve(respond)
    client = connect(
        server.url, region=scope[0], service=scope[1], clock=lambda: clock, options=CallOptions(validate=False)
    )
    count = 8 * len(KEY_TEXTS) + 40 if clock is CLOCKS[0] else 48
    _calls(client, count)
    assert len(server.requests) == count
    for request in server.requests:
        expected = received_by_botocore(request, server.url, keys, scope, clock)
        assert request.headers["authorization"] == expected, f"{request.method} {request.target}"
        assert request.headers["x-amz-content-sha256"] == hashlib.sha256(request.body).hexdigest()
        assert request.headers["x-amz-date"] == clock.astimezone(timezone.utc).strftime("%Y%m%dT%H%M%SZ")
        assert request.headers["host"] == server.url.removeprefix("http://")


def _json(value: Any) -> bytes:
    import json

    return json.dumps(value).encode()


def test_the_detail_form_is_sent_with_a_star_and_signed_with_its_code(
    serve: Callable[..., Any], connect: Callable[..., Any], answer: Callable[..., bytes]
) -> None:
    from sqlacc_client._signing import Signable, Signer

    server = serve(lambda *_: answer(200, b'{"data":[]}'))
    assert connect(server.url).sales_invoices.find(docno="--IV Test--") is None
    assert server.requests[0].target == "/salesinvoice/*?docno=--IV%20Test--"
    signer = Signer("a", "s", "r", "v")
    signed = signer.sign(Signable("GET", "http://h/salesinvoice/*?docno=1", {"host": "h"}, b""), CLOCKS[0])
    assert signer.explain(signed)[0].splitlines()[1] == "/salesinvoice/%2A"


def test_one_client_signs_over_midnight_and_from_threads(
    serve: Callable[..., Any], connect: Callable[..., Any], answer: Callable[..., bytes], keys: dict[str, str]
) -> None:
    from concurrent.futures import ThreadPoolExecutor

    dice, moments = random.Random(1), [CLOCKS[1], CLOCKS[2]]
    server = serve(lambda *_: answer(200, b'{"data":[]}'))
    client = connect(server.url, clock=lambda: dice.choice(moments))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: client.customers.list(offset=n), range(200)))
    for request in server.requests:
        now = datetime.strptime(request.headers["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc)
        assert request.headers["authorization"] == received_by_botocore(request, server.url, keys, SCOPES[0], now)


# --- any request at all -------------------------------------------------------------------------------------------

URL_TEXT = st.text(st.sampled_from([*"abzAZ019-._~*()!'+&=%;:@,$/ \"<>[]{}|\\^`", "ü", "中", "😀"]), max_size=30)
PRINTABLE = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x17F, exclude_characters="\x7f"), max_size=20)


@pytest.mark.slow
@settings(max_examples=600, deadline=None, database=None, derandomize=True)
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "get"]),
    path=URL_TEXT,
    query=st.none() | URL_TEXT,
    kind=st.none() | PRINTABLE.filter(lambda text: text == text.strip()),
    body=st.binary(max_size=200),
    scope=st.sampled_from(SCOPES),
    clock=st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1), timezones=st.just(timezone.utc)),
    access=st.sampled_from(["AKID", "0123abcd.sql.my/APIUSER", "a/b/c"]),
    token=st.none() | st.just("FwoGZXIvYXdzEB=="),
)
def test_any_request_is_signed_as_botocore_signs_it(
    method: str,
    path: str,
    query: str | None,
    kind: str | None,
    body: bytes,
    scope: tuple[str, str],
    clock: datetime,
    access: str,
    token: str | None,
) -> None:
    from sqlacc_client._signing import Signable, Signer

    url = f"https://api.sql.my/{path}" + (f"?{query}" if query is not None else "")
    headers = {"host": "api.sql.my", **({"content-type": kind} if kind else {})}
    signed = Signer(access, "the secret/+", *scope, token).sign(Signable(method, url, headers, body), clock)
    given = {"X-Amz-Content-SHA256": hashlib.sha256(body).hexdigest(), **({"Content-Type": kind} if kind else {})}
    expected = by_botocore(method, url, given, body, (access, "the secret/+", token), scope, clock)
    assert signed.headers["Authorization"] == expected
