"""Orders of a shop (CSV) into sales invoices: one for each order, none of them twice.

Run `python orders_to_invoices.py orders_to_invoices.csv --profile demo`. Run it again after an interruption: the
journal beside the CSV file and the order's number in docref1 keep an order from being booked a second time.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from sqlacc_client import BatchResult, Client
from sqlacc_client.models import SalesInvoice, SalesInvoiceLine


def invoices(path: Path) -> Iterator[SalesInvoice]:
    """An invoice for each order; the rows of an order become its lines."""
    orders: dict[str, list[dict[str, str]]] = {}
    with path.open(newline="", encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            orders.setdefault(row["Order"], []).append(row)
    for number, rows in orders.items():
        # validated by the model: texts become dates and Decimals, and nothing is rounded on the way
        yield SalesInvoice.model_validate(
            {
                "docref1": number,
                "docdate": rows[0]["Date"],
                "code": rows[0]["Customer"],
                "description": "Web shop",
                "sdsdocdetail": [line(row) for row in rows],
            }
        )


def line(row: dict[str, str]) -> SalesInvoiceLine:
    tax = {"tax": row["Tax"], "taxrate": row["Rate"]} if row["Tax"] else {}
    return SalesInvoiceLine.model_validate(
        {"itemcode": row["SKU"], "qty": row["Quantity"], "unitprice": row["Price"], **tax}
    )


def show(result: BatchResult[SalesInvoice], done: int) -> None:
    number = result.record.docno if result.record else result.error or "by an earlier run"
    print(f"{done}: {result.status} {number}")


def run(client: Client, path: Path) -> int:
    """Book the file; the number of orders that could not be booked."""
    results = client.sales_invoices.ensure_many(
        invoices(path), by="docref1", journal=path.with_suffix(".journal"), progress=show
    )
    counts = Counter(result.status for result in results)
    print(", ".join(f"{count} {status}" for status, count in counts.items()) or "nothing to do")
    return len(results) - counts["created"] - counts["found"]


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("file", type=Path)
    arguments.add_argument("--profile")
    given = arguments.parse_args()
    with Client(profile=given.profile) as sqlacc:
        sys.exit(1 if run(sqlacc, given.file) else 0)
