"""Requests that nobody would send on purpose, and long random lives: clear answers, and records that agree."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from sqlacc_codegen.ir import Api, Object
from sqlacc_contract.sandbox import Request, Sandbox, audit
from sqlacc_contract.sandbox.caller import Answer, Caller

RELAXED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
# New values each time but in CI: what fails says by which line it is drawn again.
AS_EVER: Any = {"deadline": None, "suppress_health_check": RELAXED, "print_blob": True}
OBJECTS = sorted(path.stem for path in (Path(__file__).parent.parent / "spec" / "objects").glob("*.yaml"))
_NUMBERS = st.one_of(
    st.integers(),
    st.integers(10**15, 10**40),
    st.decimals(allow_nan=False, allow_infinity=False, places=3).map(str),
    st.sampled_from(
        ["0", "-0", "1e9", "1E+2", "00.10", ".5", "5.", "9" * 19, "0." + "9" * 19, "-1", "NaN", "∞", "1,5", "٣"]
    ),
    st.floats(allow_nan=False, allow_infinity=False),
)
_VALUES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        _NUMBERS,
        st.text(max_size=60),
        st.sampled_from(
            ["----", "", "300-G0002", "ANT", "SY", "USD", "IV", "SO", "2026-02-30", "0001-01-01", "9999-12-31"]
        ),
        st.just("x" * 400),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def call(api: Api) -> Iterator[Caller]:
    sandbox = Sandbox(api)
    yield Caller(sandbox)
    sandbox.close()


def names(object: Object) -> list[str]:
    inner = [field.wire for _, table in object.all_tables() for field in table.fields]
    return [*object.by_wire, *object.tables, *inner, "udf_x", "unknown", "DocNo"]


@st.composite
def bodies(draw: st.DrawFn, object: Object) -> Any:
    """A good payload with some of its values replaced, or a body made of field names and anything."""
    payload = copy.deepcopy(draw(st.sampled_from([example.payload for example in object.examples])))
    known = st.sampled_from(names(object))
    rows: list[Any] = [payload]
    for table in object.tables:
        if draw(st.integers(0, 4)) == 0:
            payload[table] = draw(st.lists(st.dictionaries(known, _VALUES, max_size=5), max_size=3))
        rows += [row for row in payload.get(table, ()) if isinstance(row, dict)]
    for _ in range(draw(st.integers(0, 3))):
        draw(st.sampled_from(rows))[draw(known)] = draw(_VALUES)
    return payload


def clear(answer: Answer) -> None:
    """An answer that is either good or a refusal in words; never a fault of the sandbox's own."""
    assert answer.status < 500, answer.value
    if answer.status >= 400:
        assert answer.value["message"]


@pytest.mark.slow
@pytest.mark.parametrize("id", OBJECTS)
def test_no_body_brings_the_sandbox_down(api: Api, call: Caller, id: str) -> None:
    object = api.object(id)
    sandbox = call.sandbox

    @settings(max_examples=60, **AS_EVER)
    @given(body=bodies(object), change=bodies(object), counter=st.sampled_from([1, 1, 1, None, 0, "1", 2**70]))
    def check(body: Any, change: Any, counter: Any) -> None:
        sandbox.reset()
        before = sandbox.counts()
        made = call("POST", object.path, json.dumps(body).encode())
        clear(made)
        if made.status != 200:
            assert sandbox.counts() == before
        else:
            key = made.value[object.key]
            if object.counter:
                change[object.counter] = counter
            path = f"{object.path}/{key}"
            if isinstance(key, int) or (key.isascii() and key.isalnum()):
                clear(call("PUT", path, json.dumps(change).encode()))
                clear(call("GET", path))
                clear(call("GET", path, headers={"content-type": "application/pdf"}))
                clear(call("DELETE", path))
        clear(call("GET", object.path))
        assert audit.findings(sandbox.desk) == []

    check()


@settings(max_examples=300, **AS_EVER)
@given(
    body=st.one_of(
        st.binary(max_size=80), st.text(max_size=80).map(str.encode), _VALUES.map(lambda v: json.dumps(v).encode())
    )
)
def test_no_bytes_bring_the_sandbox_down(call: Caller, body: bytes) -> None:
    for method, path in (("POST", "/salesinvoice"), ("PUT", "/agent/SY"), ("POST", "/customerpayment")):
        clear(call(method, path, body))


