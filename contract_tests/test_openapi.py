"""The exported OpenAPI document against the sandbox, by schemathesis: no failure, no answer it does not tell of."""

from __future__ import annotations

import pytest

from sqlacc_codegen.ir import Api

pytest.importorskip("schemathesis", reason="schemathesis needs Python 3.11 or later")
from openapi_requests import run

# Under the readings isbase_type and styleid_type a field has another type than the document says.
OTHER_READINGS = {
    "create_status": "201",
    "decimal_form": "number",
    "delete_answer": "json",
    "duplicate_status": "409",
    "error_body": "raw",
    "find_nothing": "not_found",
    "fresh_nulls": "empty",
    "get_envelope": "top_level",
    "list_key": "items",
    "not_found": "404",
    "post_envelope": "data",
    "put_envelope": "data",
    "stale_status": "409",
}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("mode", "examples", "readings"),
    [("valid", 3, {}), ("valid", 2, OTHER_READINGS), ("invalid", 1, {})],
    ids=["valid", "valid, other readings", "invalid"],
)
def test_answers_are_those_that_the_document_tells_of(
    api: Api, mode: str, examples: int, readings: dict[str, str]
) -> None:
    found = run(api, mode, examples, readings=readings)
    assert found.findings == {}
    assert found.calls >= examples * sum(len(object.operations) - bool(object.pdf) for object in api.objects)
    assert any(status < 300 for _, status in found.statuses)
    assert any(status >= 400 for _, status in found.statuses)


@pytest.mark.slow
def test_a_server_that_answers_otherwise_is_noticed(api: Api) -> None:
    found = run(api, "valid", 1, faults=[{"kind": "status", "status": 418, "times": 0}])
    assert len(found.findings) == found.calls
    assert all("418" in kind for kind in found.findings)
