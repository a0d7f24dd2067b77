"""Items of a catalogue (CSV) into the books, with base unit, prices and tax codes.

Run `python items_to_catalogue.py items_to_catalogue.csv --profile demo` as often as you like: an item that is there is
updated where its name or prices changed.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlacc_client import Client, SqlaccError
from sqlacc_client.models import StockItem


def item(row: Mapping[str, str]) -> dict[str, Any]:
    """A stock item. Tax codes are sent even when they are empty, so that no default of the database steps in."""
    unit = {"uom": row["Unit"], "rate": "1.0000", "refcost": row["Cost"], "refprice": row["Price"], "isbase": 1}
    return {
        "code": row["SKU"],
        "description": row["Name"],
        "stockgroup": row["Group"],
        "sltax": row["SalesTax"],
        "phtax": row["PurchaseTax"],
        "irbm_classification": row["Class"],
        "sdsuom": [unit],
    }


def store(client: Client, row: Mapping[str, str]) -> str:
    """Create or update one item; what was done."""
    ensured = client.stock_items.ensure(item(row), by="code")
    if ensured.created:
        return "created"
    there = ensured.record
    if not changed(there, row):
        return "unchanged"
    client.stock_items.update(there)  # everything that was read goes back, the changed unit among it
    return "updated"


def changed(there: StockItem, row: Mapping[str, str]) -> bool:
    """Bring the record up to date; whether anything was different."""
    different = there.description != row["Name"]
    there.description = row["Name"]
    for unit in there.sdsuom or ():
        if unit.uom == row["Unit"]:
            prices = (Decimal(row["Cost"]), Decimal(row["Price"]))
            different = different or (unit.refcost, unit.refprice) != prices
            unit.refcost, unit.refprice = prices
    return different


def run(client: Client, path: Path) -> int:
    """Store the file; the number of items that could not be stored."""
    counts: Counter[str] = Counter()
    with path.open(newline="", encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            try:
                done = store(client, row)
                print(f"{row['SKU']}: {done}")
                counts[done.split()[0]] += 1
            except SqlaccError as error:
                print(f"{row['SKU']}: {error}")
                counts["failed"] += 1
    print(", ".join(f"{count} {status}" for status, count in counts.items()) or "nothing to do")
    return counts["failed"]


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("file", type=Path)
    arguments.add_argument("--profile")
    given = arguments.parse_args()
    with Client(profile=given.profile) as sqlacc:
        sys.exit(1 if run(sqlacc, given.file) else 0)
