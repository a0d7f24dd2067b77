"""What the real specs must keep: no field lost unnoticed, evidence everywhere, samples that agree with each other."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from sqlacc_codegen.ir import Api, ErrorForm, Field, Object
from sqlacc_codegen.lint import check_spec
from sqlacc_codegen.load import load

SPEC = Path(__file__).parents[2] / "spec"
API: Api = load(SPEC)

# Counted against the sources when the specs were written: a field that goes must go on purpose, here too.
FIELDS = {
    "agent": {"": 3},
    "customer": {"": 44, "sdsbranch": 22, "sdscreditcontrol": 5, "sdsbankacc": 10, "sdstariff": 5},
    "customer_payment": {"": 43, "sdsknockoff": 28},
    "journal_entry": {"": 20, "sdsdocdetail": 20},
    "payment_voucher": {"": 64, "sdsdocdetail": 19},
    "purchase_invoice": {"": 88, "sdsdocdetail": 55, "sdsdocdetail.sdsserialnumber": 1},
    "sales_invoice": {"": 85, "sdsdocdetail": 46, "sdsdocdetail.sdsserialnumber": 1},
    "sales_order": {"": 82, "sdsdocdetail": 45},
    "stock_item": {
        "": 42,
        "sdsuom": 10,
        "sdsbarcode": 4,
        "sdssupplieritem": 5,
        "sdscustomeritem": 5,
        "sdsaltstockitem": 2,
        "sdsbom": 12,
        "sdscategory": 2,
        "sdsopeningbalance": 10,
        "sdssupplierprice": 13,
        "sdscustomerprice": 13,
    },
    "stock_received": {"": 22, "sdsdocdetail": 23},
    "stock_transfer": {"": 25, "sdsdocdetail": 32},
}
GRADES = {"documented": 735, "observed": 108, "inferred": 63}


def every_field(object: Object) -> list[Field]:
    return [*object.fields, *(field for _, table in object.all_tables() for field in table.fields)]


def test_the_specs_are_sound() -> None:
    assert [str(problem) for problem in check_spec(SPEC)] == []


@pytest.mark.parametrize("id", FIELDS)
def test_no_field_is_lost(id: str) -> None:
    object = API.object(id)
    tables = {".".join(path): len(table.fields) for path, table in object.all_tables()}
    assert {"": len(object.fields)} | tables == FIELDS[id]


def test_every_field_has_evidence() -> None:
    fields = [field for id in FIELDS for field in every_field(API.object(id))]
    assert Counter(field.evidence.grade for field in fields) == GRADES
    tags = {source.tag for source in API.sources}
    for field in fields:
        assert set(field.evidence.sources) <= tags
        assert field.evidence.sources or field.evidence.grade == "inferred"


def test_exceptions_to_the_kinds_are_kept() -> None:
    assert {id: API.object(id).key for id in ("stock_item", "customer", "agent")} == {
        "stock_item": "dockey",
        "customer": "code",
        "agent": "code",
    }
    assert {object.id for object in API.objects if object.counter is None} == {"agent", "customer", "stock_item"}
    assert API.object("purchase_invoice").identity == ("docno", "code")
    assert API.object("stock_received").other_paths == ("/stockadjustment",)


def test_personal_data_is_marked_in_every_table() -> None:
    private = re.compile(
        r"^d?(companyname2?|address\d|postcode|attention|phone\d|mobile|fax\d|email|tin|idno|accno|accname)$"
    )
    for object in API.objects:
        for field in every_field(object):
            if private.match(field.wire):
                assert field.personal, f"{object.id}.{field.wire}"


def test_readings_have_a_default_and_a_rival() -> None:
    for reading in API.readings:
        values = [choice.value for choice in reading.choices]
        assert reading.default in values
        assert len(set(values)) == len(values) >= 2


@pytest.mark.parametrize("form", [form for form in API.errors if form.pattern], ids=lambda form: form.message[:30])
def test_an_error_is_filed_under_its_own_kind(form: ErrorForm) -> None:
    """The first form that fits wins, so none may hide behind another."""
    fitting = (
        other
        for other in API.errors
        if other.status in (0, form.status or 400) and re.search(other.pattern, form.message, re.IGNORECASE)
    )
    assert next(fitting).kind == form.kind


def test_every_object_shows_how_it_is_used() -> None:
    for object in API.objects:
        assert {example.purpose for example in object.examples} == {"minimum", "full", "update"}
    taxed = {o.id for o in API.objects if any(e.regime for e in o.examples)}
    assert {"sales_order", "sales_invoice", "purchase_invoice", "payment_voucher", "journal_entry"} <= taxed
    for id in taxed:
        assert {example.regime for example in API.object(id).examples} >= {"gst", "sst"}


def test_the_five_recipes_are_there() -> None:
    recipes = {workflow.id for workflow in API.workflows if workflow.kind == "recipe"}
    assert recipes == {
        "orders_to_invoices",
        "bills_to_purchase_invoices",
        "postings_to_ledger",
        "crm_customers",
        "items_to_catalogue",
    }
    for workflow in API.workflows:
        if workflow.kind == "recipe":
            assert workflow.args["sample"]
            assert all(target["by"] for target in workflow.args["targets"])
