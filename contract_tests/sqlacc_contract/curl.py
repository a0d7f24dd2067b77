"""A request -> a curl command that signs anew with keys from the environment; no key or signature stands in it."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

DROPPED = {"authorization", "x-amz-date", "x-amz-content-sha256", "x-amz-security-token", "host", "user-agent"}
DROPPED |= {"accept-encoding", "connection", "content-length", "x-case", "transfer-encoding"}


def curl(exchange: Mapping[str, Any], base_url: str = "") -> str:
    """`exchange` as in the log: method, target, headers, body. `--aws-sigv4` makes curl sign."""
    base = shlex.quote(base_url.rstrip("/")) if base_url else '"$SQLACC_BASE_URL"'
    parts = [
        "curl --globoff --path-as-is",
        f"-X {shlex.quote(exchange['method'])}",
        '--aws-sigv4 "aws:amz:${SQLACC_REGION:-ap-southeast-5}:${SQLACC_SERVICE:-sqlaccount}"',
        '--user "$SQLACC_ACCESS_KEY:$SQLACC_SECRET_KEY"',
    ]
    for name, value in exchange.get("headers", ()):
        if name.lower() not in DROPPED:
            parts.append(f"-H {shlex.quote(f'{name}: {value}')}")
    if exchange.get("body"):
        parts.append(f"--data-binary {shlex.quote(exchange['body'])}")
    parts.append(base + shlex.quote(_sorted(exchange["target"])))
    return " \\\n  ".join(parts)


def _sorted(target: str) -> str:
    """The same request with its query in the order of the signature, which older versions of curl do not make."""
    path, mark, query = target.partition("?")
    return path + mark + "&".join(sorted(query.split("&")))
