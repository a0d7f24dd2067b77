"""What the server says becomes the right error with its own words, and no secret ever shows."""

from __future__ import annotations

import copy
import logging
import pickle
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

import pytest


@pytest.fixture
def fake() -> Any:
    from sqlacc_client.testing import FakeTransport

    return FakeTransport()


@pytest.fixture
def client(fake: Any) -> Any:
    from sqlacc_client import CallOptions, Retry
    from sqlacc_client.testing import fake_client

    return fake_client(fake, options=CallOptions(retry=Retry(attempts=1)))


CASES = [
    (401, {"message": "Invalid signature"}, "authentication", "Invalid signature"),
    (403, {"message": "Forbidden"}, "authentication", "Forbidden"),
    (400, {"message": "Customer 300-X not found"}, "not_found", "Customer 300-X not found"),
    (404, {"message": "Not Found"}, "not_found", "Not Found"),
    (400, {"message": "Record has been changed by another user"}, "stale", "another user"),
    (409, {"message": "Record has been changed by other users."}, "stale", "other users"),
    (500, {"message": "attempt to store duplicate value"}, "duplicate", "duplicate value"),
    (400, {"message": "No record found"}, "reference", "No record found"),
    (429, {"message": "slow down"}, "rate_limit", "slow down"),
    (400, {"message": "Maximum 1 concurrent connection is allowed"}, "licence", "concurrent"),
    (500, {"message": "Operation aborted"}, "server", "Operation aborted"),
    (400, {"message": "Dr/Cr not tally"}, "api", "not tally"),
    (418, {"message": "teapot"}, "api", "teapot"),
    (401, {"message": "Signature has expired"}, "clock_skew", "expired"),
]


@pytest.mark.parametrize(("status", "body", "kind", "words"), CASES)
def test_kinds(client: Any, fake: Any, status: int, body: Any, kind: str, words: str) -> None:
    from sqlacc_client import ApiError

    fake.answer(status, body)
    with pytest.raises(ApiError) as caught:
        client.sales_invoices.create({"code": "A", "docdate": "2026-01-15", "sdsdocdetail": [{"itemcode": "ANT"}]})
    error = caught.value
    assert (error.kind, error.status, error.body) == (kind, status, body)
    assert words in error.message
    assert str(error).startswith(f"[given] POST /salesinvoice: {status} ")


@pytest.mark.parametrize(
    "body",
    [
        {"message": "the words"},
        {"error": "the words"},
        {"error": {"message": "the words"}},
        {"error": {"code": 5, "message": "the words"}, "message": ""},
        "the words",
        '"the words"',
        b"<html><head><title>the  words</title></head></html>",
        b"<html><body><h1>the words</h1></body></html>",
    ],
)
def test_the_servers_words_are_never_lost(client: Any, fake: Any, body: Any) -> None:
    from sqlacc_client import ApiError

    fake.answer(400, body)
    with pytest.raises(ApiError, match="the words"):
        client.customers.get("A")


def test_an_error_without_words_still_says_something(client: Any, fake: Any) -> None:
    from sqlacc_client import ApiError

    for body in (None, "", {}, {"code": 7}, b"\xff\xfe"):
        fake.answer(400, body)
        with pytest.raises(ApiError) as caught:
            client.customers.get("A")
        assert caught.value.message.strip()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<html><title>Just a moment...</title></html>", "web page"),
        (b'{"data":[{"code":"A"', "no readable JSON"),
        (b"OK", "no readable JSON"),
        (b"\xff\xff", "no readable JSON"),
        (b"", "no record"),
        (b"null", "no record"),
        (b"[]", "no record"),
        (b'{"data":[]}', "no record"),
        (b'{"data":null}', "no record"),
        (b'{"data":[{"code":"A"},{"code":"A"}]}', "no record"),
        (b'{"data":["A"]}', "no record"),
        (b'{"companyname":"B"}', "no record"),
        (b'{"data":[{"code":"Z"}]}', "asked for A, got Z"),
        (b'{"message":"database is locked"}', "database is locked"),
        (b'{"error":{"message":"database is locked"}}', "database is locked"),
        (b'{"success":false,"message":"database is locked"}', "database is locked"),
        (b"[" * 100_000, "no readable JSON"),
    ],
)
def test_answers_that_are_none(client: Any, fake: Any, body: bytes, words: str) -> None:
    from sqlacc_client import UnexpectedResponseError

    fake.answer(200, body)
    with pytest.raises(UnexpectedResponseError, match=words) as caught:
        client.customers.get("A")
    assert caught.value.body == body
    assert not caught.value.written


@pytest.mark.parametrize("body", [b"null", b"{}", b'{"data":null}', b'{"data":{}}', b'{"data":["A"]}', b"<html>", b"{"])
def test_lists_that_are_none(client: Any, fake: Any, body: bytes) -> None:
    from sqlacc_client import UnexpectedResponseError

    fake.answer(200, body)
    with pytest.raises(UnexpectedResponseError):
        client.customers.list()


