"""Suppliers' bills (CSV) into purchase invoices, under the number that the supplier printed, none of them twice.

Run `python bills_to_purchase_invoices.py bills_to_purchase_invoices.csv --profile demo`. Two suppliers may use the
same number, so a bill is looked for by number and supplier.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlacc_client import BatchResult, Client
from sqlacc_client.models import PurchaseInvoice


def bills(path: Path) -> Iterator[dict[str, Any]]:
    """A purchase invoice for each bill of each supplier, as a mapping of wire names."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    with path.open(newline="", encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            bill = found.setdefault(
                (row["Supplier"], row["Bill"]),
                {"docno": row["Bill"], "code": row["Supplier"], "docdate": row["Date"], "sdsdocdetail": []},
            )
            columns = {
                "itemcode": row["SKU"],
                "description": row["Text"],
                "account": row["Account"],
                "qty": row["Quantity"],
                "unitprice": row["Price"],
                "tax": row["Tax"],
                "taxrate": row["Rate"],
            }
            # what is left out the server fills in; an empty text would be stored as it is
            bill["sdsdocdetail"].append({name: value for name, value in columns.items() if value})
    yield from found.values()


def show(result: BatchResult[PurchaseInvoice], done: int) -> None:
    number = result.record.docno if result.record else result.error or "by an earlier run"
    print(f"{done}: {result.status} {number}")


def run(client: Client, path: Path) -> int:
    """Book the file; the number of bills that could not be booked."""
    results = client.purchase_invoices.ensure_many(
        bills(path), by=("docno", "code"), journal=path.with_suffix(".journal"), progress=show
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
