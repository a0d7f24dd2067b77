"""What the tests of Postman share: collections made in a line, and imports of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sqlacc_postman.importing.importer import Imported, read_collection

SPEC = Path(__file__).parents[2] / "spec"
SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
Import = Callable[..., Imported]


def collection(*items: Any, **more: Any) -> dict[str, Any]:
    return {"info": {"name": "Vendor", "schema": SCHEMA}, "item": list(items), **more}


def request(method: str, path: str, body: Any = None, name: str = "", **more: Any) -> dict[str, Any]:
    """An item; `body` is JSON or the raw text of one."""
    made: dict[str, Any] = {"method": method, "header": [], "url": {"raw": "{{base_url}}" + path}}
    if body is not None:
        made["body"] = {"mode": "raw", "raw": body if isinstance(body, str) else json.dumps(body)}
    return {"name": name or f"{method} {path}", "request": made | more}


@pytest.fixture
def imported(tmp_path: Path) -> Import:
    def run(data: Any, *environments: Any) -> Imported:
        file = tmp_path / "collection.json"
        file.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
        files = []
        for number, values in enumerate(environments):
            files.append(tmp_path / f"environment{number}.json")
            files[-1].write_text(json.dumps({"values": values}), encoding="utf-8")
        return read_collection(file, SPEC, files)

    return run
