"""The sandbox over real sockets: real clients, rude clients, faults on demand, and a server that never hangs."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import botocore.auth
import pytest
import requests
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from requests_aws4auth import AWS4Auth

from sqlacc_codegen.ir import Api
from sqlacc_contract import sigv4
from sqlacc_contract.sandbox import DEMO_ACCESS_KEY, DEMO_SECRET_KEY, Sandbox, protocol
from sqlacc_contract.sandbox.caller import Caller

REGION, SERVICE = "ap-southeast-5", "sqlaccount"


@pytest.fixture(scope="module")
def server(api: Api) -> Iterator[Sandbox]:
    with Sandbox.serve(api) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(server: Sandbox) -> Sandbox:
    server.reset()
    server.set_readings({})
    return server


def vendor(sandbox: Sandbox, method: str, target: str, body: Any = None, **headers: str) -> requests.Response:
    """As the vendor's Python examples do it: botocore signs, requests sends."""
    data = b"" if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json", **{k.replace("_", "-"): v for k, v in headers.items()}}
    request = AWSRequest(method=method, url=sandbox.url + target, data=data, headers=headers)
    botocore.auth.SigV4Auth(Credentials(DEMO_ACCESS_KEY, DEMO_SECRET_KEY), SERVICE, REGION).add_auth(request)
    return requests.request(
        method, sandbox.url + target, data=data, headers=dict(request.headers), timeout=10, allow_redirects=False
    )


def raw(sandbox: Sandbox, data: bytes, *, wait: float = 5.0, end: bool = False) -> bytes:
    """What comes back for these bytes, until the server closes or is silent."""
    with connected(sandbox) as peer:
        peer.settimeout(wait)
        with contextlib.suppress(OSError):
            peer.sendall(data)
            if end:
                peer.shutdown(socket.SHUT_WR)
        return drained(peer)


def connected(sandbox: Sandbox) -> socket.socket:
    parts = urlsplit(sandbox.url)
    return socket.create_connection((parts.hostname or "", parts.port or 0), timeout=5)


def drained(peer: socket.socket) -> bytes:
    parts = []
    with contextlib.suppress(TimeoutError):
        while part := peer.recv(65536):
            parts.append(part)
    return b"".join(parts)


def wire(sandbox: Sandbox, method: str, target: str, body: bytes = b"", extra: bytes = b"") -> bytes:
    """A signed request as bytes, with `connection: close`."""
    headers = sigv4.sign(
        method,
        target,
        [(b"host", b"sandbox")],
        body,
        access_key=DEMO_ACCESS_KEY,
        secret_key=DEMO_SECRET_KEY,
        region=REGION,
        service=SERVICE,
        now=time.time(),
    )
    lines = [f"{method} {target} HTTP/1.1".encode(), *(name + b": " + value for name, value in headers)]
    lines += [b"content-length: %d" % len(body)] if body else []
    return b"\r\n".join([*lines, b"connection: close", extra]).rstrip(b"\r\n") + b"\r\n\r\n" + body


def alive(sandbox: Sandbox) -> bool:
    return vendor(sandbox, "GET", "/version").status_code == 200


def status_and_json(answer: bytes) -> tuple[int, Any]:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 "), answer[:200]
    return int(head.split()[1]), json.loads(body)


# --- the vendor's documented forms -------------------------------------------------------------------------------


