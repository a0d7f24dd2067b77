"""Calls to a sandbox, signed, without HTTP: the shortest way for tests to ask and see."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from .. import sigv4
from .backend import Sandbox
from .exchange import Request, Response


class Answer(NamedTuple):
    """A status and what the body says: JSON where it is JSON, else text; None without a body."""

    status: int
    value: Any
    response: Response


class Caller:
    """Signs with the sandbox's first key and a scope that it accepts."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    def request(self, method: str, target: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Request:
        """A signed request; `body` as JSON, or as it is when it is bytes."""
        data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body, default=str).encode()
        plain = [(b"host", b"127.0.0.1"), *((n.lower().encode(), v.encode()) for n, v in (headers or {}).items())]
        access_key, key = next(iter(self.sandbox.keys.items()))
        scopes = self.sandbox.api.scopes
        wanted = self.sandbox.readings.value("signing_scope", "any")
        scope = next((scope for scope in scopes if scope.id == wanted), scopes[0])
        signed = sigv4.sign(
            method,
            target,
            plain,
            data,
            access_key=access_key,
            secret_key=key.secret,
            region=scope.region,
            service=scope.service,
            now=self.sandbox.now(),
            token=key.token,
        )
        path, _, query = target.partition("?")
        return Request(method, path.encode("ascii"), query.encode("ascii"), signed, data, "127.0.0.1")

    def __call__(self, method: str, target: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Answer:
        response = self.sandbox.respond(self.request(method, target, body, headers))
        return Answer(response.status, _value(response), response)

    def good(self, method: str, target: str, body: Any = None) -> Any:
        """The value of a call that must succeed."""
        answer = self(method, target, body)
        if answer.status >= 300:
            raise AssertionError(f"{method} {target}: {answer.status} {answer.value}")
        return answer.value


def _value(response: Response) -> Any:
    if not response.body:
        return None
    if any(name == b"content-type" and b"json" in value for name, value in response.headers):
        return json.loads(response.body)
    return response.body if response.body.startswith(b"%PDF") else response.body.decode()
