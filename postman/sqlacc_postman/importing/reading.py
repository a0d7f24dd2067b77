"""A file -> the JSON of a collection, v2.0 or v2.1; whatever else it holds is a Problem."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

from sqlacc_codegen.problems import Place, Problem, Problems
from sqlacc_codegen.spec import shown

LARGEST = 100_000_000  # bytes
DEEPEST = 400  # levels of lists and mappings


def read_json(path: Path) -> Any:
    """The JSON in a file. Raises Problems."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise wrong(path, "is not a regular file")
        if path.stat().st_size > LARGEST:
            raise wrong(path, f"is larger than {LARGEST // 1_000_000} MB", "export fewer folders at a time")
        raw = path.read_bytes()
    except OSError as error:
        raise wrong(path, f"cannot be read: {error.strerror or error}") from None
    encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise wrong(path, f"is not UTF-8 (byte {error.start})", "save it as UTF-8") from None
    del raw
    try:
        return json.loads(text, parse_float=str, parse_constant=str, parse_int=_integer)
    except json.JSONDecodeError as error:
        place = Place(shown(path), error.lineno, error.colno)
        hint = "export the collection from Postman as Collection v2.1"
        raise Problems([Problem(place, "not-json", f"is not JSON: {error.msg.lower()}", hint)]) from None
    except RecursionError:
        raise wrong(path, "is nested too deep") from None


def _integer(text: str) -> int | str:
    return int(text) if len(text) <= 19 else text


def collection(data: Any, path: Path) -> dict[str, Any]:
    """The collection in what was read. Raises Problems that say what the file is instead."""
    if isinstance(data, dict) and isinstance(data.get("collection"), dict):  # as Postman's own API answers
        data = data["collection"]
    if not isinstance(data, dict):
        raise wrong(path, "is JSON, but not a Postman collection", _HINT)
    if isinstance(data.get("requests"), list) and "item" not in data:
        raise wrong(path, "is a collection of format v1", _HINT)
    if isinstance(data.get("values"), list) and "item" not in data:
        raise wrong(path, "is a Postman environment, not a collection", "give it with --environment")
    if "openapi" in data or "swagger" in data:
        raise wrong(path, "is an OpenAPI document, not a Postman collection", _HINT)
    if not isinstance(data.get("item"), list):
        raise wrong(path, "is JSON, but not a Postman collection: it has no list `item`", _HINT)
    return data


_HINT = "export the collection from Postman as Collection v2.1"


def wrong(path: Path, message: str, hint: str = "") -> Problems:
    """One problem with the file as a whole."""
    return Problems([Problem(Place(shown(path)), "bad-collection", message, hint)])
