"""Examples of the specs -> one JSON file each, and an index that programs read."""

from __future__ import annotations

import json
from collections.abc import Iterator

from ...files import Files
from ...ir import Api, Example, Json
from ...samples import recipe_samples
from .facts import evidence_text
from .text import json_text

FOLDER = "extra/payloads"  # `extra` is copied into the site as it stands


def payload_files(api: Api) -> Files:
    """`extra/payloads/<object or workflow>/<example>.json` and `extra/payloads/index.json`."""
    listed = list(_payloads(api))
    files = {f"{FOLDER}/{place}/{example.id}.json": json_text(example.payload) for place, example in listed}
    files |= recipe_samples(api, FOLDER)
    index = {
        "description": "Request bodies of the SQL Account REST API; paths are relative to this file.",
        "version": api.version,
        "payloads": [_entry(api, place, example) for place, example in listed],
    }
    return files | {f"{FOLDER}/index.json": json.dumps(index, indent=2, ensure_ascii=False) + "\n"}


def _payloads(api: Api) -> Iterator[tuple[str, Example]]:
    for object in api.objects:
        yield from ((object.id, example) for example in object.examples)
    for workflow in api.workflows:
        yield from ((workflow.id, example) for example in workflow.examples)


def _entry(api: Api, place: str, example: Example) -> dict[str, Json]:
    object = api.by_id.get(place) or api.by_id.get(example.object)
    operation = object.by_operation.get("update" if example.purpose == "update" else "create") if object else None
    return {
        "file": f"{place}/{example.id}.json",
        "title": example.title,
        "object": object.id if object else None,
        "purpose": example.purpose,
        "regime": example.regime,
        "request": f"{operation.method} {operation.path}" if operation else None,
        "evidence": evidence_text(example.evidence),
    }
