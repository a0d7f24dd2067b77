"""The oracle against requests written out by hand: targets, bodies, merged rows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sqlacc_codegen.ir import Api, Object
from sqlacc_contract import wire
from sqlacc_contract.house import MOMENT
from sqlacc_contract.judge import Settings, request_differences, signature_differences
from sqlacc_contract.recordings.scribe import signed
from sqlacc_contract.tagged import tag, untag
from sqlacc_contract.tap import Exchange
from sqlacc_contract.tokens import Difference, Number, differences, parse, plain, text


@pytest.fixture(scope="module")
def invoice(api: Api) -> Object:
    return api.object("sales_invoice")


@pytest.fixture(scope="module")
def customer(api: Api) -> Object:
    return api.object("customer")


def test_list_names_offset_and_limit_last(invoice: Object) -> None:
    where = {"code": "300-A0001", "docdate": {"$date": "2026-01-15"}, "cancelled": False, "docamt": {"$dec": "1.50"}}
    request = wire.list_rows(invoice, where, 50, 50)
    assert request.method == "GET"
    assert request.target == (
        "/salesinvoice?code=300-A0001&docdate=2026-01-15&cancelled=false&docamt=1.50&offset=50&limit=50"
    )


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("300*", "300*"),
        ("~x", "~x"),
        ("A B/1", "A%20B%2F1"),
        ("--IV-Test--", "--IV-Test--"),
        ("100%&=+", "100%25%26%3D%2B"),
        ("中é", "%E4%B8%AD%C3%A9"),
        ("(a)!'", "%28a%29%21%27"),
        ("", ""),
    ],
)
def test_detail_keeps_star_and_tilde_and_encodes_the_rest(invoice: Object, value: str, written: str) -> None:
    assert wire.detail(invoice, {"docno": value}).target == f"/salesinvoice/*?docno={written}"


@pytest.mark.parametrize(
    ("key", "written"), [("300-A0001", "300-A0001"), ("A/B *", "A%2FB%20%2A"), ("..", ".."), ("ä~", "%C3%A4~")]
)
def test_keys_are_encoded_in_the_path(customer: Object, key: str, written: str) -> None:
    assert wire.get(customer, key).target == f"/customer/{written}"


def test_a_pdf_is_asked_for_by_a_raw_content_type(invoice: Object) -> None:
    request = wire.pdf(invoice, 35, None)
    assert request.target == "/salesinvoice/35"
    assert request.headers["content-type"] == "application/pdf;template=Sales Invoice 8 (SST 1)"
    assert request.body is None


def test_create_leaves_out_what_the_server_gives(invoice: Object) -> None:
    record = {
        "dockey": 0,
        "docno": "",
        "code": "300-A0001",
        "docamt": {"$dec": "10.00"},
        "udf_weight": {"$dec": "1.50"},
        "sdsdocdetail": [{"dtlkey": -1, "qty": {"$dec": "1"}, "description": None}],
    }
    assert text(wire.create(invoice, record).body) == (
        '{"code":"300-A0001","docamt":"10.00","udf_weight":1.50,"sdsdocdetail":[{"qty":"1","description":null}]}'
    )


def test_create_keeps_a_typed_number(invoice: Object) -> None:
    assert wire.create(invoice, {"docno": "IV-1"}).body == {"docno": "IV-1"}


@pytest.mark.parametrize(
    ("stored", "sent"), [(None, "1"), (0, "1"), (7, "8"), ({"$int": "9007199254740993"}, "9007199254740994")]
)
def test_update_counts_one_higher(invoice: Object, stored: Any, sent: str) -> None:
    request = wire.update(invoice, {"dockey": 35, "updatecount": stored}, {})
    assert (request.method, request.target) == ("PUT", "/salesinvoice/35")
    assert request.body["updatecount"] == Number(sent)


def test_update_of_a_master_has_no_counter_unless_it_was_read(customer: Object) -> None:
    assert "updatecount" not in wire.update(customer, {"code": "C1"}, {"companyname": "x"}).body
    assert wire.update(customer, {"code": "C1", "updatecount": 2}, {}).body["updatecount"] == Number("3")


def test_update_merges_rows_by_key(invoice: Object) -> None:
    record = {
        "dockey": 35,
        "updatecount": 1,
        "docamt": {"$dec": "30.00"},
        "sdsdocdetail": [
            {"dtlkey": 1, "qty": {"$dec": "1.00"}, "udf_x": "kept"},
            {"dtlkey": 2, "qty": {"$dec": "2.00"}},
            {"dtlkey": 3, "qty": {"$dec": "3.00"}},
        ],
    }
    changes = {
        "description": "new",
        "sdsdocdetail": [{"dtlkey": 1, "qty": {"$dec": "5"}}, {"itemcode": "ANT"}, {"dtlkey": 3, "$remove": True}],
    }
    assert text(wire.update(invoice, record, changes).body) == (
        '{"dockey":35,"updatecount":2,"docamt":"30.00","sdsdocdetail":[{"dtlkey":1,"qty":"5","udf_x":"kept"},'
        '{"dtlkey":2,"qty":"2.00"},{"itemcode":"ANT"}],"description":"new"}'
    )
    assert record["sdsdocdetail"][0]["qty"] == {"$dec": "1.00"}  # what was read is not touched


def test_tags_follow_the_types_of_the_spec_and_come_back(invoice: Object) -> None:
    record = parse(
        b'{"dockey":35,"docamt":"25.10","currencyrate":1.500,"docdate":"2026-01-15","docno":"IV-1","cancelled":false,'
        b'"lastmodified":9007199254740993,"udf_n":1.10,"udf_i":7,"companyname":null,"sdsdocdetail":[{"qty":"0.10"}]}'
    )
    tagged = tag(invoice, record)
    assert tagged == {
        "dockey": 35,
        "docamt": {"$dec": "25.10"},
        "currencyrate": {"$dec": "1.500"},
        "docdate": {"$date": "2026-01-15"},
        "docno": "IV-1",
        "cancelled": False,
        "lastmodified": {"$int": "9007199254740993"},
        "udf_n": {"$dec": "1.10"},
        "udf_i": 7,
        "companyname": None,
        "sdsdocdetail": [{"qty": {"$dec": "0.10"}}],
    }
    assert untag(invoice, tagged) == record | {"currencyrate": "1.500"}  # a known decimal is text when sent


def test_differences_are_told_by_path() -> None:
    expected = parse(b'{"a":1.10,"b":[{"c":"x"},{"c":"y"}],"d":null,"e":true}')
    received = parse(b'{"e":1,"b":[{"c":"x"},{"c":"z","f":""}],"a":1.1}')
    assert list(differences(expected, received)) == [
        Difference("a", "1.10", "1.1"),
        Difference("b[1].c", '"y"', '"z"'),
        Difference("b[1].f", "(nothing)", '""'),
        Difference("d", "null", "(missing)"),
        Difference("e", "true", "1"),
    ]


@pytest.mark.parametrize(("one", "other"), [("1", 1), (True, 1), (None, ""), (False, None), ("1.0", "1.00"), ([], {})])
def test_values_that_look_alike_differ(one: object, other: object) -> None:
    assert list(differences(plain(one), plain(other)))


@pytest.mark.parametrize("raw", [b'{"a":1,"a":2}', b"NaN", b"{", b'"\xff"', b"[1,]"])
def test_what_is_no_json_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse(raw)


# --- signatures as they arrive ------------------------------------------------------------------------------------

AT = "2026-01-15T08:00:00Z"
OURS = Settings("http://127.0.0.1:80", "key", "secret", "here", "books", clock=AT)
META = {"content-type": "application/pdf"}


def arrived(settings: Settings = OURS, meant: dict[str, str] | None = None, moment: float = MOMENT) -> Exchange:
    """A request as the harness's own caller signs it."""
    headers = signed("GET", "/agent/A*", META if meant is None else meant, b"", settings, moment)
    return Exchange("c", "GET", "/agent/A*", tuple(headers), b"", wire.Reply())


