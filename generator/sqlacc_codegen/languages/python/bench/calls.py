"""Calls of the client and bare signed requests -> milliseconds of each; `run.sh` says how it is started."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import sys
import time
from collections.abc import Callable
from functools import reduce
from typing import Any

import requests
from sqlacc_client import Client

BASE, ACCESS, SECRET = (os.environ[f"SQLACC_{name}"] for name in ("BASE_URL", "ACCESS_KEY", "SECRET_KEY"))
NAMES = "host;x-amz-content-sha256;x-amz-date"
LINE = {"itemcode": "ANT", "qty": "2.00", "unitprice": "25.10"}
NEW = {"code": "300-G0002", "docdate": "2026-01-15", "sdsdocdetail": [LINE, LINE, LINE]}
ROUNDS = 7

session = requests.Session()
invoices = Client().sales_invoices


def mac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")


def bare(method: str, target: str, record: Any = None) -> Any:
    """The least that a signed request takes."""
    body = b"" if record is None else json.dumps(record).encode()
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    scope = f"{stamp[:8]}/ap-southeast-5/sqlaccount/aws4_request"
    path, _, query = target.partition("?")
    digest = hashlib.sha256(body).hexdigest()
    headers = {"host": BASE.partition("//")[2], "x-amz-content-sha256": digest, "x-amz-date": stamp}
    lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
    canonical = f"{method}\n{path}\n{query}\n{lines}\n{NAMES}\n{digest}"
    text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = mac(reduce(mac, scope.split("/"), f"AWS4{SECRET}".encode()), text).hex()
    headers["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={ACCESS}/{scope}, SignedHeaders={NAMES}, Signature={signature}"
    )
    return session.request(method, BASE + target, headers=headers, data=body).json()


def best(calls: int, *works: Callable[[], Any]) -> list[float]:
    """Milliseconds of a call of each, the best of several rounds taken in turn."""
    found = [float("inf") for _ in works]
    for _ in range(ROUNDS):
        for place, work in enumerate(works):
            start = time.perf_counter()
            for _ in range(calls):
                work()
            found[place] = min(found[place], (time.perf_counter() - start) / calls * 1000)
    return found


stored = bare("GET", "/salesinvoice/35")["data"][0]
read = invoices.get(35)
changed = {**stored, "description": "changed", "updatecount": stored["updatecount"] + 1}
page = "/salesinvoice?limit=50&offset=0"
for call, by_hand, by_client in (
    ("create", lambda: bare("POST", "/salesinvoice", NEW)["docno"], lambda: invoices.create(NEW).docno),
    ("get", lambda: bare("GET", "/salesinvoice/35")["data"][0]["docamt"], lambda: invoices.get(35).docamt),
    (
        "update",
        lambda: bare("PUT", "/salesinvoice/35", changed)["docno"],
        lambda: invoices.update(read, description="changed").docno,
    ),
    (
        "list",
        lambda: [row["docamt"] for row in bare("GET", page)["data"]],
        lambda: [row.docamt for row in invoices.list()],
    ),
):
    bare_ms, client_ms = best(int(sys.argv[1]), by_hand, by_client)
    print(json.dumps({"call": call, "bare_ms": bare_ms, "client_ms": client_ms}))