def test_the_documented_forms_work_with_plain_botocore(sandbox: Sandbox) -> None:
    found = vendor(sandbox, "GET", "/salesinvoice/*?docno=IV-00001")
    record = found.json()["data"][0]
    assert record["sdsdocdetail"]
    assert vendor(sandbox, "GET", "/purchaseinvoice/?docno=PI-00001").json()["data"][0]["docno"] == "PI-00001"
    assert vendor(sandbox, "GET", "/customer?offset=50").json()["pagination"]["offset"] == 50
    assert vendor(sandbox, "GET", "/customer?code=300-A*").json()["pagination"]["count"] == 3
    assert vendor(sandbox, "GET", f"/salesinvoice?lastmodified={record['lastmodified']}").json()["data"]
    path = f"/salesinvoice/{record['dockey']}"
    stale = vendor(sandbox, "PUT", path, {**record, "updatecount": 5})
    assert stale.json()["message"] == "Record has been changed by another user"
    body = {**record, "docref2": "x", "updatecount": (record["updatecount"] or 0) + 1}
    assert vendor(sandbox, "PUT", path, body).json()["docref2"] == "x"
    printed = vendor(sandbox, "GET", path, Content_Type="application/pdf;template=Sales Invoice 8 (SST 1)")
    assert printed.headers["Content-Type"] == "application/pdf"
    assert printed.content.startswith(b"%PDF")
    assert printed.content.rstrip().endswith(b"%%EOF")


def test_an_order_becomes_an_invoice_a_payment_and_a_pdf(sandbox: Sandbox) -> None:
    assert vendor(sandbox, "POST", "/customer", {"code": "300-Z0001", "companyname": "Z"}).status_code == 200
    item = {
        "code": "Z-1",
        "description": "Z",
        "sdsuom": [{"uom": "UNIT", "rate": "1", "refprice": "12.50", "isbase": 1}],
    }
    assert vendor(sandbox, "POST", "/stockitem", item).status_code == 200
    order = {"docdate": "2026-02-03", "code": "300-Z0001", "sdsdocdetail": [{"itemcode": "Z-1", "qty": "10"}]}
    made = vendor(sandbox, "POST", "/salesorder", order).json()
    link = {"fromdoctype": "SO", "fromdockey": made["dockey"], "fromdtlkey": made["sdsdocdetail"][0]["dtlkey"]}
    invoice = {**order, "sdsdocdetail": [{"itemcode": "Z-1", "qty": "4", **link}]}
    stored = vendor(sandbox, "POST", "/salesinvoice", invoice).json()
    assert stored["docamt"] == "50.00"
    rows = [{"doctype": "IV", "docno": stored["docno"], "koamt": "50.00", "knockoff": True}]
    payment = {"docdate": "2026-02-03", "code": "300-Z0001", "paymentmethod": "310-001", "docamt": "50.00"}
    assert (
        vendor(sandbox, "POST", "/customerpayment", {**payment, "sdsknockoff": rows}).json()["unappliedamt"] == "0.00"
    )
    row = {"dtlkey": stored["sdsdocdetail"][0]["dtlkey"], "qty": "5"}
    changed = vendor(sandbox, "PUT", f"/salesinvoice/{stored['dockey']}", {"updatecount": 1, "sdsdocdetail": [row]})
    assert changed.json()["docamt"] == "62.50"


def test_requests_aws4auth_works_with_both_scopes(sandbox: Sandbox) -> None:
    for region, service in (("ap-southeast-5", "sqlaccount"), ("ap-southeast-1", "execute-api")):
        auth = AWS4Auth(DEMO_ACCESS_KEY, DEMO_SECRET_KEY, region, service)
        for target in ("/agent", "/agent/*?code=SY", "/customer?code=300*&limit=2", "/terms/30%20Days"):
            assert requests.get(sandbox.url + target, auth=auth, timeout=10).status_code == 200, target


def test_every_answer_says_that_it_is_a_sandbox(sandbox: Sandbox, api: Api) -> None:
    answers = [
        vendor(sandbox, "GET", "/agent"),
        vendor(sandbox, "GET", "/nosuch"),
        requests.get(sandbox.url + "/agent", timeout=10),
        requests.get(sandbox.url + "/sandbox", timeout=10),
    ]
    assert [answer.status_code for answer in answers] == [200, 404, 401, 200]
    for answer in answers:
        assert answer.headers["X-Sandbox"] == f"sqlacc {api.version}"
        assert answer.headers["Date"].endswith("GMT")
    assert b"\r\nx-sandbox: sqlacc\r\n" in raw(sandbox, b"nonsense\r\n\r\n")


