"""The exported OpenAPI document -> requests that schemathesis makes up, sent to a sandbox: what was wrong."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks

from sqlacc_codegen.exporters import openapi
from sqlacc_codegen.ir import Api
from sqlacc_contract import sigv4
from sqlacc_contract.sandbox import Sandbox
from sqlacc_contract.sandbox.caller import Caller

# No failure of the server, and no answer that the document does not tell of.
WANTED = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
MODES = {"valid": GenerationMode.POSITIVE, "invalid": GenerationMode.NEGATIVE}


@dataclass
class Run:
    """What came of one run: calls by method and status, and one line for each kind of finding."""

    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    findings: dict[str, str] = field(default_factory=dict)

    @property
    def calls(self) -> int:
        return sum(self.statuses.values())


class Signed(requests.auth.AuthBase):
    """Signs what requests is about to send, as it is."""

    def __init__(self, api: Api, access_key: str, secret_key: str) -> None:
        self._scope, self._access_key, self._secret_key = api.scopes[0], access_key, secret_key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        body = request.body or b""
        headers = sigv4.sign(
            str(request.method),
            request.path_url,
            [(b"host", str(request.url).split("/")[2].encode())],
            body if isinstance(body, bytes) else body.encode(),
            access_key=self._access_key,
            secret_key=self._secret_key,
            region=self._scope.region,
            service=self._scope.service,
            now=time.time(),
        )
        request.headers.update({name.decode(): value.decode() for name, value in headers if name != b"host"})
        return request


def with_keys(document: dict[str, Any], api: Api, call: Caller) -> dict[str, Any]:
    """The document with the keys of records that are there among those that a path can have."""
    for object in api.objects:
        item = document["paths"].get(f"{object.path}/{{{object.key}}}")
        answer = call("GET", object.path).value if item else {}
        keys = [row[object.key] for row in answer.get("data", answer.get("items", ()))]
        if keys:
            (parameter,) = item["parameters"]
            parameter["schema"] = {"anyOf": [{"enum": keys}, parameter["schema"]]}
    return document


def run(api: Api, mode: str, examples: int, number: int = 1, **options: Any) -> Run:
    """Every operation of the document with `examples` requests, the same ones for the same `number`.

    `options` are the sandbox's: readings, faults.
    """
    found = Run()
    relaxed = settings(
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate],
    )
    with Sandbox.serve(api, **options) as sandbox, requests.Session() as session:
        access_key, key = next(iter(sandbox.keys.items()))
        auth = Signed(api, access_key, key.secret)
        schema = schemathesis.openapi.from_dict(with_keys(openapi.document(api), api, Caller(sandbox)))

        def judge(case: Any) -> None:
            try:
                answer = case.call(base_url=sandbox.url, session=session, auth=auth)
            except (requests.exceptions.InvalidHeader, UnicodeEncodeError):
                return  # what HTTP itself cannot carry is not sent
            found.statuses[case.method, answer.status_code] += 1
            try:
                case.validate_response(answer, checks=WANTED)
            except FailureGroup as group:
                for error in group.exceptions:
                    kind = f"{case.method} {case.operation.path} {answer.status_code} {type(error).__name__}"
                    found.findings.setdefault(kind, f"{error}\n{case.as_curl_command()}\n{answer.content[:500]!r}")

        for operation in schema.get_all_operations():
            strategy = operation.ok().as_strategy(generation_mode=MODES[mode])
            seed(number)(relaxed(given(case=strategy)(judge)))()
    return found
