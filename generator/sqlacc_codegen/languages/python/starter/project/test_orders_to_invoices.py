"""The orders of the sample become invoices, once, however often the program runs. No network is used."""

from __future__ import annotations

from pathlib import Path

from orders_to_invoices import run
from sqlacc_client.testing import MemoryServer, fake_client

SAMPLE = Path(__file__).with_name("orders_to_invoices.csv")


def test_each_order_becomes_one_invoice(tmp_path: Path) -> None:
    orders = tmp_path / "orders.csv"
    orders.write_bytes(SAMPLE.read_bytes())
    server = MemoryServer()
    client = fake_client(server)
    assert run(client, orders) == 0
    first, second = server.records("sales_invoice").values()
    assert (first["docref1"], second["docref1"]) == ("WEB-5001", "WEB-5002")
    assert [(line["itemcode"], line["qty"]) for line in first["sdsdocdetail"]] == [("ANT", "2"), ("HFK", "1")]
    orders.with_suffix(".journal").unlink()  # even without the journal the orders are found
    assert run(client, orders) == 0
    assert len(server.records("sales_invoice")) == 2