def test_connections_are_kept_alive_and_answers_keep_their_order(sandbox: Sandbox) -> None:
    one = wire(sandbox, "GET", "/agent/SY").replace(b"connection: close\r\n", b"").rstrip(b"\r\n") + b"\r\n\r\n"
    other = wire(sandbox, "GET", "/agent/LF")
    answer = raw(sandbox, one * 20 + other)
    codes = [part.split(b'"code":"')[1][:2] for part in answer.split(b"HTTP/1.1 200 OK")[1:]]
    assert codes == [b"SY"] * 20 + [b"LF"]


def test_many_clients_at_once(sandbox: Sandbox) -> None:
    errors: list[BaseException] = []

    def work(n: int) -> None:
        try:
            for m in range(5):
                body = {"docdate": "2026-02-03", "code": "300-G0002", "sdsdocdetail": [{"itemcode": "ANT"}]}
                assert vendor(sandbox, "POST", "/salesinvoice", body).status_code == 200, (n, m)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    rows = vendor(sandbox, "GET", "/salesinvoice?docdate=2026-02-03").json()["data"]
    numbers = [row["docno"] for row in rows]
    assert len(numbers) == len(set(numbers)) == 40


# --- rude clients ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n\r\n", 401),
        (b"GET  /agent HTTP/1.1\r\n\r\n", 401),
        (b"GET /agent HTTP/9.9\r\n\r\n", 400),
        (b"GET agent HTTP/1.1\r\nhost: x\r\n\r\n", 400),
        (b"GET http://x/agent HTTP/1.1\r\nhost: x\r\n\r\n", 400),
        (b"GET * HTTP/1.1\r\nhost: x\r\n\r\n", 400),
        (b"OPTIONS * HTTP/1.1\r\nhost: x\r\n\r\n", 400),
        (b"CONNECT x:443 HTTP/1.1\r\nhost: x\r\n\r\n", 400),
        (b"GET /agent#x HTTP/1.1\r\nhost: x\r\n\r\n", 400),
        (b"GET /\xff\xfe HTTP/1.1\r\nhost: x\r\n\r\n", 400),
        (b"GET /agent\x00 HTTP/1.1\r\nhost: x\r\n\r\n", 400),
        (b"GET /agent HTTP/1.1\r\nhost x\r\n\r\n", 400),
        (b"GET /agent HTTP/1.1\r\nho st: x\r\n\r\n", 400),
        (b"GET /agent HTTP/1.1\r\nhost: x\r\n folded: y\r\n\r\n", 400),
        (b"GET /agent HTTP/1.1\r\nhost: x\r\nx: a\x00b\r\n\r\n", 400),
        (b"POST /agent HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n", 400),
        (b"POST /agent HTTP/1.1\r\nhost: x\r\ncontent-length: 1x\r\n\r\n", 400),
        (b"POST /agent HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nab", 400),
        (b"POST /agent HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999999999999999999\r\n\r\n", 400),
        (b"POST /agent HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n", 400),
        (b"POST /agent HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\ncontent-length: 3\r\n\r\n", 400),
        (b"GET /agent HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n", 401),
        (b"GET /agent HTTP/1.0\r\n\r\n", 401),
        (b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\nhost: x\r\n\r\n", 414),
        (b"GET /agent HTTP/1.1\r\n" + b"a: b\r\n" * 200 + b"\r\n", 431),
        (b"GET /agent HTTP/1.1\r\nhost: x\r\nlong: " + b"x" * 200_000, 431),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 50, 400),
        (b"\x80\x81\x82\r\n\r\n", 400),
    ],
)
def test_broken_requests_get_a_clear_answer(sandbox: Sandbox, data: bytes, status: int) -> None:
    answer = raw(sandbox, data, wait=2.0, end=True)
    found, value = status_and_json(answer[: answer.index(b"\r\n\r\n") + 4] + answer.split(b"\r\n\r\n")[1])
    assert found == status
    assert value["message"]
    assert alive(sandbox)


def test_a_body_that_is_too_large_is_refused(sandbox: Sandbox) -> None:
    size = 17 * 1024 * 1024
    head = b"POST /agent HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n" % size
    status, value = status_and_json(raw(sandbox, head + b"x" * size))
    assert status == 413
    assert "larger than" in value["message"]
    assert alive(sandbox)