def test_an_unreadable_answer_to_a_write_says_that_the_write_is_done(client: Any, fake: Any) -> None:
    from sqlacc_client import UnexpectedResponseError

    fake.answer(200, b"<html>")
    with pytest.raises(UnexpectedResponseError, match="acknowledged") as caught:
        client.customers.create(code="A", companyname="B")
    assert caught.value.written


@pytest.mark.parametrize(
    ("status", "body"), [(200, None), (204, None), (200, "Deleted"), (200, {"message": "deleted"})]
)
def test_answers_to_a_delete(client: Any, fake: Any, status: int, body: Any) -> None:
    fake.answer(status, body)
    client.customers.delete("A")
    assert fake.unused == 0


def test_a_delete_that_did_not_take_place(client: Any, fake: Any) -> None:
    from sqlacc_client import UnexpectedResponseError

    for body in ({"error": "in use"}, {"success": False, "message": "in use"}, b"<html>Sign in: in use"):
        fake.answer(200, body)
        with pytest.raises(UnexpectedResponseError):
            client.customers.delete("A")


def test_a_wrong_clock_is_told_as_such(fake: Any) -> None:
    from sqlacc_client import AuthenticationError, ClockSkewError
    from sqlacc_client.testing import fake_client

    refused = (401, {"message": "Invalid signature"}, {"Date": "Thu, 01 Jan 2015 10:00:00 GMT"})
    fake.answer(*refused)
    with pytest.raises(ClockSkewError, match="clocks") as caught:
        fake_client(fake).customers.get("A")
    assert caught.value.skew is not None
    assert caught.value.skew < -300
    fake.answer(*refused)  # an injected clock says nothing about this machine's
    with pytest.raises(AuthenticationError) as refusal:
        fake_client(fake, clock=lambda: datetime(2026, 1, 15, tzinfo=timezone.utc)).customers.get("A")
    assert refusal.value.kind == "authentication"


def test_every_error_stands_in_the_tree_and_can_travel() -> None:
    from sqlacc_client import errors

    classes = [cls for cls in vars(errors).values() if isinstance(cls, type) and issubclass(cls, errors.SqlaccError)]
    assert len(classes) == 22
    tree = errors.__doc__ or ""
    for cls in classes:
        assert cls.__name__ in tree
        error = cls("words", request="GET /x", profile="demo")
        for again in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
            assert type(again) is cls
            assert str(again) == str(error)
            assert {**again.__dict__, "_read": None} == {**error.__dict__, "_read": None}


# --- secrets ------------------------------------------------------------------------------------------------------

SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
ACCESS = "0123456789abcdef0123456789abcdef.sql.my/APIUSER"


def _leaks(text: str) -> bool:
    return SECRET in text or ACCESS in text or "Signature=" in text


def test_no_secret_shows(
    fake: Any, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str], serve: Callable[..., Any]
) -> None:
    import traceback

    from sqlacc_client import CallOptions, Client, Retry, SqlaccError
    from sqlacc_client.testing import fake_client

    caplog.set_level(logging.DEBUG)
    echo = f"Credential={ACCESS}/20260115 with {SECRET} is wrong"
    broken = serve(lambda *_: None)
    once = CallOptions(retry=Retry(attempts=1))
    settings: dict[str, Any] = {"access_key": ACCESS, "secret_key": SECRET, "options": once}
    client = fake_client(fake, **settings)
    fake.answer(401, {"message": echo, "detail": [echo]})
    fake.answer(400, echo)
    fake.answer(200, b'{"error":"' + echo.replace("/", "\\/").encode() + b'"}', {"X-Echo": echo})
    fake.answer(500, echo.encode())
    fake.fail(echo)
    calls: list[Callable[[], Any]] = [lambda: client.customers.get("A")] * 3
    calls += [lambda: client.customers.create(code="A", companyname="B")] * 2
    calls += [lambda: Client(base_url=broken.url, **settings).customers.get("A")]
    url = "https://user:{}@x".format("pw")
    calls += [lambda: Client(base_url=url, access_key=ACCESS, secret_key=SECRET)]
    for call in calls:
        with pytest.raises(SqlaccError) as caught:
            call()
        error: BaseException | None = caught.value
        shown = "".join(traceback.format_exception(error))
        while error is not None:
            shown += repr(error) + str(error) + repr(vars(error))
            error = error.__cause__ or error.__context__
        assert not _leaks(shown.replace("\\", ""))
        assert "pw@" not in shown
    for thing in (client, client._caller, client._profile, client.customers, client._make_signer(), fake.requests[0]):
        assert not _leaks(repr(thing) + str(thing))
    assert not _leaks(caplog.text)
    assert "[given] GET /customer/A: 401" in caplog.text
    out = capsys.readouterr()
    assert not _leaks(out.out + out.err)


def test_the_profiles_name_stands_in_errors(fake: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from sqlacc_client import Client, NotFoundError

    file = tmp_path / "profiles.ini"
    file.write_text("[demo]\naccess_key = abcdef\nsecret_key = 100%secret\n")
    file.chmod(0o600)
    monkeypatch.setenv("SQLACC_PROFILES", str(file))
    fake.answer(404, {"message": "not found"})
    with pytest.raises(NotFoundError, match=r"^\[demo\] GET /customer/A: 404 not found$"):
        Client(profile="demo", transport=fake).customers.get("A")