_PIECES = st.sampled_from(
    [
        *("/", "//", "..", ".", "%2e", "%2F", "%00", "%ff", "%zz", "%", "*", "%2A", ";", ":", "@", "~", "'", "\\"),
        *("salesinvoice", "agent", "customer", "sandbox", "SY", "-1", "0", "1", "99999999999999999999"),
    ]
)
_TARGETS = st.lists(_PIECES, max_size=6).map(lambda parts: "/" + "".join(parts))
_QUERIES = st.lists(
    st.tuples(
        st.sampled_from(
            ["docno", "code", "offset", "limit", "lastmodified", "docamt", "cancelled", "udf_x", "search", "'--"]
        ),
        st.sampled_from(
            [
                "",
                "=",
                "=1",
                "=-1",
                "=*",
                "=[a-z]*",
                "=' OR 1=1 --",
                "=%27",
                "=%00",
                "=%ff",
                "==",
                "=true",
                "=99999999999999999999",
            ]
        ),
    ).map(lambda pair: "".join(pair).replace(" ", "%20")),
    max_size=4,
).map("&".join)


@pytest.mark.slow
@settings(max_examples=500, **AS_EVER)
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "GET", "GET"]),
    path=_TARGETS,
    query=_QUERIES,
)
def test_no_target_brings_the_sandbox_down(call: Caller, method: str, path: str, query: str) -> None:
    target = path + (f"?{query}" if query else "")
    answer = call(method, target, b'{"code":"SY","description":"x"}' if method in {"POST", "PUT"} else None)
    clear(answer)
    if path.startswith("/sandbox"):
        assert answer.status in {200, 400, 404}


@settings(max_examples=200, **AS_EVER)
@given(
    name=st.sampled_from(
        [b"authorization", b"content-type", b"x-amz-date", b"host", b"x-case", b"x-amz-security-token"]
    ),
    value=st.binary(max_size=60),
)
def test_no_header_brings_the_sandbox_down(call: Caller, name: bytes, value: bytes) -> None:
    request = call.request("GET", "/salesinvoice/1")
    headers = [(header, old) for header, old in request.headers if header != name]
    for changed in ([*headers, (name, value)], [*request.headers, (name, value)]):
        response = call.sandbox.respond(Request("GET", request.path, b"", changed))
        assert response.status in {200, 400, 401}
    assert call.sandbox.log.last().as_json()


# --- long lives --------------------------------------------------------------------------------------------------