def told(seen: Exchange) -> list[str]:
    return [one.path for one in signature_differences(seen, OURS, "at")]


def test_a_signature_that_is_right_is_let_pass() -> None:
    assert told(arrived()) == []
    assert told(arrived(meant={})) == []


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (arrived(replace(OURS, access_key="another")), "at credential"),
        (arrived(replace(OURS, region="there")), "at credential"),
        (arrived(replace(OURS, service="shop")), "at credential"),
        (arrived(replace(OURS, secret_key="another")), "at signature"),
        (arrived(replace(OURS, base_url="http://127.0.0.1:81")), "at header host"),
        (arrived(moment=MOMENT + 1), "at header x-amz-date"),
        (replace(arrived(), body=b"more"), "at header x-amz-content-sha256"),
        (replace(arrived(), target="/agent/B*"), "at signature"),
        (replace(arrived(), method="PUT"), "at signature"),
        (replace(arrived(meant={}), headers=(*arrived(meant={}).headers, *META.items())), "at signed headers"),
        (replace(arrived(), headers=arrived().headers * 2), "at header authorization"),
        (replace(arrived(), headers=()), "at header authorization"),
        (replace(arrived(), headers=(("authorization", "Basic x"),)), "at header authorization"),
    ],
)
def test_a_signature_that_is_wrong_is_told_with_what_is_wrong(seen: Exchange, expected: str) -> None:
    assert expected in told(seen)


AGENT = ("user-agent", "sqlacc-python/1.0")


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ((), []),
        ((("x-trace", "1"),), ["at header x-trace"]),
        ((("cookie", "a=b"),), ["at header cookie"]),
    ],
)
def test_a_header_that_nobody_asked_for_is_told(more: tuple[tuple[str, str], ...], expected: list[str]) -> None:
    request = wire.Request("GET", "/agent/A*", headers=META)
    headers = (*(AGENT if name == "user-agent" else (name, text) for name, text in arrived().headers), *more)
    seen = replace(arrived(), headers=headers)
    assert [one.path for one in request_differences(request, seen, OURS, "at")] == expected


def test_a_request_without_the_name_of_its_client_is_told() -> None:
    seen = replace(arrived(), headers=tuple(one for one in arrived().headers if one[0] != "user-agent"))
    request = wire.Request("GET", "/agent/A*", headers=META)
    assert [one.path for one in request_differences(request, seen, OURS, "at")] == ["at header user-agent"]
