"""Postings of another system (CSV) into journal entries, customer payments and payment vouchers.

Run `python postings_to_ledger.py postings_to_ledger.csv --profile demo`. The voucher's number becomes the document's
number, so a posting that is there already is found, not booked again.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlacc_client import Client, SqlaccError

Row = dict[str, str]


def journal_entry(rows: list[Row]) -> dict[str, Any]:
    lines = []
    for row in rows:
        amount = {"localdr": row["Debit"]} if row["Debit"] else {"localcr": row["Credit"]}
        lines.append({"code": row["Account"], "description": row["Text"], **amount})
    return {**header(rows), "sdsdocdetail": lines}


def customer_payment(rows: list[Row]) -> dict[str, Any]:
    settled = [
        {"doctype": "IV", "docno": row["Invoice"], "koamt": row["Amount"], "knockoff": True}
        for row in rows
        if row["Invoice"]
    ]
    money = {"code": rows[0]["Customer"], "paymentmethod": rows[0]["Bank"], "docamt": total(rows)}
    return {**header(rows), **money, "sdsknockoff": settled}


def payment_voucher(rows: list[Row]) -> dict[str, Any]:
    lines = [{"code": row["Account"], "description": row["Text"], "amount": row["Amount"]} for row in rows]
    return {**header(rows), "paymentmethod": rows[0]["Bank"], "docamt": total(rows), "sdsdocdetail": lines}


def header(rows: list[Row]) -> dict[str, Any]:
    return {"docno": rows[0]["Voucher"], "docdate": rows[0]["Date"], "description": rows[0]["Text"]}


def total(rows: list[Row]) -> Decimal:
    return sum((Decimal(row["Amount"]) for row in rows), Decimal("0.00"))


def run(client: Client, path: Path) -> int:
    """Book the file; the number of vouchers that could not be booked."""
    vouchers: dict[tuple[str, str], list[Row]] = {}
    with path.open(newline="", encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            vouchers.setdefault((row["Kind"], row["Voucher"]), []).append(row)
    counts: Counter[str] = Counter()
    for (kind, number), rows in vouchers.items():
        try:
            if kind == "journal":
                created = client.journal_entries.ensure(journal_entry(rows), by="docno").created
            elif kind == "receipt":
                created = client.customer_payments.ensure(customer_payment(rows), by="docno").created
            elif kind == "payment":
                created = client.payment_vouchers.ensure(payment_voucher(rows), by="docno").created
            else:
                raise SystemExit(f"{number}: {kind!r} is none of journal, receipt, payment")
        except SqlaccError as error:
            status = "failed"
            print(f"{kind} {number}: {error}")
        else:
            status = "created" if created else "found"
            print(f"{kind} {number}: {status}")
        counts[status] += 1
    print(", ".join(f"{count} {status}" for status, count in counts.items()) or "nothing to do")
    return counts["failed"]


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("file", type=Path)
    arguments.add_argument("--profile")
    given = arguments.parse_args()
    with Client(profile=given.profile) as sqlacc:
        sys.exit(1 if run(sqlacc, given.file) else 0)
