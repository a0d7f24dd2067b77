"""A document that a workflow makes is of the day of the client's clock, unless its header names another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from drivers import LANGUAGES, driver_of
from sqlacc_codegen.ir import Api
from sqlacc_contract.sandbox import DEMO_ACCESS_KEY, DEMO_SECRET_KEY, Sandbox
from sqlacc_contract.sandbox.caller import Caller

NOON = "2026-01-22T04:00:00Z"  # of the same day from Honolulu to Auckland


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_date_it_is_of_today(language: str, api: Api, generated: Path) -> None:
    with Sandbox.serve(api, skew=None) as sandbox, driver_of(language, api, generated) as driver:
        order = Caller(sandbox).good("GET", "/salesorder/*?docno=SO-00001")["data"][0]["dockey"]
        scope = {"region": api.scopes[0].region, "service": api.scopes[0].service}
        keys = {"access_key": DEMO_ACCESS_KEY, "secret_key": DEMO_SECRET_KEY}
        driver.config(base_url=sandbox.url, clock=NOON, **keys, **scope)

        def made(workflow: str, args: dict[str, Any]) -> Any:
            asked = {"cmd": "call", "case": "c", "op": f"workflows.{workflow}", "args": args}
            body = driver.ask(asked).body
            assert "value" in body, body
            return body["value"]

        invoice = made("order_to_invoice", {"order": order})
        assert invoice["docdate"] == {"$date": "2026-01-22"}
        settled = {"invoice": invoice["dockey"], "paymentmethod": "310-001"}
        assert made("settle_invoice", settled)["docdate"] == {"$date": "2026-01-22"}
        other = made(
            "settle_invoice",
            {"invoice": 20, "paymentmethod": "310-001", "header": {"docdate": {"$date": "2026-01-25"}}},
        )
        assert other["docdate"] == {"$date": "2026-01-25"}
