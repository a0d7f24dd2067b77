"""Every reading of the spec is played: each of its values gives an answer that no other value gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sqlacc_codegen.ir import Api
from sqlacc_contract.sandbox import Request, Sandbox
from sqlacc_contract.sandbox.caller import Caller
from sqlacc_contract.sandbox.readings import ReadingError
from sqlacc_contract.sigv4 import canonical_headers, canonical_request, signature, signing_key, string_to_sign

Probe = Callable[[Caller], Any]
NOW = 1_772_600_000.0


def invoice(**changes: Any) -> dict[str, Any]:
    lines = [{"itemcode": "ANT", "qty": "2"}, {"itemcode": "COVER", "qty": "1"}]
    return {"docno": "T-1", "docdate": "2026-02-03", "code": "300-G0002", "sdsdocdetail": lines, **changes}


def data(value: Any) -> Any:
    """The record of an answer, in whichever envelope."""
    return value["data"][0] if "data" in value else value


def line(**fields: Any) -> dict[str, Any]:
    return {"description": "x", "account": "500-000", "tax": "", **fields}


def put(call: Caller, path: str, **body: Any) -> Any:
    return call("PUT", path, body)


def probe_get_envelope(call: Caller) -> Any:
    return sorted(call.good("GET", "/agent/SY"))


def probe_post_envelope(call: Caller) -> Any:
    return sorted(call.good("POST", "/agent", {"code": "N", "description": "x"}))


def probe_put_envelope(call: Caller) -> Any:
    return sorted(call.good("PUT", "/agent/SY", {"code": "SY", "description": "x"}))


def probe_create_status(call: Caller) -> Any:
    return call("POST", "/agent", {"code": "N", "description": "x"}).status


def probe_delete_answer(call: Caller) -> Any:
    answer = call("DELETE", "/agent/NSL")
    return answer.status, answer.value


def probe_list_key(call: Caller) -> Any:
    return sorted(call.good("GET", "/agent"))


def probe_page_count(call: Caller) -> Any:
    return call.good("GET", "/agent?limit=2")["pagination"]["count"]


def probe_find_nothing(call: Caller) -> Any:
    answers = [call("GET", target) for target in ("/agent/*?code=NO", "/agent?code=NO")]
    assert call("GET", "/agent?offset=50").status == 200
    return [answer.status for answer in answers]


def probe_decimal_form(call: Caller) -> Any:
    text = call("GET", "/customer/300-G0002").response.body.decode()
    return '"creditlimit":30000.00' in text, '"creditlimit":"30000.00"' in text


def probe_blob_form(call: Caller) -> Any:
    return data(call.good("GET", "/customer/300-G0002"))["note"]


def probe_fresh_nulls(call: Caller) -> Any:
    record = data(call.good("GET", "/customer/300-G0002"))
    return record["remark"], record["taxexpdate"], record["sdsbranch"][0]["phone2"]


def probe_fresh_counter(call: Caller) -> Any:
    return data(call.good("POST", "/salesinvoice", invoice()))["updatecount"]


def probe_home_currency(call: Caller) -> Any:
    record = data(call.good("GET", "/customer/300-G0002"))
    shown = record["currencycode"]
    made = data(call.good("POST", "/salesinvoice", invoice(currencycode=shown)))
    assert made["currencycode"] == shown
    if shown:
        assert len(call.good("GET", f"/salesinvoice?docno=T-1&currencycode={shown}")["data"]) == 1
    return shown


def probe_styleid_type(call: Caller) -> Any:
    lines = [{"itemcode": "ANT", "styleid": "12"}]
    return data(call.good("POST", "/salesinvoice", invoice(sdsdocdetail=lines)))["sdsdocdetail"][0]["styleid"]


def probe_isbase_type(call: Caller) -> Any:
    return repr(call.good("GET", "/stockitem/*?code=ANT")["data"][0]["sdsuom"][0]["isbase"])


def probe_geo_fields(call: Caller) -> Any:
    return {"geocoordinate", "geolat", "geolong"} & set(data(call.good("GET", "/customer/300-G0002"))["sdsbranch"][0])


def probe_line_seq(call: Caller) -> Any:
    return [row["seq"] for row in data(call.good("POST", "/salesinvoice", invoice()))["sdsdocdetail"]]


def probe_not_found(call: Caller) -> Any:
    answer = call("GET", "/customer/300-X9999")
    assert answer.value["message"] == "Maintain Customer 300-X9999 not found"
    return answer.status


def probe_duplicate_status(call: Caller) -> Any:
    return call("POST", "/agent", {"code": "SY", "description": "x"}).status


def probe_stale_status(call: Caller) -> Any:
    key = data(call.good("POST", "/salesinvoice", invoice()))["dockey"]
    return put(call, f"/salesinvoice/{key}", updatecount=5).status


def probe_error_body(call: Caller) -> Any:
    value = call("GET", "/customer/300-X9999").value
    return value if isinstance(value, str) else {name: type(value[name]).__name__ for name in value}


def signed(call: Caller, scope: int, path: str = "/agent", wire: str = "/agent") -> int:
    chosen = call.sandbox.api.scopes[scope]
    access, key = next(iter(call.sandbox.keys.items()))
    headers = [(b"host", b"x"), (b"x-amz-date", b"20260304T045320Z")]
    names = ["host", "x-amz-date"]
    hashed = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    text = canonical_request("GET", path, "", canonical_headers(headers, names), names, hashed)
    credential = f"20260304/{chosen.region}/{chosen.service}/aws4_request"
    made = signature(
        signing_key(key.secret, "20260304", chosen.region, chosen.service),
        string_to_sign("20260304T045320Z", credential, text),
    )
    value = f"AWS4-HMAC-SHA256 Credential={access}/{credential},SignedHeaders=host;x-amz-date,Signature={made}"
    request = Request("GET", wire.encode(), b"", [*headers, (b"authorization", value.encode())])
    return call.sandbox.respond(request).status


def probe_signing_scope(call: Caller) -> Any:
    return signed(call, 0), signed(call, 1)


def probe_star_signing(call: Caller) -> Any:
    scope = 0
    return [signed(call, scope, path, "/agent/*") for path in ("/agent/%2A", "/agent/*", "/agent/")]


def probe_limit_parameter(call: Caller) -> Any:
    return len(call.good("GET", "/agent?limit=2")["data"])


def probe_star_paging(call: Caller) -> Any:
    return call.good("GET", "/agent/*?offset=2&limit=1")["data"][0]["code"]


def probe_unknown_filter(call: Caller) -> Any:
    return call("GET", "/agent?search=x").status, call("GET", "/agent/*?description=x").status


def probe_unknown_keys(call: Caller) -> Any:
    assert call("POST", "/agent", {"code": "N1", "description": "x", "udf_a": 1}).status == 200
    return call("POST", "/agent", {"code": "N2", "description": "x", "paid": True}).status


def probe_dates_in(call: Caller) -> Any:
    answer = call("POST", "/salesinvoice", invoice(docdate="20260203"))
    if answer.status == 200:
        assert data(answer.value)["docdate"] == "2026-02-03"
    return answer.status


def probe_empty_keys(call: Caller) -> Any:
    answers = [
        call("POST", "/salesinvoice", invoice(**change)) for change in ({"docno": ""}, {"dockey": -1, "docno": "A"})
    ]
    assert call("POST", "/salesinvoice", invoice()).status == 200
    return [answer.status for answer in answers]


def probe_update_counter(call: Caller) -> Any:
    path = f"/salesinvoice/{data(call.good('POST', '/salesinvoice', invoice()))['dockey']}"
    assert put(call, path, updatecount=1).status == 200
    return [put(call, path, updatecount=1).status, put(call, path, updatecount=9).status]


def probe_omitted_lines(call: Caller) -> Any:
    made = data(call.good("POST", "/salesinvoice", invoice()))
    rows = [{"dtlkey": made["sdsdocdetail"][1]["dtlkey"]}]
    answer = put(call, f"/salesinvoice/{made['dockey']}", updatecount=1, sdsdocdetail=rows)
    return [row["itemcode"] for row in data(answer.value)["sdsdocdetail"]]


def probe_omitted_fields(call: Caller) -> Any:
    made = data(call.good("POST", "/salesinvoice", invoice(docref1="x", cancelled=False)))
    body = {"updatecount": 1, "docdate": "2026-02-03", "code": "300-G0002"}
    changed = data(put(call, f"/salesinvoice/{made['dockey']}", **body).value)
    assert changed["docno"] == "T-1"
    return changed["docref1"]


def probe_item_counter(call: Caller) -> Any:
    item = call.good("GET", "/stockitem/*?code=ANT")["data"][0]
    path = f"/stockitem/{item['dockey']}"
    statuses = [put(call, path, code="ANT").status, put(call, path, code="ANT", updatecount=1).status]
    return "updatecount" in item, statuses, "updatecount" in call.good("GET", "/stockitem?code=ANT")["data"][0]


def probe_text_sizes(call: Caller) -> Any:
    return call("POST", "/salesinvoice", invoice(address1="x" * 50)).status


def probe_stock_received_path(call: Caller) -> Any:
    found = [
        call("GET", path).value["data"]
        for path in ("/stockreceived", "/stockadjustment")
        if call("GET", path).status == 200
    ]
    return [call("GET", path).status for path in ("/stockreceived", "/stockadjustment")], [
        len(rows) > 0 for rows in found
    ]


def probe_amounts(call: Caller) -> Any:
    given = [("410.37", "24.63"), ("1.00", "2.00")]
    rows = [
        line(qty="1", unitprice="435", tax="SV", taxrate="6%", taxinclusive=True, amount=amount, taxamt=tax)
        for amount, tax in given
    ]
    made = data(call.good("POST", "/salesinvoice", invoice(docamt="5.00", sdsdocdetail=rows)))
    return [(row["amount"], row["taxamt"]) for row in made["sdsdocdetail"]], made["docamt"]


def probe_rounding_tie(call: Caller) -> Any:
    rows = [line(qty="1", unitprice=price) for price in ("0.125", "0.375")]
    return [
        row["amount"] for row in data(call.good("POST", "/salesinvoice", invoice(sdsdocdetail=rows)))["sdsdocdetail"]
    ]


def probe_typed_number(call: Caller) -> Any:
    call.good("POST", "/salesinvoice", invoice(docno="IV-00005"))
    second = data(call.good("POST", "/salesinvoice", invoice(docno="IV-00006")))
    assert call("DELETE", f"/salesinvoice/{second['dockey']}").status == 200
    body = invoice()
    del body["docno"]
    return data(call.good("POST", "/salesinvoice", body))["docno"]


def transferred(call: Caller) -> tuple[str, dict[str, Any]]:
    order = data(call.good("POST", "/salesorder", invoice()))
    row = order["sdsdocdetail"][0]
    link = {"fromdoctype": "SO", "fromdockey": order["dockey"], "fromdtlkey": row["dtlkey"]}
    made = data(call.good("POST", "/salesinvoice", invoice(sdsdocdetail=[{"itemcode": "ANT", "qty": "2", **link}])))
    return f"/salesorder/{order['dockey']}", made


def probe_order_offset(call: Caller) -> Any:
    path, _ = transferred(call)
    return data(call.good("GET", path))["sdsdocdetail"][0]["offsetqty"]


def probe_cancelled_transfer(call: Caller) -> Any:
    path, made = transferred(call)
    assert put(call, f"/salesinvoice/{made['dockey']}", updatecount=1, cancelled=True).status == 200
    return data(call.good("GET", path))["sdsdocdetail"][0]["offsetqty"]


def probe_negative_stock(call: Caller) -> Any:
    return call("POST", "/salesinvoice", invoice(sdsdocdetail=[{"itemcode": "ANT", "qty": "100000"}])).status


PROBES = {name.removeprefix("probe_"): probe for name, probe in list(globals().items()) if name.startswith("probe_")}


def test_every_reading_has_a_probe(api: Api) -> None:
    assert {reading.id for reading in api.readings} == set(PROBES)


@pytest.mark.parametrize("name", sorted(PROBES))
def test_each_value_of_a_reading_gives_an_answer_of_its_own(api: Api, name: str) -> None:
    reading = next(reading for reading in api.readings if reading.id == name)
    seen: dict[str, str] = {}
    for choice in reading.choices:
        call = Caller(Sandbox(api, readings={name: choice.value}, now=lambda: NOW))
        result = repr(PROBES[name](call))
        assert result not in seen.values(), f"{choice.value} answers like another value: {result}"
        seen[choice.value] = result
    assert len(seen) >= 2
    assert seen[reading.default] == repr(PROBES[name](Caller(Sandbox(api, now=lambda: NOW))))


@pytest.mark.parametrize("name", sorted(PROBES))
def test_a_reading_can_be_changed_while_the_sandbox_runs(api: Api, name: str) -> None:
    reading = next(reading for reading in api.readings if reading.id == name)
    call = Caller(Sandbox(api, now=lambda: NOW))
    for choice in (*reading.choices, reading.choices[0]):
        call.sandbox.reset()
        call.sandbox.set_readings({name: choice.value})
        fresh = Caller(Sandbox(api, readings={name: choice.value}, now=lambda: NOW))
        assert repr(PROBES[name](call)) == repr(PROBES[name](fresh))


def test_unknown_readings_and_values_are_refused(api: Api) -> None:
    for chosen in ({"no_such": "x"}, {"not_found": "418"}, {"not_found": 404}):
        with pytest.raises(ReadingError, match=r"no_such|not_found"):
            Sandbox(api, readings=chosen)  # type: ignore[arg-type]


@pytest.mark.slow
def test_examples_are_accepted_under_every_reading(api: Api) -> None:
    """What the spec shows as good is good whatever the server turns out to be, but where it crashes."""
    for reading in api.readings:
        for choice in reading.choices:
            call = Caller(Sandbox(api, readings={reading.id: choice.value}, now=lambda: NOW))
            for object in api.objects:
                for example in (e for e in object.examples if e.purpose == "minimum"):
                    path = object.path if call("GET", object.path).status == 200 else object.other_paths[0]
                    answer = call("POST", path, example.payload)
                    crash = choice.value == "crash" and answer.status == 500
                    assert answer.status in {200, 201} or crash, (reading.id, choice.value, object.id, answer.value)


@pytest.mark.slow
def test_what_a_reading_answers_is_taken_back(api: Api) -> None:
    for reading in api.readings:
        for choice in reading.choices:
            call = Caller(Sandbox(api, readings={reading.id: choice.value}, now=lambda: NOW))
            for object in api.objects:
                example = next(example for example in object.examples if example.purpose == "full")
                path = object.path if call("GET", object.path).status == 200 else object.other_paths[0]
                created = call("POST", path, example.payload)
                if created.status == 500 and choice.value == "crash":
                    continue
                stored = data(created.value)
                body = dict(stored)
                if "updatecount" in body:
                    body["updatecount"] = (body["updatecount"] or 0) + 1
                answer = call("PUT", f"{path}/{stored[object.key]}", body)
                assert answer.status == 200, (reading.id, choice.value, object.id, answer.value)
                updated = data(answer.value)
                changed = {name for name in stored if updated[name] != stored[name]}
                keyless = {wire for wire, table in object.tables.items() if table.key is None}
                replaced = set(object.tables) if object.behaviour.get("lines") == "replaced" else keyless
                assert changed <= {"updatecount", *replaced}, (reading.id, choice.value, object.id)
