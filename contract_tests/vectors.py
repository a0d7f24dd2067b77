"""Requests to sign, drawn from a seed, and what botocore makes of them: the independent witness of signatures."""

from __future__ import annotations

import json
import random
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import quote

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

CLOCKS = [
    "2026-01-01T00:00:00Z",
    "2026-12-31T23:59:59Z",
    "2024-02-29T12:34:56Z",
    "2026-03-31T16:00:00Z",  # midnight in Malaysia
    "2026-11-30T23:59:59Z",
]
KEYS = ["AKIDEXAMPLE", "0123456789abcdef0123456789abcdef.sql.my/APIUSER", "a.b/c d+e"]
SECRETS = ["wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "s3cret/with+signs="]
SCOPES = [("ap-southeast-5", "sqlaccount"), ("ap-southeast-1", "execute-api")]
WORDS = [
    "IV-00001",
    "--IV-Test--",
    "A B",
    "a/b",
    "(x)!'",
    "中é",
    "😀",
    "100%",
    "a+b",
    "~",
    "*",
    "300*",
    "..",
    ".",
    "a;b",
    "a=b&c",
    '"',
    "%2A",
]
PATHS = ["/salesinvoice", "/customer", "/stockitem", "/purchaseinvoice/", "/a/b/c", "/"]
UNRESERVED = "-._~"


@dataclass(frozen=True)
class Vector:
    """A request to sign and with what."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    clock: str
    access_key: str
    secret_key: str
    region: str
    service: str

    def message(self) -> dict[str, Any]:
        return {
            "cmd": "sign",
            "method": self.method,
            "url": self.url,
            "headers": dict(self.headers),
            "body_b64": b64encode(self.body).decode(),
            "clock": self.clock,
        }


def vectors(count: int, seed: int = 1) -> Iterator[Vector]:
    """Grouped by keys and scope, since those are settings of a client."""
    draw = random.Random(seed)
    groups = [(key, secret, scope) for key in KEYS[:2] for secret in SECRETS for scope in SCOPES]
    for index in range(count):
        key, secret, (region, service) = groups[index * len(groups) // count]
        method = draw.choice(["GET", "GET", "POST", "PUT", "DELETE"])
        body = _body(draw) if method in ("POST", "PUT") else b""
        headers = {"content-type": "application/json"} if body else {}
        if method == "GET" and draw.random() < 0.2:
            report = draw.choice(["Sales Invoice 8 (SST 1)", "Sales  Invoice   8"])
            headers = {"content-type": f"application/pdf;template={report}"}
        yield Vector(method, _url(draw), headers, body, _clock(draw), key, secret, region, service)


def _url(draw: random.Random) -> str:
    path = draw.choice(PATHS)
    form = draw.random()
    if form < 0.25:
        path = path.rstrip("/") + "/*"
    elif form < 0.7:
        path = path.rstrip("/") + "/" + quote(draw.choice(WORDS[:9] + WORDS[13:]), safe=UNRESERVED)
    pairs = [
        f"{draw.choice(['docno', 'code', 'offset', 'limit', 'a', 'A', 'z-1'])}={_value(draw)}"
        for _ in range(draw.randrange(4))
    ]
    return f"https://api.sql.my{path}" + (f"?{'&'.join(pairs)}" if pairs else "")


def _value(draw: random.Random) -> str:
    """As the clients encode filter values: `*` and `~` stay literal."""
    return quote(draw.choice([*WORDS, "", "0", "50"]), safe=UNRESERVED + "*")


def _body(draw: random.Random) -> bytes:
    return json.dumps({"docno": draw.choice(WORDS), "n": draw.randrange(10**6)}, ensure_ascii=False).encode()


def _clock(draw: random.Random) -> str:
    if draw.random() < 0.5:
        return draw.choice(CLOCKS)
    moment = datetime(2025, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=draw.randrange(2 * 365 * 86400))
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def botocore_authorization(vector: Vector, sent: Mapping[str, str]) -> tuple[str, str]:
    """The canonical request and Authorization that botocore gives for the headers a client sends."""
    headers = {name: value for name, value in sent.items() if name.lower() != "authorization"}
    request = AWSRequest(vector.method, vector.url, headers=headers, data=vector.body)
    stamp = vector.clock.replace("-", "").replace(":", "")
    request.context["timestamp"] = stamp
    auth = SigV4Auth(Credentials(vector.access_key, vector.secret_key), vector.service, vector.region)
    canonical = auth.canonical_request(request)
    signature = auth.signature(auth.string_to_sign(request, canonical), request)
    signed = auth.signed_headers(auth.headers_to_sign(request))
    scope = f"{stamp[:8]}/{vector.region}/{vector.service}/aws4_request"
    return canonical, (
        f"AWS4-HMAC-SHA256 Credential={vector.access_key}/{scope}, SignedHeaders={signed}, Signature={signature}"
    )
