"""JSON that keeps the digits of numbers with a fraction, for those who change one thing and nothing else."""

from __future__ import annotations

import json
import re
from typing import Any

MARK = "\ue000"  # around digits, while they are text


def loads(raw: bytes) -> Any:
    return json.loads(raw, parse_float=lambda digits: f"{MARK}{digits}{MARK}")


def dumps(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return re.sub(f'"{MARK}([^"]*){MARK}"', r"\1", text).encode()