class Life(RuleBasedStateMachine):
    """Orders, invoices, payments and stock, made, changed, voided and deleted in any order."""

    api: Api
    chosen: dict[str, str] = {}

    def __init__(self) -> None:
        super().__init__()
        self.call = Caller(Sandbox(self.api, readings=self.chosen))
        self.records: dict[str, dict[int, Any]] = {
            path: {} for path in ("/salesorder", "/salesinvoice", "/customerpayment")
        }

    def teardown(self) -> None:
        self.call.sandbox.close()

    def keep(self, path: str, answer: Answer) -> None:
        clear(answer)
        if answer.status == 200:
            self.records[path][answer.value["dockey"]] = answer.value

    def reread(self) -> None:
        """Other records may have changed through one that was saved."""
        for key in self.records["/salesorder"]:
            self.records["/salesorder"][key] = self.call.good("GET", f"/salesorder/{key}")["data"][0]

    @rule(items=st.lists(st.sampled_from(["ANT", "COVER", "HFK"]), min_size=1, max_size=3), quantity=st.integers(1, 9))
    def order(self, items: list[str], quantity: int) -> None:
        rows = [{"itemcode": item, "qty": quantity} for item in items]
        self.keep(
            "/salesorder",
            self.call("POST", "/salesorder", {"docdate": "2026-02-03", "code": "300-G0002", "sdsdocdetail": rows}),
        )

    @precondition(lambda self: self.records["/salesorder"])
    @rule(data=st.data(), quantity=st.integers(1, 9))
    def transfer(self, data: st.DataObject, quantity: int) -> None:
        order = data.draw(st.sampled_from(list(self.records["/salesorder"].values())))
        row = data.draw(st.sampled_from(order["sdsdocdetail"]))
        link = {"fromdoctype": "SO", "fromdockey": order["dockey"], "fromdtlkey": row["dtlkey"]}
        rows = [
            {"itemcode": row["itemcode"], "qty": quantity, **link},
            {"description": "work", "qty": 1, "unitprice": "3.33"},
        ]
        self.keep(
            "/salesinvoice",
            self.call("POST", "/salesinvoice", {"docdate": "2026-02-03", "code": "300-G0002", "sdsdocdetail": rows}),
        )
        self.reread()

    @precondition(lambda self: self.records["/salesinvoice"])
    @rule(data=st.data(), part=st.sampled_from(["1", "0.5", "1.2"]))
    def pay(self, data: st.DataObject, part: str) -> None:
        invoice = data.draw(st.sampled_from(list(self.records["/salesinvoice"].values())))
        amount = f"{float(invoice['docamt']) * float(part):.2f}"
        rows = [{"doctype": "IV", "docno": invoice["docno"], "koamt": amount, "knockoff": True}]
        body = {
            "docdate": "2026-02-03",
            "code": "300-G0002",
            "paymentmethod": "310-001",
            "docamt": amount,
            "sdsknockoff": rows,
        }
        self.keep("/customerpayment", self.call("POST", "/customerpayment", body))

    def any_record(self, data: st.DataObject) -> tuple[str, Any]:
        path = data.draw(st.sampled_from([path for path, records in self.records.items() if records]))
        return path, data.draw(st.sampled_from(list(self.records[path].values())))

    @precondition(lambda self: any(self.records.values()))
    @rule(data=st.data(), void=st.booleans())
    def void(self, data: st.DataObject, void: bool) -> None:
        path, record = self.any_record(data)
        body = {"updatecount": (record["updatecount"] or 0) + 1, "cancelled": void}
        self.keep(path, self.call("PUT", f"{path}/{record['dockey']}", body))
        self.reread()

    @precondition(lambda self: self.records["/salesorder"])
    @rule(
        data=st.data(),
        quantity=st.integers(0, 12),
        remove=st.booleans(),
        path=st.sampled_from(["/salesorder", "/salesinvoice"]),
    )
    def change(self, data: st.DataObject, quantity: int, remove: bool, path: str) -> None:
        record = data.draw(st.sampled_from(list((self.records[path] or self.records["/salesorder"]).values())))
        path = path if self.records[path] else "/salesorder"
        rows = record["sdsdocdetail"]
        chosen = data.draw(st.sampled_from(rows))
        kept = [row for row in rows if row is not chosen]
        body = {
            "updatecount": (record["updatecount"] or 0) + 1,
            "sdsdocdetail": kept if remove else [{**row, "qty": quantity} if row is chosen else row for row in rows],
        }
        self.keep(path, self.call("PUT", f"{path}/{record['dockey']}", body))
        self.reread()

    @precondition(lambda self: any(self.records.values()))
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        path, record = self.any_record(data)
        answer = self.call("DELETE", f"{path}/{record['dockey']}")
        clear(answer)
        if answer.status == 200:
            del self.records[path][record["dockey"]]
        self.reread()

    @invariant()
    def all_agrees(self) -> None:
        assert audit.findings(self.call.sandbox.desk) == []
        for path, records in self.records.items():
            for key, record in records.items():
                assert self.call.good("GET", f"{path}/{key}")["data"][0] == record


@pytest.mark.slow
@pytest.mark.parametrize(
    "chosen",
    [
        {},
        {"omitted_lines": "deleted", "negative_stock": "refused", "cancelled_transfer": "keeps"},
        {"line_seq": "thousands", "amounts": "computed", "rounding_tie": "half_even"},
    ],
    ids=["default", "strict", "other"],
)
def test_records_agree_through_long_lives(api: Api, chosen: dict[str, str]) -> None:
    machine = type("Life", (Life,), {"api": api, "chosen": chosen})
    case = machine.TestCase
    case.settings = settings(max_examples=6, stateful_step_count=30, **AS_EVER)
    case("runTest").runTest()
