"""The product's own rules in the sandbox: defaults, numbers, amounts, transfers, payments, journals, stock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

import pytest

from sqlacc_codegen.ir import Api
from sqlacc_contract.sandbox import Sandbox
from sqlacc_contract.sandbox.caller import Caller

Record = dict[str, Any]
NOON = datetime(2026, 3, 4, 4, tzinfo=timezone.utc).timestamp()


@pytest.fixture
def call(api: Api) -> Caller:
    return Caller(Sandbox(api, now=lambda: NOON))


@pytest.fixture(scope="module")
def worked(api: Api) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    made: Mapping[str, Sequence[Mapping[str, Any]]] = api.facts["worked"]
    return made


def document(
    code: str = "300-G0002", lines: Sequence[Record] = ({"itemcode": "ANT", "qty": "1"},), **more: Any
) -> Record:
    return {"docdate": "2026-02-03", "code": code, "sdsdocdetail": list(lines), **more}


def line(**fields: Any) -> Record:
    return {"description": "x", "account": "500-000", "tax": "", **fields}


def update(call: Caller, path: str, record: Record, **changes: Any) -> Any:
    body = {"updatecount": (record["updatecount"] or 0) + 1, **changes}
    return call("PUT", f"{path}/{record['dockey']}", body)


def item(call: Caller, code: str) -> Record:
    made: Record = call.good("GET", f"/stockitem/*?code={code.replace(' ', '%20').replace('/', '%2F')}")["data"][0]
    return made


# --- defaults ----------------------------------------------------------------------------------------------------


def test_a_document_takes_over_what_its_customer_has(call: Caller) -> None:
    made = call.good("POST", "/salesinvoice", document("300-A0002"))
    customer = call.good("GET", "/customer/300-A0002")["data"][0]
    branch = customer["sdsbranch"][0]
    assert (made["companyname"], made["agent"], made["area"]) == (customer["companyname"], "SY", "RAWANG")
    assert made["terms"] == customer["creditterm"] == "45 Days"
    assert (made["address1"], made["city"], made["attention"]) == (
        branch["address1"],
        branch["city"],
        branch["attention"],
    )
    assert (made["postdate"], made["taxdate"], made["description"]) == ("2026-02-03", "2026-02-03", "Sales")
    assert (made["currencycode"], made["currencyrate"], made["project"]) == ("----", "1.000000", "----")
    assert made["cancelled"] is False


def test_what_the_client_sends_goes_before_what_is_taken_over(call: Caller) -> None:
    made = call.good("POST", "/salesinvoice", document("300-A0002", agent="LF", companyname="Other", address1="Here"))
    assert (made["agent"], made["companyname"], made["address1"], made["area"]) == ("LF", "Other", "Here", "RAWANG")


def test_an_empty_text_is_filled_as_well(call: Caller) -> None:
    made = call.good("POST", "/salesinvoice", document("300-A0002", companyname="", terms="", agent=None))
    assert (made["companyname"][:7], made["terms"], made["agent"]) == ("ANGSANA", "45 Days", "SY")


def test_what_is_too_long_to_be_taken_over_is_cut(call: Caller) -> None:
    branch = {"address1": "A" * 55, "attention": "B" * 70}
    call.good("POST", "/customer", {"code": "300-L1", "companyname": "L", "sdsbranch": [branch]})
    made = call.good("POST", "/salesinvoice", document("300-L1"))
    assert (made["address1"], made["attention"]) == ("A" * 40, "B" * 70)


def test_another_customer_brings_its_own_values(call: Caller) -> None:
    made = call.good("POST", "/salesinvoice", document("300-A0002"))
    changed = update(call, "/salesinvoice", made, code="300-C0002").value
    assert (changed["companyname"][:7], changed["agent"], changed["terms"]) == ("CEMPAKA", "Leong", "30 Days")


def test_suppliers_are_masters_and_fill_bills_too(call: Caller) -> None:
    made = call.good("POST", "/purchaseinvoice", document("400-E0001"))
    assert (made["companyname"][:9], made["terms"], made["attention"]) == ("ENGKABANG", "30 Days", "Cik Ezzah")
    assert made["sdsdocdetail"][0]["unitprice"] == "15.00000000"
    assert made["sdsdocdetail"][0]["account"] == "610-000"


def test_a_line_takes_over_what_its_item_has(call: Caller) -> None:
    row = call.good("POST", "/salesinvoice", document(lines=[{"itemcode": "ANT", "qty": "2", "uom": "BOX"}]))[
        "sdsdocdetail"
    ][0]
    assert (row["description"], row["tariff"], row["irbm_classification"]) == ("Antenna 433 MHz", "8517.71", "022")
    assert (row["uom"], row["rate"], row["sqty"]) == ("BOX", "10.0000", "20.0000")
    assert (row["unitprice"], row["amount"], row["account"]) == ("240.00000000", "480.00", "500-000")
    assert (row["location"], row["deliverydate"], row["printable"]) == ("----", "2026-02-03", True)


def test_a_line_without_unit_gets_the_base_unit(call: Caller) -> None:
    row = call.good("POST", "/salesinvoice", document(lines=[{"itemcode": "E-BAT"}]))["sdsdocdetail"][0]
    assert (row["uom"], row["rate"], row["qty"], row["unitprice"]) == ("PCS", "1.0000", "1.0000", "49.90000000")


def test_changing_the_unit_changes_rate_and_price_unless_they_are_sent(call: Caller) -> None:
    made = call.good("POST", "/salesinvoice", document(lines=[{"itemcode": "ANT", "qty": "1"}]))
    key = made["sdsdocdetail"][0]["dtlkey"]
    row = update(call, "/salesinvoice", made, sdsdocdetail=[{"dtlkey": key, "uom": "BOX"}]).value["sdsdocdetail"][0]
    assert (row["uom"], row["rate"], row["sqty"], row["amount"]) == ("BOX", "10.0000", "10.0000", "240.00")


def test_taxes_come_from_the_item_unless_the_line_says_none(call: Caller) -> None:
    lines = [
        {"itemcode": "HFK"},
        {"itemcode": "HFK", "tax": ""},
        {"itemcode": "HFK", "tax": "ST5"},
        {"itemcode": "INSTALL"},
    ]
    rows = call.good("POST", "/salesinvoice", document(lines=lines))["sdsdocdetail"]
    assert [(row["tax"], row["taxrate"], row["taxamt"]) for row in rows] == [
        ("ST", "10%", "3.50"),
        ("", None, "0.00"),
        ("ST5", "5%", "1.75"),
        ("SV", "6%", rows[3]["taxamt"]),
    ]


def test_a_line_may_pick_another_rate_of_its_tax_code(call: Caller) -> None:
    rows = [line(qty="1", unitprice="100", tax="SV", taxrate=rate) for rate in ("8%", "A", "E6%", "E", "")]
    made = call.good("POST", "/salesinvoice", document(lines=rows))["sdsdocdetail"]
    assert [row["taxamt"] for row in made] == ["8.00", "6.00", "6.00", "0.00", "0.00"]


def test_foreign_currency_comes_with_its_rate(call: Caller) -> None:
    made = call.good("POST", "/salesinvoice", document("300-T0006", [line(qty="1", unitprice="20.00")]))
    assert (made["currencycode"], made["currencyrate"]) == ("USD", "4.040000")
    assert (made["docamt"], made["localdocamt"], made["sdsdocdetail"][0]["localamount"]) == ("20.00", "80.80", "80.80")


def test_customers_start_with_the_products_defaults(call: Caller) -> None:
    made = call.good("POST", "/customer", {"code": "", "companyname": "Ali Baba Sdn Bhd"})
    assert made["code"] == "300-A0004"
    assert (made["creditterm"], made["creditlimit"], made["status"]) == ("30 Days", "30000.00", "A")
    assert (made["area"], made["agent"], made["currencycode"], made["controlaccount"]) == (
        "----",
        "----",
        "----",
        "300-000",
    )
    assert made["creationdate"] == "2026-03-04"
    assert [(row["branchtype"], row["branchname"]) for row in made["sdsbranch"]] == [("B", "BILLING")]
    assert call.good("POST", "/customer", {"code": "", "companyname": "alpha"})["code"] == "300-A0005"
    assert call.good("POST", "/customer", {"code": "", "companyname": "Zeta"})["code"] == "300-Z0001"


def test_items_start_with_one_base_unit(call: Caller) -> None:
    made = call.good("POST", "/stockitem", {"code": "N-1", "description": "New"})
    assert (made["stockgroup"], made["stockcontrol"], made["isactive"]) == ("DEFAULT", True, True)
    assert [(row["uom"], row["rate"], row["isbase"]) for row in made["sdsuom"]] == [("UNIT", "1.0000", 1)]


def test_the_payment_method_brings_its_journal(call: Caller) -> None:
    for method, journal in (("310-001", "BANK"), ("320-000", "CASH")):
        body = {"docdate": "2026-02-03", "code": "300-G0002", "paymentmethod": method, "docamt": "10"}
        made = call.good("POST", "/customerpayment", body)
        assert (made["journal"], made["bankchargeaccount"], made["description"]) == (
            journal,
            "902-000",
            "Payment For Account",
        )


def test_inactive_customers_get_no_new_documents_but_may_pay(call: Caller) -> None:
    invoice = call.good("POST", "/salesinvoice", document("300-C0002"))
    for status in ("I", "S"):
        call.good("PUT", "/customer/300-C0002", {"code": "300-C0002", "status": status})
        answer = call("POST", "/salesorder", document("300-C0002"))
        assert answer.status == 400
        assert f"has the status {status}" in answer.value["message"]
        assert update(call, "/salesinvoice", invoice, docref1=status).status == 200
        invoice["updatecount"] = (invoice["updatecount"] or 0) + 1
        body = {"docdate": "2026-02-03", "code": "300-C0002", "paymentmethod": "310-001", "docamt": "1"}
        assert call("POST", "/customerpayment", body).status == 200
    call.good("PUT", "/customer/300-C0002", {"code": "300-C0002", "status": "P"})
    assert call("POST", "/salesorder", document("300-C0002")).status == 200


# --- numbers -----------------------------------------------------------------------------------------------------


def test_numbers_run_on_and_step_over_what_is_taken(call: Caller) -> None:
    def new(**more: Any) -> str:
        docno: str = call.good("POST", "/salesinvoice", document(**more))["docno"]
        return docno

    assert new() == "IV-00005"  # the demo data hold four
    assert new(docno="") == "IV-00006"
    assert new(docno="<<New>>") == "IV-00007"
    assert new(docno="IV-00009") == "IV-00009"
    assert new(docno="IV-00008") == "IV-00008"
    assert new() == "IV-00010"
    assert new(docno="--IV-Test--") == "--IV-Test--"
    assert call("POST", "/salesinvoice", document(docno="x" * 21)).status == 400


def test_a_refused_create_uses_up_no_number(call: Caller) -> None:
    assert call("POST", "/salesinvoice", document(agent="NOBODY")).status == 400
    assert call.good("POST", "/salesinvoice", document())["docno"] == "IV-00005"


# --- amounts -----------------------------------------------------------------------------------------------------


def test_worked_discounts(call: Caller, worked: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    for row in worked["discounts"]:
        rows = [line(qty=row["quantity"], unitprice=row["price"], disc=row["discount"])]
        assert call.good("POST", "/salesinvoice", document(lines=rows))["docamt"] == row["expect"]


def test_worked_line_taxes(call: Caller, worked: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    codes = {"6%": "SV", "10%": "ST"}
    for row in worked["line_tax"]:
        given = line(
            qty="1", unitprice=row["gross"], tax=codes[row["rate"]], taxrate=row["rate"], taxinclusive=row["inclusive"]
        )
        made = call.good("POST", "/salesinvoice", document(lines=[given]))
        stored = made["sdsdocdetail"][0]
        assert (stored["amount"], stored["taxamt"]) == (row["amount"], row["tax"])
        assert Decimal(made["docamt"]) == Decimal(row["amount"]) + Decimal(row["tax"])
        assert stored["amountwithtax"] == made["docamt"]
        assert stored["taxableamt"] == row["amount"]


def test_worked_rounding_per_line(call: Caller, worked: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    for row in (row for row in worked["rounding"] if not row["option"]):
        rows = [line(qty="1", unitprice=amount, tax="SV", taxrate=row["rate"]) for amount in row["amounts"]]
        made = call.good("POST", "/salesinvoice", document(lines=rows))
        assert [stored["taxamt"] for stored in made["sdsdocdetail"]] == row["taxes"]
        assert made["docamt"] == row["document"]


def test_worked_totals(call: Caller, worked: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    for row in worked["totals"]:
        rows = [
            line(qty="1", unitprice=amount, tax="ST" if tax != "0.00" else "")
            for amount, tax in zip(row["amounts"], row["taxes"], strict=True)
        ]
        made = call.good("POST", "/salesinvoice", document("300-T0006", rows, currencyrate=row["rate"]))
        assert (made["docamt"], made["localdocamt"]) == (row["total"], row["local"])


def test_a_caller_may_shift_one_cent_and_no_more(call: Caller) -> None:
    def stored(**given: str) -> tuple[str, str]:
        rows = [line(qty="1", unitprice="435.00", tax="SV", taxrate="6%", taxinclusive=True, **given)]
        row = call.good("POST", "/salesinvoice", document(lines=rows))["sdsdocdetail"][0]
        return row["amount"], row["taxamt"]

    assert stored() == ("410.38", "24.62")
    assert stored(amount="410.37", taxamt="24.63") == ("410.37", "24.63")
    assert stored(taxamt="24.63") == ("410.37", "24.63")
    assert stored(amount="400.00", taxamt="35.00") == ("410.38", "24.62")


def test_a_price_left_out_follows_from_the_amount(call: Caller) -> None:
    rows = [line(qty="4", amount="10.00"), line(amount="7.50")]
    made = call.good("POST", "/salesinvoice", document(lines=rows))
    assert [row["unitprice"] for row in made["sdsdocdetail"]] == ["2.50000000", "7.50000000"]
    assert made["docamt"] == "17.50"


def test_stale_amounts_beside_a_new_quantity_are_worked_out_anew(call: Caller) -> None:
    made = call.good("POST", "/salesinvoice", document(lines=[line(qty="2", unitprice="100", tax="ST")]))
    row = {**made["sdsdocdetail"][0], "qty": "3"}
    changed = update(call, "/salesinvoice", made, docamt="220.00", sdsdocdetail=[row]).value
    assert (changed["docamt"], changed["sdsdocdetail"][0]["amount"]) == ("330.00", "300.00")


def test_negative_lines_are_fine_and_negative_documents_are_not(call: Caller) -> None:
    rows = [line(qty="1", unitprice="100"), line(qty="1", unitprice="-30")]
    assert call.good("POST", "/salesinvoice", document(lines=rows))["docamt"] == "70.00"
    rows[1]["unitprice"] = "-130"
    assert "must not be below 0" in call("POST", "/salesinvoice", document(lines=rows)).value["message"]


@pytest.mark.parametrize(("field", "text"), [("disc", "5%%"), ("taxrate", "lots")])
def test_texts_that_are_no_discount_or_rate_are_refused(call: Caller, field: str, text: str) -> None:
    answer = call("POST", "/salesinvoice", document(lines=[line(qty="1", unitprice="1", **{"tax": "ST", field: text})]))
    assert answer.status == 400
    assert answer.value["message"].startswith(f"sdsdocdetail[0].{field}")


def test_huge_products_are_refused(call: Caller) -> None:
    rows = [line(qty="99999999999999", unitprice="9999999999")]
    answer = call("POST", "/salesinvoice", document(lines=rows))
    assert answer.status == 400
    assert "numeric overflow" in answer.value["message"]


def test_landing_costs_are_shared_by_value(call: Caller, worked: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    for row in (row for row in worked["landing_cost"] if row["by"] == "value"):
        rows = [line(qty="1", unitprice=weight, account="610-000") for weight in row["weights"]]
        made = call.good("POST", "/purchaseinvoice", document("400-E0001", rows, landingcost1=row["cost"]))
        assert [stored["landingcost1"] for stored in made["sdsdocdetail"]] == row["expect"]
        assert Decimal(made["localtotalwithcost"]) == Decimal(made["docamt"]) + Decimal(row["cost"])


# --- transfers ---------------------------------------------------------------------------------------------------


@pytest.fixture
def order(call: Caller) -> Record:
    rows = [{"itemcode": "ANT", "qty": "30"}, {"itemcode": "COVER", "qty": "5", "uom": "BOX"}]
    made: Record = call.good("POST", "/salesorder", document("300-A0002", rows))
    return made


def taking(order: Record, n: int, quantity: str, **more: Any) -> Record:
    row = order["sdsdocdetail"][n]
    return {
        "itemcode": row["itemcode"],
        "uom": row["uom"],
        "qty": quantity,
        "unitprice": row["unitprice"],
        "fromdoctype": "SO",
        "fromdockey": order["dockey"],
        "fromdtlkey": row["dtlkey"],
        **more,
    }


def outstanding(call: Caller, order: Record) -> list[Decimal]:
    rows = call.good("GET", f"/salesorder/{order['dockey']}")["data"][0]["sdsdocdetail"]
    return [Decimal(row["qty"]) - Decimal(row["offsetqty"]) for row in rows]


def test_transfers_in_parts(call: Caller, order: Record) -> None:
    assert outstanding(call, order) == [30, 5]
    for quantity, left in (("15", 15), ("12", 3)):
        call.good("POST", "/salesinvoice", document("300-A0002", [taking(order, 0, quantity)]))
        assert outstanding(call, order) == [left, 5]
    refused = call("POST", "/salesinvoice", document("300-A0002", [taking(order, 0, "3.5")]))
    assert refused.status == 400
    assert "3.0000" in refused.value["message"]
    last = call.good("POST", "/salesinvoice", document("300-A0002", [taking(order, 0, "3"), taking(order, 1, "5")]))
    assert outstanding(call, order) == [0, 0]
    fewer = [{"dtlkey": last["sdsdocdetail"][0]["dtlkey"], "qty": "1"}]
    assert update(call, "/salesinvoice", last, sdsdocdetail=fewer).status == 200
    assert outstanding(call, order) == [2, 0]
    assert call("DELETE", f"/salesinvoice/{last['dockey']}").status == 200
    assert outstanding(call, order) == [3, 5]


def test_two_lines_of_one_invoice_share_what_is_outstanding(call: Caller, order: Record) -> None:
    lines = [taking(order, 0, "20"), taking(order, 0, "11")]
    assert call("POST", "/salesinvoice", document("300-A0002", lines)).status == 400
    lines[1]["qty"] = "10"
    call.good("POST", "/salesinvoice", document("300-A0002", lines))
    assert outstanding(call, order) == [0, 5]


def test_units_are_taken_into_account(call: Caller, order: Record) -> None:
    call.good("POST", "/salesinvoice", document("300-A0002", [taking(order, 1, "25", uom="UNIT", unitprice="10")]))
    assert outstanding(call, order) == [30, Decimal("2.5")]
    over = [taking(order, 1, "26", uom="UNIT", unitprice="10")]
    assert call("POST", "/salesinvoice", document("300-A0002", over)).status == 400


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"fromdockey": 999999}, "No record found"),
        ({"fromdtlkey": 999999}, "No record found"),
        ({"fromdoctype": "QT"}, "No record found"),
        ({"itemcode": "COVER", "uom": "UNIT"}, "is ANT"),
        ({"qty": "-1"}, "must not be below 0"),
    ],
)
def test_links_that_lead_nowhere_are_refused(call: Caller, order: Record, change: Record, words: str) -> None:
    answer = call("POST", "/salesinvoice", document("300-A0002", [taking(order, 0, "1", **change)]))
    assert answer.status == 400
    assert words in answer.value["message"]


def test_an_order_of_another_customer_or_a_void_one_is_not_taken(call: Caller, order: Record) -> None:
    answer = call("POST", "/salesinvoice", document("300-G0002", [taking(order, 0, "1")]))
    assert "belongs to 300-A0002" in answer.value["message"]
    assert update(call, "/salesorder", order, cancelled=True).status == 200
    assert (
        "is cancelled" in call("POST", "/salesinvoice", document("300-A0002", [taking(order, 0, "1")])).value["message"]
    )


def test_an_order_keeps_what_was_taken_from_it(call: Caller, order: Record) -> None:
    invoice = call.good("POST", "/salesinvoice", document("300-A0002", [taking(order, 0, "10")]))
    row = {"dtlkey": order["sdsdocdetail"][0]["dtlkey"]}
    assert update(call, "/salesorder", order, sdsdocdetail=[{**row, "qty": "9"}]).status == 400
    assert update(call, "/salesorder", order, cancelled=True).status == 400
    deleted = call("DELETE", f"/salesorder/{order['dockey']}")
    assert deleted.status == 400
    assert invoice["docno"] in deleted.value["message"]
    changed = update(call, "/salesorder", order, sdsdocdetail=[{**row, "qty": "10"}])
    assert changed.value["sdsdocdetail"][0]["offsetqty"] == "10.0000"
    assert call("DELETE", f"/salesinvoice/{invoice['dockey']}").status == 200
    assert call("DELETE", f"/salesorder/{order['dockey']}").status == 200


def test_offsetqty_is_not_taken_from_clients(call: Caller, order: Record) -> None:
    row = {**order["sdsdocdetail"][0], "offsetqty": "30"}
    changed = update(call, "/salesorder", order, sdsdocdetail=[row]).value
    assert changed["sdsdocdetail"][0]["offsetqty"] == "0.0000"


# --- payments ----------------------------------------------------------------------------------------------------


def payment(code: str = "300-G0002", amount: str = "200.00", *settles: tuple[str, str], **more: Any) -> Record:
    rows = [{"doctype": "IV", "docno": docno, "koamt": koamt, "knockoff": True} for docno, koamt in settles]
    return {
        "docdate": "2026-02-04",
        "code": code,
        "paymentmethod": "310-001",
        "docamt": amount,
        "sdsknockoff": rows,
        **more,
    }


@pytest.fixture
def invoice(call: Caller) -> Record:
    made: Record = call.good("POST", "/salesinvoice", document(lines=[line(qty="1", unitprice="1000")], docno="X-1"))
    return made


def test_worked_payments(call: Caller, worked: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    for n, row in enumerate(worked["knock_off"]):
        call.good("POST", "/salesinvoice", document(lines=[line(qty="1", unitprice="1000")], docno=f"X-{n}"))
        made = call.good(
            "POST", "/customerpayment", payment("300-G0002", row["docamt"], *[(f"X-{n}", k) for k in row["koamt"]])
        )
        assert made["unappliedamt"] == row["unapplied"]


def test_worked_exchange(call: Caller, worked: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    for n, row in enumerate(worked["exchange"]):
        rows = [line(qty="1", unitprice=row["amount"])]
        call.good(
            "POST", "/salesinvoice", document("300-T0006", rows, docno=f"X-{n}", currencyrate=row["invoice_rate"])
        )
        body = payment("300-T0006", row["amount"], (f"X-{n}", row["amount"]), currencyrate=row["payment_rate"])
        made = call.good("POST", "/customerpayment", body)
        settled = made["sdsknockoff"][0]
        assert made["localdocamt"] == row["payment_local"]
        assert (settled["localkoamt"], settled["actuallocalkoamt"]) == (row["invoice_local"], row["payment_local"])
        assert settled["gainloss"] == row["grid"]


def test_a_row_shows_what_was_open_and_what_is_left(call: Caller, invoice: Record) -> None:
    row = call.good("POST", "/customerpayment", payment("300-G0002", "700", ("X-1", "600")))["sdsknockoff"][0]
    assert (row["originaloutstanding"], row["koamt"], row["outstanding"]) == ("1000.00", "600.00", "400.00")
    assert (row["docamt"], row["docdate"], row["refdockey"]) == ("1000.00", "2026-02-03", invoice["dockey"])
    second = call.good("POST", "/customerpayment", payment("300-G0002", "400", ("X-1", "400")))["sdsknockoff"][0]
    assert (second["originaloutstanding"], second["outstanding"]) == ("400.00", "0.00")
    answer = call("POST", "/customerpayment", payment("300-G0002", "1", ("X-1", "0.01")))
    assert answer.value["message"] == "knockoff amount (0.01) must not exceed outstanding amount (0.00)"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (payment("300-G0002", "100", ("X-1", "101")), "more than the payment"),
        (payment("300-G0002", "100", ("X-1", "60"), ("X-1", "50")), "more than the payment"),
        (payment("300-G0002", "1001", ("X-1", "1001")), "must not exceed outstanding amount (1000.00)"),
        (payment("300-G0002", "1200", ("X-1", "600"), ("X-1", "600")), "must not exceed outstanding amount (400.00)"),
        (payment("300-A0002", "100", ("X-1", "100")), "No record found"),
        (payment("300-G0002", "100", ("X-9", "100")), "No record found"),
        (payment("300-G0002", "0"), "above zero"),
        (payment("300-G0002", "-5"), "must not be below 0"),
        (payment("300-G0002", "10", ("X-1", "-1")), "must not be below 0"),
        (payment("300-G0002", "10", paymentmethod="CASH"), "No record found"),
        (
            payment("300-G0002", "10", sdsknockoff=[{"doctype": "SI", "docno": "X-1", "koamt": "1", "knockoff": True}]),
            "No record",
        ),
    ],
)
def test_payments_that_cannot_be_are_refused(call: Caller, invoice: Record, body: Record, words: str) -> None:
    answer = call("POST", "/customerpayment", body)
    assert answer.status == 400
    assert words in answer.value["message"]


def test_rows_that_do_not_count_settle_nothing(call: Caller, invoice: Record) -> None:
    rows = [{"doctype": "IV", "docno": "X-1", "koamt": "5000", "knockoff": False}]
    assert (
        call.good("POST", "/customerpayment", payment("300-G0002", "100", sdsknockoff=rows))["unappliedamt"] == "100.00"
    )


def test_a_payment_can_be_changed_and_taken_back(call: Caller, invoice: Record) -> None:
    made = call.good("POST", "/customerpayment", payment("300-G0002", "200", ("X-1", "200")))
    rows = [{"doctype": "IV", "docno": "X-1", "koamt": "550", "knockoff": True}]
    changed = update(call, "/customerpayment", made, docamt="550.00", sdsknockoff=rows).value
    assert (changed["unappliedamt"], changed["sdsknockoff"][0]["outstanding"]) == ("0.00", "450.00")
    voided = update(call, "/customerpayment", changed, cancelled=True).value
    assert voided["cancelled"] is True
    full = call.good("POST", "/customerpayment", payment("300-G0002", "1000", ("X-1", "1000")))
    assert update(call, "/customerpayment", voided, cancelled=False).status == 400
    assert call("DELETE", f"/customerpayment/{full['dockey']}").status == 200
    assert update(call, "/customerpayment", voided, cancelled=False).status == 200


def test_a_bounced_cheque_opens_the_invoice_again(call: Caller, invoice: Record) -> None:
    made = call.good("POST", "/customerpayment", payment("300-G0002", "1000", ("X-1", "1000")))
    assert update(call, "/customerpayment", made, bounceddate="2026-02-10").status == 200
    call.good("POST", "/customerpayment", payment("300-G0002", "1000", ("X-1", "1000")))


def test_a_settled_invoice_stays(call: Caller, invoice: Record) -> None:
    paid = call.good("POST", "/customerpayment", payment("300-G0002", "600", ("X-1", "600")))
    deleted = call("DELETE", f"/salesinvoice/{invoice['dockey']}")
    assert deleted.status == 400
    assert paid["docno"] in deleted.value["message"]
    assert update(call, "/salesinvoice", invoice, cancelled=True).status == 400
    assert update(call, "/salesinvoice", invoice, code="300-A0002").status == 400
    row = {"dtlkey": invoice["sdsdocdetail"][0]["dtlkey"]}
    assert update(call, "/salesinvoice", invoice, sdsdocdetail=[{**row, "unitprice": "599"}]).status == 400
    assert update(call, "/salesinvoice", invoice, sdsdocdetail=[{**row, "unitprice": "600"}]).status == 200


def test_a_customer_owes_what_is_invoiced_less_what_is_paid(call: Caller, invoice: Record) -> None:
    def owes() -> Decimal:
        return Decimal(call.good("GET", "/customer/300-G0002")["data"][0]["outstanding"])

    before = owes()
    made = call.good("POST", "/customerpayment", payment("300-G0002", "300"))
    assert owes() == before - 300
    update(call, "/customerpayment", made, cancelled=True)
    assert owes() == before
    assert call("DELETE", f"/salesinvoice/{invoice['dockey']}").status == 200
    assert owes() == before - 1000


# --- journals and vouchers ---------------------------------------------------------------------------------------


def test_worked_journals(call: Caller, worked: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    for journal in worked["journals"]:
        rows = []
        for row in journal["rows"]:
            side = {"localdr": row["debit"]} if "debit" in row else {"localcr": row["credit"]}
            tax = {"tax": "TX", "taxrate": row["rate"], "taxinclusive": row["inclusive"]} if "rate" in row else {}
            rows.append({"code": "610-1000", "description": "x", **side, **tax})
        made = call.good("POST", "/journalentry", {"docdate": "2026-02-03", "sdsdocdetail": rows})
        for row, stored in zip(journal["rows"], made["sdsdocdetail"], strict=True):
            assert stored["localtaxamt"] == row.get("tax", "0.00")
            assert stored["dr"] == stored["localdr"] == row.get("debit", "0.00")
            assert stored["cr"] == stored["localcr"] == row.get("credit", "0.00")
        assert made["journal"] == "GENERAL"


@pytest.mark.parametrize(
    "rows",
    [
        [{"dr": "10"}, {"cr": "10.01"}],
        [{"dr": "10"}],
        [{"localdr": "10"}, {"cr": "9"}],
        [{"dr": "10", "tax": "TX", "taxrate": "6%"}, {"cr": "10"}],
        [{"dr": "10", "cr": "10"}],
    ],
)
def test_journals_that_do_not_balance_are_refused(call: Caller, rows: list[Record]) -> None:
    body = {"docdate": "2026-02-03", "sdsdocdetail": [{"code": "610-000", "description": "x", **row} for row in rows]}
    answer = call("POST", "/journalentry", body)
    assert answer.status == 400
    assert "not tally" in answer.value["message"] or "exclude each other" in answer.value["message"]


def test_a_journal_is_changed_as_a_whole(call: Caller) -> None:
    rows = [{"code": "610-000", "description": "a", "dr": "10"}, {"code": "310-001", "description": "b", "cr": "10"}]
    made = call.good("POST", "/journalentry", {"docdate": "2026-02-03", "sdsdocdetail": rows})
    keys = [row["dtlkey"] for row in made["sdsdocdetail"]]
    assert update(call, "/journalentry", made, sdsdocdetail=[{"dtlkey": keys[0], "dr": "12"}]).status == 400
    both = [{"dtlkey": keys[0], "dr": "12"}, {"dtlkey": keys[1], "localcr": "12.00"}]
    changed = update(call, "/journalentry", made, sdsdocdetail=both).value
    assert [(row["localdr"], row["localcr"]) for row in changed["sdsdocdetail"]] == [
        ("12.00", "0.00"),
        ("0.00", "12.00"),
    ]
    swapped = [
        {**changed["sdsdocdetail"][0], "dr": None, "localdr": None, "cr": "12"},
        {"dtlkey": keys[1], "cr": "0", "dr": "12"},
    ]
    again = update(call, "/journalentry", changed, sdsdocdetail=swapped).value
    assert [(row["localdr"], row["localcr"]) for row in again["sdsdocdetail"]] == [("0.00", "12.00"), ("12.00", "0.00")]


def test_foreign_journals_balance_in_home_currency(call: Caller) -> None:
    rows = [
        {"code": "310-004", "description": "a", "dr": "100"},
        {"code": "310-001", "description": "b", "localcr": "404.00"},
    ]
    made = call.good("POST", "/journalentry", {"docdate": "2026-02-03", "currencycode": "USD", "sdsdocdetail": rows})
    assert [(row["localdr"], row["cr"]) for row in made["sdsdocdetail"]] == [("404.00", "0.00"), ("0.00", "100.00")]


def test_vouchers_add_up_their_lines(call: Caller, worked: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    for voucher in worked["vouchers"]:
        rows = [{"code": "907-000", "description": "x", "amount": amount} for amount in voucher["amounts"]]
        body = {
            "docdate": "2026-02-03",
            "paymentmethod": "310-001",
            "docamt": "1.00",
            "description": "x",
            "sdsdocdetail": rows,
        }
        assert call.good("POST", "/paymentvoucher", body)["docamt"] == voucher["total"]


def test_a_vouchers_line_takes_the_tax_out_of_the_gross_once(call: Caller) -> None:
    row = {
        "code": "200-300",
        "description": "x",
        "amount": "2019.00",
        "tax": "TX",
        "taxrate": "6%",
        "taxinclusive": True,
    }
    body = {
        "docdate": "2026-02-03",
        "paymentmethod": "310-001",
        "docamt": "2019.00",
        "description": "x",
        "sdsdocdetail": [row],
    }
    made = call.good("POST", "/paymentvoucher", body)
    stored = made["sdsdocdetail"][0]
    assert (stored["amount"], stored["taxamt"], made["docamt"]) == ("1904.72", "114.28", "2019.00")
    again = update(call, "/paymentvoucher", made, sdsdocdetail=[{**stored, "description": "y"}]).value
    assert (again["sdsdocdetail"][0]["amount"], again["docamt"]) == ("1904.72", "2019.00")
    other = update(call, "/paymentvoucher", again, sdsdocdetail=[{**stored, "amount": "106.00"}]).value
    assert (other["sdsdocdetail"][0]["amount"], other["docamt"]) == ("100.00", "106.00")


# --- stock -------------------------------------------------------------------------------------------------------


def test_stock_goes_in_out_and_from_place_to_place(call: Caller) -> None:
    def there(code: str = "ANT") -> Decimal:
        return Decimal(item(call, code)["balsqty"])

    def move(path: str, code: str, **row: Any) -> Record:
        rows = [{"itemcode": "ANT", "description": "x", **row}]
        made: Record = call.good("POST", path, document(code, rows))
        return made

    start = there()
    received = move("/stockreceived", "", qty="3", uom="BOX", unitcost="145")
    assert there() == start + 30
    bill = move("/purchaseinvoice", "400-E0001", qty="5")
    assert there() == start + 35
    sold = move("/salesinvoice", "300-G0002", qty="2", uom="BOX")
    assert there() == start + 15
    moved = move("/stocktransfer", "300-A0002", qty="4", fromlocation="----", tolocation="BALAKONG")
    assert there() == start + 15
    move("/salesorder", "300-A0002", qty="100")
    assert there() == start + 15
    row = {"dtlkey": sold["sdsdocdetail"][0]["dtlkey"], "qty": "1"}
    sold = update(call, "/salesinvoice", sold, sdsdocdetail=[row]).value
    assert there() == start + 25
    update(call, "/salesinvoice", sold, cancelled=True)
    assert there() == start + 35
    for path, record in (("/stockreceived", received), ("/purchaseinvoice", bill), ("/stocktransfer", moved)):
        assert call("DELETE", f"{path}/{record['dockey']}").status == 200
    assert there() == start


def test_what_is_not_kept_in_stock_does_not_move(call: Caller) -> None:
    before = item(call, "INSTALL")["balsqty"]
    call.good("POST", "/salesinvoice", document(lines=[{"itemcode": "INSTALL", "qty": "7"}]))
    assert item(call, "INSTALL")["balsqty"] == before == "0.0000"


def test_opening_balances_count(call: Caller) -> None:
    opening = [{"location": "KL", "qty": "12", "cost": "1"}, {"location": "----", "qty": "3", "cost": "1"}]
    made = call.good("POST", "/stockitem", {"code": "N-1", "description": "New", "sdsopeningbalance": opening})
    assert made["balsqty"] == "15.0000"
    assert call("DELETE", f"/stockitem/{made['dockey']}").status == 200


def test_a_transfer_to_the_same_place_is_refused(call: Caller) -> None:
    rows = [{"itemcode": "ANT", "qty": "1", "fromlocation": "KL", "tolocation": "KL"}]
    assert call("POST", "/stocktransfer", {"docdate": "2026-02-03", "sdsdocdetail": rows}).status == 400


def test_worked_stock_amounts(call: Caller, worked: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    for row in worked["stock_amounts"]:
        rows = [{"itemcode": "ANT", "qty": row["quantity"], "unitcost": row["cost"]}]
        made = call.good("POST", "/stockreceived", {"docdate": "2026-02-03", "sdsdocdetail": rows})
        assert made["sdsdocdetail"][0]["amount"] == made["docamt"] == row["amount"]


# --- deletion ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/customer/300-G0002", "/agent/SY"])
def test_masters_in_use_stay(call: Caller, path: str) -> None:
    answer = call("DELETE", path)
    assert answer.status == 400
    assert "is used by" in answer.value["message"]


def test_masters_that_are_not_used_go(call: Caller) -> None:
    assert call("DELETE", "/agent/NSL").status == 200
    assert call("DELETE", "/customer/300-E0002").status == 200
    assert call("DELETE", f"/stockitem/{item(call, 'BOM-01/Black')['dockey']}").status == 200


def test_items_in_use_stay_and_keep_their_code(call: Caller) -> None:
    ant = item(call, "ANT")
    assert "is used by" in call("DELETE", f"/stockitem/{ant['dockey']}").value["message"]
    assert call("PUT", f"/stockitem/{ant['dockey']}", {"code": "ANT2"}).status == 400
    free = call.good("POST", "/stockitem", {"code": "N-1", "description": "New"})
    assert call.good("PUT", f"/stockitem/{free['dockey']}", {"code": "N-2"})["code"] == "N-2"


def test_a_use_ends_with_the_record_that_made_it(call: Caller) -> None:
    call.good("POST", "/agent", {"code": "TMP", "description": "x"})
    made = call.good("POST", "/salesinvoice", document(agent="TMP"))
    assert call("DELETE", "/agent/TMP").status == 400
    update(call, "/salesinvoice", made, agent="SY")
    assert call("DELETE", "/agent/TMP").status == 200
