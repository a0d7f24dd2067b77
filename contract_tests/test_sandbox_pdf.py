"""PDF documents by report name: real, readable, the same every time."""

from __future__ import annotations

import io
from typing import Any

import pypdf
import pytest

from sqlacc_codegen.ir import Api
from sqlacc_contract.sandbox import Sandbox
from sqlacc_contract.sandbox.caller import Answer, Caller


@pytest.fixture
def call(api: Api) -> Caller:
    return Caller(Sandbox(api))


def printed(call: Caller, path: str, content_type: str = "application/pdf") -> Answer:
    return call("GET", path, headers={"content-type": content_type})


def text(answer: Answer) -> str:
    assert answer.status == 200, answer.value
    assert answer.response.headers[0] == (b"content-type", b"application/pdf")
    reader = pypdf.PdfReader(io.BytesIO(answer.response.body), strict=True)
    return "\n".join(page.extract_text() for page in reader.pages)


def invoice(**changes: Any) -> dict[str, Any]:
    lines = [{"itemcode": "ANT", "qty": "2", "unitprice": "100.00", "tax": "SV", "taxrate": "8%"}]
    return {"docno": "P-1", "docdate": "2026-02-03", "code": "300-G0002", "sdsdocdetail": lines, **changes}


@pytest.mark.slow
def test_every_printable_object_prints_under_every_report_name(api: Api, call: Caller) -> None:
    count = 0
    for object in api.objects:
        example = next(example for example in object.examples if example.purpose == "full")
        key = call.good("POST", object.path, example.payload)[object.key]
        path = f"{object.path}/{key}"
        if object.pdf is None:
            refused = printed(call, path)
            assert (refused.status, "no reports" in refused.value["message"]) == (400, True)
            continue
        for report in object.pdf.reports:
            said = text(printed(call, path, f"application/pdf;template={report}"))
            assert object.title in said
            assert example.payload["docno"] in said
            count += 1
    assert count > 40


def test_a_document_shows_party_lines_and_totals(call: Caller) -> None:
    made = call.good("POST", "/salesinvoice", invoice())
    said = text(printed(call, f"/salesinvoice/{made['dockey']}", "application/pdf;template=Sales Invoice 8 (SST 1)"))
    for part in (
        "Sales Invoice 8 (SST 1)",
        "P-1",
        "2026-02-03",
        made["companyname"],
        "ANT",
        "100.00",
        "16.00",
        "216.00",
    ):
        assert part in said
    assert "sandbox" in said


def test_numbers_stay_in_one_line_and_names_are_words(api: Api, call: Caller) -> None:
    full = next(example for example in api.object("sales_invoice").examples if example.id == "full")
    made = call.good("POST", "/salesinvoice", full.payload)
    said = text(printed(call, f"/salesinvoice/{made['dockey']}")).split("\n")
    for row in made["sdsdocdetail"]:
        for wire in ("qty", "unitprice", "amount", "taxamt"):
            assert any(row[wire] in part.split() for part in said), row[wire]
    assert any(part.startswith("Company Name: ") for part in said)
    assert not any("companyname" in part for part in said)


def test_wide_tables_still_fit(call: Caller) -> None:
    big = "9999999999.12345678"
    lines = [
        {"itemcode": "ANT", "qty": "12345.6789", "uom": "CTN", "unitprice": big[2:], "disc": "5%+2%+0.1", "tax": "SV"},
        {"description": "W" * 150, "qty": "1", "unitprice": "1", "account": "500-000", "location": "BALAKONG"},
    ]
    made = call.good("POST", "/salesinvoice", invoice(sdsdocdetail=lines))
    said = text(printed(call, f"/salesinvoice/{made['dockey']}"))
    assert made["sdsdocdetail"][0]["amount"] in said
    assert made["sdsdocdetail"][0]["unitprice"] in said