def test_a_large_body_that_is_allowed_is_stored(sandbox: Sandbox) -> None:
    picture = "A" * 3_000_000
    made = vendor(sandbox, "POST", "/stockitem", {"code": "PIC", "description": "x", "picture": picture})
    assert made.json()["picture"] == picture


def test_a_chunked_body_is_read(sandbox: Sandbox) -> None:
    body = b'{"code":"CH","description":"x"}'
    plain = wire(sandbox, "POST", "/agent", body)
    head = plain.partition(b"\r\n\r\n")[0].replace(b"content-length: %d" % len(body), b"transfer-encoding: chunked")
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:5], body[5:])) + b"0\r\n\r\n"
    assert b"HTTP/1.1 200" in raw(sandbox, head + b"\r\n\r\n" + chunks)


def test_a_client_that_waits_for_100_continue_gets_it(sandbox: Sandbox) -> None:
    body = b'{"code":"CO","description":"x"}'
    head, _, _ = wire(sandbox, "POST", "/agent", body, b"expect: 100-continue").partition(b"\r\n\r\n")
    with connected(sandbox) as peer:
        peer.sendall(head + b"\r\n\r\n")
        assert peer.recv(100).startswith(b"HTTP/1.1 100 Continue")
        peer.sendall(body)
        assert b"HTTP/1.1 200" in drained(peer)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol.Connection, "head_seconds", 0.3)
    monkeypatch.setattr(protocol.Connection, "body_seconds", 0.3)


@pytest.mark.slow
@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"\r\n\r\n",
        b"GET /agent HTTP/1.1\r\nhost: x\r\n",
        b"POST /agent HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc",
        b"POST /agent HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n3\r\nab",
    ],
)
def test_clients_that_do_not_finish_are_sent_away(sandbox: Sandbox, impatient: None, start: bytes) -> None:
    started = time.monotonic()
    status, value = status_and_json(raw(sandbox, start))
    assert status == 408
    assert "in time" in value["message"]
    assert time.monotonic() - started < 3
    assert alive(sandbox)


def test_a_client_that_drips_its_headers_is_sent_away(sandbox: Sandbox, impatient: None) -> None:
    with connected(sandbox) as peer:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            for n in range(40):
                peer.sendall(b"GET /agent HTTP/1.1\r\n"[n % 21 : n % 21 + 1] if n < 21 else b"a: b\r\n")
                time.sleep(0.03)
        assert b" 408 " in drained(peer)


def test_a_crowd_of_silent_clients_stops_nobody(sandbox: Sandbox) -> None:
    crowd = [connected(sandbox) for _ in range(100)]
    try:
        for peer in crowd:
            peer.sendall(b"POST /agent HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{")
        assert alive(sandbox)
    finally:
        for peer in crowd:
            peer.close()
    assert alive(sandbox)


def test_more_connections_than_there_may_be_are_refused(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "CONNECTIONS", 5)
    crowd = [connected(sandbox) for _ in range(5)]
    time.sleep(0.1)
    try:
        status, _ = status_and_json(raw(sandbox, b"GET /agent HTTP/1.1\r\nhost: x\r\n\r\n", wait=2))
        assert status == 503
    finally:
        for peer in crowd:
            peer.close()
    time.sleep(0.1)
    assert alive(sandbox)


