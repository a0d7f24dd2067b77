"""Customers of a CRM (CSV) into the books: created when they are new, updated where they changed.

Run `python crm_customers.py crm_customers.csv --profile demo` as often as you like.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlacc_client import Client, SqlaccError
from sqlacc_client.models import Customer

HEADER = {"Code": "code", "Name": "companyname", "Terms": "creditterm", "TIN": "tin", "BRN": "idno"}
BRANCH = {
    "Contact": "attention",
    "Phone": "phone1",
    "Email": "email",
    "Address": "address1",
    "Postcode": "postcode",
    "City": "city",
    "State": "state",
}


def header(row: Mapping[str, str]) -> dict[str, Any]:
    return {field: row[column] for column, field in HEADER.items() if row[column]} | {"idtype": 1}


def branch(row: Mapping[str, str]) -> dict[str, str]:
    return {field: row[column] for column, field in BRANCH.items() if row[column]}


def store(client: Client, row: Mapping[str, str]) -> str:
    """Create or update one customer; what was done."""
    there = client.customers.find(code=row["Code"])
    if there is None:
        client.customers.create(header(row) | {"sdsbranch": [{"branchname": "BILLING", **branch(row)}]})
        return "created"
    changes = {name: value for name, value in header(row).items() if getattr(there, name) != value}
    changed_branch = changed_billing(there, branch(row))
    if changed_branch:
        changes["sdsbranch"] = [changed_branch]
    if not changes:
        return "unchanged"
    client.customers.update(there, changes)  # customers have no counter: read just before you write
    return f"updated {', '.join(changes)}"


def changed_billing(there: Customer, wanted: Mapping[str, str]) -> dict[str, Any]:
    """The fields of the billing branch that differ, with its key; nothing when none does."""
    for row in there.sdsbranch or ():
        if row.branchname == "BILLING":
            differing = {name: value for name, value in wanted.items() if getattr(row, name) != value}
            return {"dtlkey": row.dtlkey, **differing} if differing else {}
    return {"branchname": "BILLING", **wanted}


def run(client: Client, path: Path) -> int:
    """Store the file; the number of customers that could not be stored."""
    counts: Counter[str] = Counter()
    with path.open(newline="", encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            try:
                done = store(client, row)
                print(f"{row['Code']}: {done}")
                counts[done.split()[0]] += 1
            except SqlaccError as error:
                print(f"{row['Code']}: {error}")
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
