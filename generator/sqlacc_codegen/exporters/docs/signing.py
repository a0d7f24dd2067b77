"""One request -> every value on the way to its AWS Signature Version 4, computed for the page about signing."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from ...ir import Api

ACCESS_KEY = "0123456789abcdef0123456789abcdef.sql.my/APIUSER"
SECRET_KEY = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"  # noqa: S105 - the example key that AWS publishes
MOMENT = "20260115T093000Z"


def worked(api: Api, method: str, target: str, body: str = "") -> Mapping[str, str]:
    """The values by name; `target` is path and query as they go out."""
    scope, host = api.scopes[0], urlsplit(api.base_url).netloc
    path, _, query = target.partition("?")
    day = MOMENT[:8]
    signed = "host;x-amz-date"
    canonical_path = quote(path, safe="/-_.~")
    canonical_query = "&".join(sorted(query.split("&")))
    body_hash = _sha256(body)
    canonical = "\n".join(
        (method, canonical_path, canonical_query, f"host:{host}", f"x-amz-date:{MOMENT}", "", signed, body_hash)
    )
    place = f"{day}/{scope.region}/{scope.service}/aws4_request"
    to_sign = "\n".join(("AWS4-HMAC-SHA256", MOMENT, place, _sha256(canonical)))
    keys = [f"AWS4{SECRET_KEY}".encode()]
    for part in place.split("/"):
        keys.append(_hmac(keys[-1], part))
    signature = _hmac(keys[-1], to_sign).hex()
    authorization = f"AWS4-HMAC-SHA256 Credential={ACCESS_KEY}/{place}, SignedHeaders={signed}, Signature={signature}"
    names = ("date_key", "region_key", "service_key", "signing_key")
    return {
        "access_key": ACCESS_KEY,
        "secret_key": SECRET_KEY,
        "method": method,
        "target": target,
        "host": host,
        "body": body,
        "moment": MOMENT,
        "place": place,
        "canonical_path": canonical_path,
        "canonical_query": canonical_query,
        "body_hash": body_hash,
        "canonical_request": canonical,
        "canonical_hash": _sha256(canonical),
        "string_to_sign": to_sign,
        **{name: key.hex() for name, key in zip(names, keys[1:], strict=True)},
        "signature": signature,
        "authorization": authorization,
    }


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