def test_a_client_that_reads_nothing_stops_nobody(sandbox: Sandbox) -> None:
    one = wire(sandbox, "GET", "/customer").replace(b"connection: close\r\n", b"").rstrip(b"\r\n") + b"\r\n\r\n"
    with connected(sandbox) as peer:
        peer.settimeout(0.5)
        with contextlib.suppress(TimeoutError, ConnectionError):  # the sandbox may wait for it, or let it go
            for _ in range(300):
                peer.sendall(one * 20)
        assert alive(sandbox)
    assert alive(sandbox)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A request with bytes changed, inserted, left out or doubled, or none of it a request."""
    body = b'{"code":"DMG","description":"x"}'
    data = bytearray(
        b"POST /agent HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\nx-amz-date: y\r\n\r\n" % len(body) + body
    )
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data)))
        piece = draw(
            st.one_of(st.binary(min_size=1, max_size=3), st.sampled_from([b"\r\n", b"\0", b": ", b" ", b"HTTP/"]))
        )
        kind = draw(st.sampled_from(["insert", "replace", "cut", "double"]))
        if kind == "insert":
            data[at:at] = piece
        elif kind == "replace":
            data[at : at + len(piece)] = piece
        elif kind == "cut":
            del data[at : at + draw(st.integers(1, 30))]
        else:
            data[at:at] = data[at : at + 20]
    return bytes(data)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.one_of(damaged(), st.binary(min_size=1, max_size=200)))
def test_no_bytes_on_the_wire_bring_the_server_down(server: Sandbox, data: bytes) -> None:
    answer = raw(server, data, wait=2.0, end=True)
    if answer:
        assert answer.startswith(b"HTTP/1.1 ")
        assert int(answer.split()[1]) < 500 or b" 501 " in answer[:20]
    assert raw(server, wire(server, "GET", "/version"), wait=5.0).startswith(b"HTTP/1.1 200 ")


# --- bad bodies --------------------------------------------------------------------------------------------------

BODIES = [
    b"",
    b"   ",
    b"{}",
    b"[]",
    b"null",
    b'"x"',
    b"{",
    b'{"code":',
    b'{"code":"A","code":"B"}',
    b'{"code":"A","description":"x","sdsx":{"a":1,"a":2}}',
    b'{"code":NaN}',
    b'{"code":Infinity}',
    b'{"code":"\\ud800","description":"x"}',
    b'{"code":"A","description":"\\u0000"}',
    b'{"code":"A","description":"x","udf_x":"\\u0000 12"}',
    b'{"code":"\xff"}',
    b"\xef\xbb\xbf{}",
    b"\xfe\xff\x00{",
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b'{"udf_x":' + b"9" * 5000 + b"}",
    b'{"udf_x":1e999999999}',
    b'{"udf_x":' + b"1" * 61 + b"}",
    b'{"code":"A","description":"x"} trailing',
    b"<xml/>",
    b"code=A&description=x",
    b'{"code":1,"description":"x"}',
    b'{"code":"A\nB","description":"x"}',
    b"\x00\x01\x02",
]


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_bad_bodies_get_a_clear_400(sandbox: Sandbox, method: str, body: bytes) -> None:
    before = sandbox.counts()
    answer = Caller(sandbox)(method, "/agent" if method == "POST" else "/agent/SY", body)
    assert answer.status == 400
    assert answer.value["message"]
    assert sandbox.counts() == before


# --- faults on demand --------------------------------------------------------------------------------------------


def get(sandbox: Sandbox, target: str = "/agent") -> requests.Response:
    return vendor(sandbox, "GET", target)


def test_statuses_on_demand(sandbox: Sandbox) -> None:
    sandbox.faults([{"kind": "status", "status": 503, "times": 2, "retry_after": "1", "message": "away"}])
    first = get(sandbox)
    assert (first.status_code, first.headers["Retry-After"], first.json()["message"]) == (503, "1", "away")
    assert [get(sandbox).status_code for _ in range(2)] == [503, 200]


def test_pages_limits_redirects_and_garbage_on_demand(sandbox: Sandbox) -> None:
    sandbox.faults([{"kind": kind} for kind in ("html", "rate_limit", "redirect", "garbage", "empty")])
    page, limited, moved, garbage, empty = (get(sandbox) for _ in range(5))
    assert (page.status_code, page.text[:9]) == (200, "<!DOCTYPE")
    assert (limited.status_code, "429 Too Many Requests" in limited.text) == (429, True)
    assert (moved.status_code, moved.headers["Location"]) == (302, "https://example.invalid/")
    with pytest.raises(requests.exceptions.JSONDecodeError):
        garbage.json()
    assert (empty.status_code, empty.content) == (200, b"")
    assert get(sandbox).status_code == 200


def test_delays_on_demand(sandbox: Sandbox) -> None:
    sandbox.faults([{"kind": "delay", "seconds": 0.4}])
    started = time.monotonic()
    assert get(sandbox).status_code == 200
    assert 0.4 <= time.monotonic() - started < 3


@pytest.mark.parametrize("after", [False, True])
def test_connections_dropped_before_or_after_the_work(sandbox: Sandbox, after: bool) -> None:
    sandbox.faults([{"kind": "drop", "method": "POST", "after": after}])
    with pytest.raises(requests.ConnectionError):
        vendor(sandbox, "POST", "/agent", {"code": "DROP", "description": "x"})
    assert vendor(sandbox, "GET", "/agent/DROP").status_code == (200 if after else 400)
    assert alive(sandbox)


def test_an_error_after_the_work(sandbox: Sandbox) -> None:
    sandbox.faults([{"kind": "status", "status": 500, "after": True}])
    assert vendor(sandbox, "POST", "/agent", {"code": "LATE", "description": "x"}).status_code == 500
    assert vendor(sandbox, "GET", "/agent/LATE").status_code == 200


def test_cut_wrong_length_and_slow_bodies(sandbox: Sandbox) -> None:
    whole = get(sandbox).content
    sandbox.faults(
        [{"kind": "cut", "bytes": 10}, {"kind": "length", "bytes": len(whole) + 5}, {"kind": "length", "bytes": 5}]
    )
    for _ in range(2):
        with pytest.raises(requests.RequestException):
            get(sandbox)
    assert get(sandbox).content == whole[:5]
    sandbox.faults([{"kind": "drip", "bytes": 200, "seconds": 0.01}])
    assert get(sandbox).content == whole
    assert alive(sandbox)


def test_faults_strike_what_they_are_meant_for(sandbox: Sandbox) -> None:
    sandbox.faults(
        [
            {"kind": "status", "status": 501, "path": "/customer*", "times": 0},
            {"kind": "status", "status": 502, "case": "c-1"},
            {"kind": "status", "status": 504, "method": "GET", "path": "/agent", "skip": 1},
        ]
    )
    assert get(sandbox, "/customer/300-G0002").status_code == 501
    assert get(sandbox, "/customer").status_code == 501
    assert vendor(sandbox, "GET", "/agent", X_Case="c-1").status_code == 502
    assert [get(sandbox).status_code for _ in range(3)] == [200, 504, 200]
    sandbox.faults([])
    assert get(sandbox, "/customer").status_code == 200


def test_a_fault_that_makes_no_sense_is_refused(sandbox: Sandbox) -> None:
    url = sandbox.url + "/sandbox/faults"
    bad: list[Any] = [
        {},
        {"kind": "flood"},
        {"kind": "status", "status": 99},
        {"kind": "status", "status": "x"},
        {"kind": "delay", "seconds": "long"},
        {"kind": "drop", "times": -1},
        {"kind": "drop", "colour": "red"},
        5,
        "drop",
        None,
    ]
    for spec in bad:
        assert requests.post(url, json=spec, timeout=10).status_code == 400, spec
        assert requests.post(url, json=[spec], timeout=10).status_code == 400, spec


# --- steering over HTTP ------------------------------------------------------------------------------------------


def test_the_log_tells_what_was_asked_and_answered(sandbox: Sandbox) -> None:
    since = sandbox.log.total
    body = {"code": "LOG", "description": "x"}
    vendor(sandbox, "POST", "/agent?x=%20y", body, X_Case="case-1")
    requests.get(sandbox.url + "/agent", headers={"X-Case": "case-2"}, timeout=10)
    sandbox.faults([{"kind": "drop"}])
    with pytest.raises(requests.ConnectionError):
        get(sandbox)
    told = requests.get(f"{sandbox.url}/sandbox/log?since={since}", timeout=10).json()
    first, second, third = told["entries"]
    assert (first["case"], first["method"], first["target"], first["signature"]) == (
        "case-1",
        "POST",
        "/agent?x=%20y",
        "ok",
    )
    assert (first["status"], first["fault"], second["case"], second["status"]) == (200, None, "case-2", 401)
    assert "Authorization" in second["signature"]
    assert (third["fault"], third["status"]) == ({"kind": "drop"}, None)
    only = requests.get(f"{sandbox.url}/sandbox/log?case=case-1&since={since}", timeout=10).json()["entries"]
    assert only == [first]
    entry = sandbox.log.entries(case="case-1", since=since)[0]
    assert json.loads(entry.body) == body
    assert json.loads(entry.response_body)["code"] == "LOG"
    assert ("host", urlsplit(sandbox.url).netloc) in entry.headers
    assert requests.delete(f"{sandbox.url}/sandbox/log", timeout=10).json()["entries"] == []
    assert len(sandbox.log) == 0
    assert requests.get(f"{sandbox.url}/sandbox/log?since=x", timeout=10).status_code == 400


def test_records_readings_and_clock_over_http(sandbox: Sandbox, api: Api) -> None:
    url = sandbox.url + "/sandbox"
    before = requests.get(url, timeout=10).json()
    assert before["sandbox"] == f"sqlacc {api.version}"
    assert before["readings"] == {reading.id: reading.default for reading in api.readings}
    assert DEMO_SECRET_KEY not in json.dumps(before)
    vendor(sandbox, "POST", "/agent", {"code": "GONE", "description": "x"})
    assert requests.post(url + "/reset", timeout=10).json()["records"] == before["records"]
    assert requests.post(url + "/readings", json={"not_found": "404"}, timeout=10).json()["not_found"] == "404"
    assert vendor(sandbox, "GET", "/agent/GONE").status_code == 404
    assert requests.post(url + "/readings", json={"create_status": "201"}, timeout=10).json()["not_found"] == "400"
    assert requests.post(url + "/readings", json={"no_such": "x"}, timeout=10).status_code == 400
    assert requests.post(url + "/readings", json=["x"], timeout=10).status_code == 400
    assert requests.post(url + "/readings", data=b"{", timeout=10).status_code == 400
    assert requests.post(url + "/readings", json={}, timeout=10).json() == before["readings"]
    assert requests.get(url + "/readings", timeout=10).json() == before["readings"]
    stopped = requests.post(url + "/clock", json={"now": "2026-01-15T08:30:00Z"}, timeout=10)
    assert stopped.json() == {"now": "2026-01-15T08:30:00+00:00"}
    assert stopped.headers["Date"] == "Thu, 15 Jan 2026 08:30:00 GMT"
    late = get(sandbox)
    assert (late.status_code, late.json()["message"][:17]) == (401, "Signature expired")
    assert requests.post(url + "/clock", json={"now": "soon"}, timeout=10).status_code == 400
    requests.post(url + "/clock", json=None, timeout=10)
    assert alive(sandbox)


def test_only_this_machine_and_no_web_page_may_steer(sandbox: Sandbox) -> None:
    evil = requests.post(sandbox.url + "/sandbox/reset", headers={"Origin": "https://evil.example"}, timeout=10)
    assert evil.status_code == 403
    assert requests.get(sandbox.url + "/sandbox/nothing", timeout=10).status_code == 404
    assert requests.get(sandbox.url + "/sandboxes", timeout=10).status_code == 401
    request = Caller(sandbox).request("POST", "/sandbox/reset")
    request.client = "192.0.2.7"
    assert sandbox.respond(request).status == 403


def test_a_server_starts_and_stops_quickly(api: Api) -> None:
    Sandbox(api).close()
    started = time.monotonic()
    with Sandbox.serve(api) as sandbox:
        up = time.monotonic() - started
        with connected(sandbox), connected(sandbox) as busy:
            busy.sendall(b"POST /agent HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\n")
            started = time.monotonic()
            url = sandbox.url
            sandbox.log.clear()
    assert up < 0.5
    assert time.monotonic() - started < 4
    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=2)