def test_other_scripts_can_be_read(call: Caller) -> None:
    name = "光明贸易公司 ГОСТ ñandú <b>&amp;</b>"
    lines = [{"description": "红色 传感器 한국 日本語 かな", "qty": "1", "unitprice": "5", "account": "500-000"}]
    made = call.good("POST", "/salesinvoice", invoice(companyname=name, sdsdocdetail=lines, docref1="🎉"))
    said = text(printed(call, f"/salesinvoice/{made['dockey']}")).replace("\n", "")
    assert "光明贸易公司" in said
    assert "ñandú <b>&amp;</b>" in said
    assert "红色" in said.replace(" ", "")


def test_long_documents_run_over_pages(call: Caller) -> None:
    lines = [
        {"description": f"Line {n} " + "long " * 30, "qty": "1", "unitprice": "1", "account": "500-000"}
        for n in range(90)
    ]
    made = call.good("POST", "/salesinvoice", invoice(sdsdocdetail=lines))
    answer = printed(call, f"/salesinvoice/{made['dockey']}")
    reader = pypdf.PdfReader(io.BytesIO(answer.response.body))
    assert len(reader.pages) > 3
    assert "Line 89" in text(answer)
    assert all("Unit Price" in page.extract_text().replace("\n", " ") for page in reader.pages[:-1])


def test_a_row_may_be_longer_than_a_page(call: Caller) -> None:
    lines = [{"description": "first" + "\n" * 180 + "last", "qty": "1", "unitprice": "1", "account": "500-000"}]
    made = call.good("POST", "/salesinvoice", invoice(sdsdocdetail=lines))
    said = text(printed(call, f"/salesinvoice/{made['dockey']}"))
    assert "first" in said
    assert "last" in said


def test_texts_that_try_to_be_markup_stay_text(call: Caller) -> None:
    bad = ["<font size=999>", "<br/>", "&nbsp;", "]]>", "<a href='x'>y</a>", "x" * 190, "\t tab", "a\nb"]
    lines = [{"description": value, "qty": "1", "unitprice": "1", "account": "500-000"} for value in bad]
    made = call.good("POST", "/salesinvoice", invoice(sdsdocdetail=lines, companyname="<para>&lt;"))
    said = text(printed(call, f"/salesinvoice/{made['dockey']}"))
    assert "<para>&lt;" in said
    assert "size=999" in said.replace("\n", "")


def test_the_same_record_gives_the_same_bytes(api: Api) -> None:
    made = []
    for _ in range(2):
        call = Caller(Sandbox(api))
        key = call.good("POST", "/salesinvoice", invoice())["dockey"]
        made.append(printed(call, f"/salesinvoice/{key}").response.body)
    assert made[0] == made[1]
    assert made[0].startswith(b"%PDF")
    assert made[0].rstrip().endswith(b"%%EOF")


@pytest.mark.parametrize(
    "content_type",
    [
        "application/pdf;template=Sales Invoice 8 (SST 2)",
        "application/pdf; template=Sales Invoice 8 (SST 2)",
        "application/pdf;template=sales invoice 8 (sst 2)",
        'application/pdf;template="Sales Invoice 8 (SST 2)"',
        "Application/PDF;Template=Sales Invoice 8 (SST 2) ",
    ],
)
def test_report_names_are_taken_as_clients_write_them(call: Caller, content_type: str) -> None:
    key = call.good("POST", "/salesinvoice", invoice())["dockey"]
    assert "Sales Invoice 8 (SST 2)" in text(printed(call, f"/salesinvoice/{key}", content_type))


def test_an_unknown_report_or_record_is_told(call: Caller) -> None:
    key = call.good("POST", "/salesinvoice", invoice())["dockey"]
    answer = printed(call, f"/salesinvoice/{key}", "application/pdf;template=Sales Invoice 99")
    assert answer.status == 400
    assert '"Sales Invoice 99"' in answer.value["message"]
    assert "Sales Invoice 8 (SST 1)" in answer.value["detail"]
    assert printed(call, "/salesinvoice/999999").value["message"] == "Sales Invoice 999999 not found"


def test_other_content_types_get_the_record(call: Caller) -> None:
    key = call.good("POST", "/salesinvoice", invoice())["dockey"]
    assert printed(call, f"/salesinvoice/{key}", "application/json").value["data"][0]["docno"] == "P-1"
