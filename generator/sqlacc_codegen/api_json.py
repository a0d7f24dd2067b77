"""Api -> JSON: what `sqlacc show --json` prints, and the digest by which a driver and the harness compare specs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from .ir import Api, Json
from .names import Name


def as_json(thing: Any) -> Json:
    """Plain JSON of any part of the IR: names as snake_case text, types with their `kind`."""
    if isinstance(thing, Name):
        return thing.snake()
    if is_dataclass(thing):
        kind = getattr(type(thing), "kind", None)  # only types carry it on the class
        head = {"kind": kind} if isinstance(kind, str) else {}
        return head | {f.name: as_json(getattr(thing, f.name)) for f in fields(thing)}
    if isinstance(thing, Mapping):
        return {str(key): as_json(value) for key, value in thing.items()}
    if isinstance(thing, (list, tuple)):
        return [as_json(item) for item in thing]
    return thing


def spec_sha256(api: Api) -> str:
    """Hex digest of everything the specs say; comments, order of keys and layout of the YAML do not count."""
    text = json.dumps(as_json(api), ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
