"""On a real socket: what is tried again, what is never sent twice, and what ends a call in time."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

Serve = Callable[..., Any]
RECORD = {"code": "A", "companyname": "B"}


def script(*answers: Any) -> Callable[[Any, socket.socket], bytes | None]:
    """Answers in order, the last one again and again; None closes the connection, a function answers itself."""
    left = list(answers)

    def respond(request: Any, connection: socket.socket) -> bytes | None:
        current = left.pop(0) if len(left) > 1 else left[0]
        result: bytes | None = current(request, connection) if callable(current) else current
        return result

    return respond


def hang(request: Any, connection: socket.socket) -> None:
    """Never answer."""
    connection.settimeout(10)
    connection.recv(1)


def refused_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}"


class Events:
    """Hooks that keep what happened."""

    def __new__(cls) -> Any:
        from sqlacc_client import Attempt, Hooks, Wait

        class Recorder(Hooks):
            def __init__(self) -> None:
                self.attempts: list[Attempt] = []
                self.waits: list[float] = []
                self.begun = 0

            def before_attempt(self, attempt: Attempt) -> None:
                self.begun += 1

            def after_attempt(self, attempt: Attempt) -> None:
                self.attempts.append(attempt)

            def on_wait(self, wait: Wait) -> None:
                self.waits.append(wait.seconds)

        return Recorder()


# --- reads --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_reads_are_tried_again(status: int, serve: Serve, connect: Serve, answer: Serve) -> None:
    from sqlacc_client import CallOptions

    ok = answer(200, b'{"data":[{"code":"A"}]}')
    server = serve(script(answer(status, b"<html>busy</html>", "text/html"), answer(status), ok))
    events = Events()
    assert connect(server.url, jitter=lambda: 1.0).customers.get("A", options=CallOptions(hooks=events)).code == "A"
    assert [attempt.response.status for attempt in events.attempts] == [status, status, 200]
    assert events.waits == [0.5, 1.0]
    assert events.begun == 3
    # each try is signed anew
    assert len({request.headers["x-amz-date"] for request in server.requests}) <= 3


@pytest.mark.parametrize("status", [400, 401, 404, 409, 500, 501])
def test_other_answers_are_not(status: int, serve: Serve, connect: Serve, answer: Serve) -> None:
    from sqlacc_client import ApiError

    server = serve(script(answer(status, b'{"message":"no"}')))
    with pytest.raises(ApiError) as caught:
        connect(server.url).customers.get("A")
    assert caught.value.status == status
    assert len(server.requests) == 1


def test_attempts_end(serve: Serve, connect: Serve, answer: Serve) -> None:
    from sqlacc_client import CallOptions, RateLimitError, Retry, ServerError

    server = serve(script(answer(503, b"<html><title>503 Service Unavailable</title>", "text/html")))
    with pytest.raises(ServerError, match="503 Service Unavailable"):
        connect(server.url).customers.get("A")
    assert len(server.requests) == 4
    limited = serve(script(answer(429, b"<html><h1>429 Too Many Requests</h1>", "text/html", Retry_After="7")))
    with pytest.raises(RateLimitError, match="Too Many Requests") as caught:
        connect(limited.url, options=CallOptions(retry=Retry(attempts=1))).customers.get("A")
    assert caught.value.retry_after == 7


@pytest.mark.parametrize(
    ("header", "wait"), [("2", 2.0), ("0", 0.0), ("120", 30.0), ("Thu, 15 Jan 2026 10:00:05 GMT", 5.0)]
)
def test_retry_after_is_kept_to(header: str, wait: float, serve: Serve, connect: Serve, answer: Serve) -> None:
    from datetime import datetime, timezone

    from sqlacc_client import CallOptions

    server = serve(script(answer(429, Retry_After=header), answer(200, b'{"data":[{"code":"A"}]}')))
    events = Events()
    client = connect(server.url, clock=lambda: datetime(2026, 1, 15, 10, tzinfo=timezone.utc))
    client.customers.get("A", options=CallOptions(hooks=events))
    assert events.waits == [wait]


def test_the_wait_is_random_and_bounded() -> None:
    from sqlacc_client import CallOptions, Retry, ServerError
    from sqlacc_client.testing import FakeTransport, fake_client

    fake, events, dice = FakeTransport(), Events(), iter([0.1, 0.9, 0.5, 1.0, 1.0])
    for _ in range(6):
        fake.answer(503)
    options = CallOptions(hooks=events, retry=Retry(attempts=6, base=1.0, max=5.0))
    with pytest.raises(ServerError):
        fake_client(fake, jitter=lambda: next(dice)).customers.get("A", options=options)
    assert events.waits == pytest.approx([0.1, 1.8, 2.0, 5.0, 5.0])


def test_broken_connections_of_reads_are_tried_again(serve: Serve, connect: Serve, answer: Serve) -> None:
    whole = answer(200, b'{"data":[{"code":"A"}]}')

    def cut(request: Any, connection: socket.socket) -> None:
        connection.sendall(whole[:-5])

    server = serve(script(None, cut, whole))
    assert connect(server.url).customers.get("A").code == "A"
    assert len(server.requests) == 3


def test_a_read_that_hangs_is_a_timeout(serve: Serve, connect: Serve) -> None:
    from sqlacc_client import CallOptions, CallTimeout, Retry

    server = serve(hang)
    options = CallOptions(timeout=0.15, retry=Retry(attempts=2))
    start = time.monotonic()
    with pytest.raises(CallTimeout, match=r"within 0\.15 s"):
        connect(server.url, options=options).customers.get("A")
    assert time.monotonic() - start < 2
    assert len(server.requests) == 2


@pytest.mark.parametrize("part", ["head", "body", "unsized"])
def test_a_dripping_answer_cannot_outlast_the_timeout(part: str, serve: Serve, connect: Serve) -> None:
    from sqlacc_client import CallOptions, CallTimeout, Retry

    def drip(request: Any, connection: socket.socket) -> None:
        start = {
            "head": b"HTTP/1.1 200 OK\r\nX-A: ",
            "body": b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n",
            "unsized": b"HTTP/1.1 200 OK\r\n\r\n{",
        }[part]
        connection.sendall(start)
        for _ in range(100):
            time.sleep(0.05)
            connection.sendall(b" ")

    server = serve(drip)
    start = time.monotonic()
    with pytest.raises(CallTimeout):
        connect(server.url, options=CallOptions(timeout=0.4, retry=Retry(attempts=1))).customers.get("A")
    assert time.monotonic() - start < 2


def test_the_deadline_holds_over_tries(serve: Serve, connect: Serve, answer: Serve) -> None:
    from sqlacc_client import CallOptions, CallTimeout, Retry, ServerError

    server = serve(hang)
    options = CallOptions(timeout=0.2, deadline=0.5, retry=Retry(attempts=100))
    with pytest.raises(CallTimeout):
        connect(server.url, options=options, jitter=lambda: 0.0).customers.get("A")
    assert 2 <= len(server.requests) <= 4
    busy = serve(script(answer(503, Retry_After="20")))
    with pytest.raises(ServerError):  # the wait would be longer than the call may last
        connect(busy.url, options=CallOptions(deadline=5.0)).customers.get("A")
    assert len(busy.requests) == 1


# --- writes -------------------------------------------------------------------------------------------------------


def in_half(request: Any, connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")


@pytest.mark.parametrize("fault", [None, hang, in_half], ids=["closed", "hangs", "cut"])
@pytest.mark.parametrize("method", ["create", "update", "delete"])
def test_a_write_that_left_is_never_sent_again(fault: Any, method: str, serve: Serve, connect: Serve) -> None:
    from sqlacc_client import AmbiguousWriteError, CallOptions

    server = serve(script(fault))
    customers = connect(server.url, options=CallOptions(timeout=0.3)).customers
    calls: dict[str, Callable[[], Any]] = {
        "create": lambda: customers.create(RECORD),
        "update": lambda: customers.update({**RECORD, "sdsbranch": []}),
        "delete": lambda: customers.delete("A"),
    }
    with pytest.raises(AmbiguousWriteError) as caught:
        calls[method]()
    assert len(server.requests) == 1
    assert caught.value.checkable
    assert "check()" in str(caught.value)


@pytest.mark.parametrize(
    ("status", "body"), [(500, b"<html>x</html>"), (500, b""), (502, b'{"message":"x"}'), (503, b"busy"), (504, b"")]
)
def test_a_failing_gateway_leaves_a_write_in_doubt(
    status: int, body: bytes, serve: Serve, connect: Serve, answer: Serve
) -> None:
    from sqlacc_client import AmbiguousWriteError

    server = serve(script(answer(status, body, "text/plain")))
    with pytest.raises(AmbiguousWriteError) as caught:
        connect(server.url).customers.create(RECORD)
    assert caught.value.status == status
    assert len(server.requests) == 1


def test_a_definite_failure_of_the_server_is_none(serve: Serve, connect: Serve, answer: Serve) -> None:
    from sqlacc_client import DuplicateError, ServerError

    server = serve(
        script(
            answer(500, b'{"message":"MainDataSet: Dataset not in edit or insert mode"}'),
            answer(500, b'{"error":{"message":"attempt to store duplicate value"}}'),
            answer(500, b"attempt to store duplicate value", "text/plain"),
        )
    )
    customers = connect(server.url).customers
    with pytest.raises(ServerError, match="Dataset not in edit"):
        customers.create(RECORD)
    for _ in range(2):
        with pytest.raises(DuplicateError):
            customers.create(RECORD)


def test_writes_are_tried_again_when_nothing_left_or_on_429(serve: Serve, connect: Serve, answer: Serve) -> None:
    from sqlacc_client import CallOptions, ConnectionFailed

    events = Events()
    with pytest.raises(ConnectionFailed) as caught:
        connect(refused_port()).customers.create(RECORD, options=CallOptions(hooks=events))
    assert not caught.value.sent
    assert len(events.attempts) == 4
    server = serve(script(answer(429), answer(429), answer(200, b'{"code":"A"}')))
    assert connect(server.url).customers.create(RECORD).code == "A"
    assert len(server.requests) == 3


def test_an_unknown_host_is_a_connection_error(connect: Serve) -> None:
    from sqlacc_client import CallOptions, ConnectionFailed, Retry

    client = connect("https://no-such-host.invalid", options=CallOptions(retry=Retry(attempts=1)))
    with pytest.raises(ConnectionFailed) as caught:
        client.customers.create(RECORD)
    assert not caught.value.sent
    assert "no-such-host.invalid" not in str(caught.value.request)


def test_a_server_without_tls_leaves_no_doubt(serve: Serve, connect: Serve, answer: Serve) -> None:
    from sqlacc_client import CallOptions, Retry, TransportError

    server = serve(script(answer(400)))
    client = connect(
        server.url.replace("http://", "https://"), options=CallOptions(retry=Retry(attempts=1), timeout=0.5)
    )
    with pytest.raises(TransportError) as caught:
        client.customers.create(RECORD)
    assert not caught.value.sent


def test_check_finds_out_whether_a_write_took_place(serve: Serve, connect: Serve, answer: Serve) -> None:
    from sqlacc_client import AmbiguousWriteError, UsageError

    found = answer(200, b'{"data":[{"code":"A","companyname":"B","sdsbranch":[]}]}')
    server = serve(script(None, found, answer(200, b'{"data":[]}')))
    customers = connect(server.url).customers
    with pytest.raises(AmbiguousWriteError) as caught:
        customers.create(RECORD)
    assert caught.value.check().companyname == "B"
    assert caught.value.check() is None
    assert [f"{r.method} {r.target}" for r in server.requests][1:] == ["GET /customer/*?code=A"] * 2
    invoice = {"code": "A", "docdate": "2026-01-15", "sdsdocdetail": [{"itemcode": "ANT"}]}
    nobody = serve(script(None))
    with pytest.raises(AmbiguousWriteError) as caught:
        connect(nobody.url).sales_invoices.create(invoice)
    assert not caught.value.checkable
    with pytest.raises(UsageError, match="docref1"):
        caught.value.check()
    with pytest.raises(AmbiguousWriteError) as caught:
        connect(nobody.url).sales_invoices.create(invoice | {"docref1": "W-1"})
    assert "docref1 W-1" in caught.value.hint


@pytest.mark.parametrize(("counter", "applied"), [(4, True), (3, False), (5, True)])
def test_check_after_an_update_and_a_delete(
    counter: int, applied: bool, serve: Serve, connect: Serve, answer: Serve
) -> None:
    from sqlacc_client import AmbiguousWriteError

    body = b'{"data":[{"dockey":35,"updatecount":%d}]}' % counter
    server = serve(script(None, answer(200, body)))
    invoices = connect(server.url).sales_invoices
    with pytest.raises(AmbiguousWriteError) as caught:
        invoices.update({"dockey": 35, "updatecount": 3, "sdsdocdetail": [{"dtlkey": 1}]}, description="x")
    assert (caught.value.check() is not None) is applied
    gone = serve(script(None, answer(400, b'{"message":"Sales invoice 35 not found"}'), answer(200, body)))
    with pytest.raises(AmbiguousWriteError) as caught:
        connect(gone.url).sales_invoices.delete(35)
    assert caught.value.check() is True
    assert caught.value.check() is False


def test_an_idle_connection_is_not_trusted_with_a_write(
    serve: Serve, connect: Serve, answer: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlacc_client import _pool

    server = serve(script(answer(200, b'{"code":"A"}')))
    customers = connect(server.url).customers
    customers.create(RECORD)
    customers.create(RECORD)
    assert server.connections == 1
    monkeypatch.setattr(_pool, "IDLE", -1.0)
    customers.create(RECORD)
    assert server.connections == 2


# --- cancelling ---------------------------------------------------------------------------------------------------


def test_a_call_under_way_is_broken_off(serve: Serve, connect: Serve) -> None:
    from sqlacc_client import AmbiguousWriteError, CallOptions, Cancelled, CancelToken

    server = serve(hang)
    for call, kind in (("get", Cancelled), ("create", AmbiguousWriteError)):
        token = CancelToken()
        customers = connect(server.url, options=CallOptions(cancel=token)).customers
        threading.Timer(0.1, token.cancel).start()
        start = time.monotonic()
        with pytest.raises(kind):
            customers.get("A") if call == "get" else customers.create(RECORD)
        assert time.monotonic() - start < 2
        with pytest.raises(Cancelled):
            customers.get("A")
    assert len(server.requests) == 2


def test_a_wait_is_cut_short(serve: Serve, connect: Serve, answer: Serve) -> None:
    from sqlacc_client import CallOptions, Cancelled, CancelToken

    server = serve(script(answer(503, Retry_After="20")))
    token = CancelToken()
    threading.Timer(0.1, token.cancel).start()
    with pytest.raises(Cancelled):
        connect(server.url, sleep=None).customers.get("A", options=CallOptions(cancel=token))
    assert len(server.requests) == 1


# --- what is sent -------------------------------------------------------------------------------------------------


def test_headers(serve: Serve, connect: Serve, answer: Serve) -> None:
    from sqlacc_client import CallOptions, UsageError, __version__

    server = serve(script(answer(200, b'{"code":"A"}')))
    client = connect(server.url, user_agent="shop/1.2")
    client.customers.create(RECORD, options=CallOptions(headers={"X-Case": "c1"}))
    client.customers.get("A")
    post, get = (request.headers for request in server.requests)
    assert post["user-agent"] == f"shop/1.2 sqlacc-python/{__version__}"
    assert post["content-type"] == "application/json"
    assert post["x-case"] == "c1"
    assert post["authorization"].split("SignedHeaders=")[1].split(",")[0] == (
        "content-type;host;x-amz-content-sha256;x-amz-date"
    )
    assert "content-type" not in get
    assert get["accept"] == "application/json"
    for name, value in [("Authorization", "x"), ("x-amz-date", "x"), ("X-A", "a\r\nB: c"), ("Host", "x")]:
        with pytest.raises(UsageError):
            client.customers.get("A", options=CallOptions(headers={name: value}))
    assert len(server.requests) == 2


def test_a_request_that_is_changed_on_the_way_is_not_sent(
    serve: Serve, connect: Serve, answer: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    import urllib3.connection
    from requests.adapters import HTTPAdapter
    from sqlacc_client import ConnectionFailed, HttpRequest, RequestsTransport, TransportFailure

    server = serve(script(answer(200)))
    transport = RequestsTransport()
    for target in ("/a/../b", "/a b", "/%41", "/ü", "/a?b=c d", "/%zz", "/a#b", "/a/./b", "/a?b=%7e"):
        with pytest.raises(TransportFailure, match="changed on the way") as caught:
            transport.send(HttpRequest("GET", server.url + target, {"host": server.url[7:]}))
        assert not caught.value.sent
    transport.close()
    assert server.requests == []

    original = HTTPAdapter.request_url
    monkeypatch.setattr(HTTPAdapter, "request_url", lambda *a, **k: original(*a, **k).replace("customer", "Customer"))
    with pytest.raises(ConnectionFailed, match="changed on the way"):
        connect(server.url).customers.create(RECORD)
    monkeypatch.undo()

    put = urllib3.connection.HTTPConnection.putheader

    def shout(self: Any, header: str, *values: Any) -> None:
        put(self, header, *[b"other" if header.lower() == "x-amz-date" else value for value in values])

    monkeypatch.setattr(urllib3.connection.HTTPConnection, "putheader", shout)
    with pytest.raises(ConnectionFailed, match="x-amz-date"):
        connect(server.url).customers.create(RECORD)
    assert server.requests == []


def test_redirects_are_not_followed(serve: Serve, connect: Serve, answer: Serve) -> None:
    from sqlacc_client import UnexpectedResponseError

    other = serve(script(answer(200, b'{"data":[{"code":"A"}]}')))
    for status in (301, 302, 303, 307, 308):
        server = serve(script(answer(status, Location=f"{other.url}/customer/A")))
        with pytest.raises(UnexpectedResponseError, match="never followed"):
            connect(server.url).customers.get("A")
        with pytest.raises(UnexpectedResponseError, match="never followed"):
            connect(server.url).customers.create(RECORD)
    assert other.requests == []


def test_a_netrc_does_not_take_the_place_of_the_signature(
    serve: Serve, connect: Serve, answer: Serve, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password secret\ndefault login a password b\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HOME", str(tmp_path))
    server = serve(script(answer(200, b'{"data":[{"code":"A"}]}')))
    connect(server.url).customers.get("A")
    assert server.requests[0].headers["authorization"].startswith("AWS4-HMAC-SHA256 ")


def test_a_proxy_of_the_environment_is_used(
    serve: Serve, connect: Serve, answer: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlacc_client import RequestsTransport

    proxy = serve(script(answer(200, b'{"data":[{"code":"A"}]}')))
    monkeypatch.setenv("http_proxy", proxy.url)
    assert connect("http://books.example").customers.get("A").code == "A"
    assert proxy.requests[0].target == "http://books.example/customer/A"
    assert proxy.requests[0].headers["host"] == "books.example"
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    direct = serve(script(answer(200, b'{"data":[{"code":"A"}]}')))
    connect(direct.url).customers.get("A")
    connect(direct.url, transport=RequestsTransport(trust_env=False)).customers.get("A")
    assert len(direct.requests) == 2


def test_compressed_and_chunked_answers_are_read(serve: Serve, connect: Serve) -> None:
    import gzip

    body = gzip.compress(b'{"data":[{"code":"A"}]}')
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
    chunked = b"Transfer-Encoding: chunked\r\n\r\n17\r\n" + b'{"data":[{"code":"A"}]}' + b"\r\n0\r\n\r\n"
    packed = b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    server = serve(script(head + chunked, head + packed))
    customers = connect(server.url).customers
    assert customers.get("A").code == customers.get("A").code == "A"
    assert server.connections == 1


def test_an_answer_without_end_is_given_up(serve: Serve, connect: Serve) -> None:
    from sqlacc_client import CallOptions, ConnectionFailed, RequestsTransport, Retry

    def flood(request: Any, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(200):
            connection.sendall(b" " * 10_000)

    server = serve(flood)
    options = CallOptions(retry=Retry(attempts=1))
    with pytest.raises(ConnectionFailed, match="more than 100000 bytes"):
        connect(server.url, transport=RequestsTransport(max_answer=100_000), options=options).customers.get("A")


def test_a_base_url_with_a_path_is_kept_and_signed(serve: Serve, connect: Serve, answer: Serve) -> None:
    server = serve(script(answer(200, b'{"data":[{"code":"A"}]}')))
    connect(f"{server.url}/books/").customers.get("A")
    assert server.requests[0].target == "/books/customer/A"


def test_a_free_call(serve: Serve, connect: Serve, answer: Serve) -> None:
    from decimal import Decimal

    from sqlacc_client import NotFoundError, UsageError

    server = serve(
        script(answer(200, b'{"a":1.50}'), answer(404, b'{"message":"gone"}'), answer(404, b"gone"), answer(200))
    )
    client = connect(server.url)
    assert client.call("get", "/profile/a%2fb", query={"x": "1"}).value == {"a": Decimal("1.50")}
    with pytest.raises(NotFoundError):
        client.call("GET", "/nowhere")
    found = client.call("GET", "/nowhere", check=False)
    assert (found.status, found.text) == (404, "gone")
    client.call("POST", "/x", body={"a": Decimal("1.50")})
    assert server.requests[0].target == "/profile/a%2Fb?x=1"
    assert server.requests[3].body == b'{"a":1.50}'
    for method, path in [
        ("GET", "x"),
        ("GET", "/a b"),
        ("GET", "/a#b"),
        ("GET", "/%"),
        ("GET", "//a"),
        ("HEAD", "/a"),
        ("GET", "/a/../b"),
        ("GET", "/%2E%2e/b"),
        ("G T", "/"),
    ]:
        with pytest.raises(UsageError):
            client.call(method, path)
    with pytest.raises(UsageError, match="float"):
        client.call("POST", "/x", body={"a": 1.5})


def test_ping_tells_version_and_skew(serve: Serve, connect: Serve, answer: Serve) -> None:
    from datetime import datetime, timezone

    server = serve(script(answer(200, b'{"version":"5.1"}', Date="Thu, 15 Jan 2026 10:00:05 GMT")))
    pong = connect(server.url, clock=lambda: datetime(2026, 1, 15, 10, tzinfo=timezone.utc)).ping()
    assert pong.version == {"version": "5.1"}
    assert pong.skew == 5.0
    assert server.requests[0].target == "/version"


def test_a_transport_of_the_caller(connect: Serve) -> None:
    from sqlacc_client import AmbiguousWriteError, ConnectionFailed

    class Broken:
        def send(self, request: Any, /) -> Any:
            raise ConnectionResetError("reset by peer")

    client = connect("https://books.example", transport=Broken())
    with pytest.raises(ConnectionFailed):
        client.customers.get("A")
    with pytest.raises(AmbiguousWriteError):  # nobody knows whether it had left
        client.customers.create(RECORD)
