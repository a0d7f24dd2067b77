"""A profile -> a real server to be recorded: how it is reached and paced, and who it is before anything is written."""

from __future__ import annotations

import hashlib
import hmac
import json
import time

import click

from sqlacc_codegen.ir import Api

from ..client_package import resolved
from ..company import is_company
from ..conversation import Policy
from ..judge import Settings
from ..pace import pause_for
from ..sandbox.exchange import Request
from .forward import Forward
from .record import Studio
from .scribe import signed
from .traces import Traces

LONGEST_WAIT_MS = 60_000  # that a server may ask for before the next request


def server_of(profile: str, base_url: str | None) -> Settings:
    """How a real server is reached. It may ask for a longer wait than a client's user would bear."""
    found = resolved(profile, base_url)
    return Settings(
        found.base_url.rstrip("/"),
        found.access_key,
        found.secret_key,
        found.region,
        found.service,
        retry=Policy(max_ms=LONGEST_WAIT_MS),
    )


def live_studio(api: Api, settings: Settings, write: str | None) -> Studio:
    """A real server. Writing asks the server for its company first."""
    backend = Forward(settings.base_url)
    if write and not is_company(_ask(backend, settings, "/profile"), write):
        raise click.UsageError(f"the server's company is not {write!r}; nothing was written")
    key = hmac.digest(settings.secret_key.encode(), b"sqlacc recordings", hashlib.sha256)
    pause = pause_for(settings.base_url)
    return Studio(
        api,
        Traces(api, backend),
        settings,
        "live",
        key,
        time.time,
        _version(_ask(backend, settings, "/version")),
        pause=lambda wait: time.sleep(max(wait, pause)),
    )


def _ask(backend: Forward, settings: Settings, path: str) -> object:
    """The JSON of an answer; what is none tells nothing."""
    headers = signed("GET", path, {"accept": "application/json"}, b"", settings, time.time())
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers]
    try:
        answer = backend.respond(Request("GET", path.encode(), b"", raw))
    except OSError as error:
        raise click.ClickException(f"{settings.base_url} cannot be reached: {error}") from None
    if answer.status != 200:
        raise click.ClickException(f"GET {path} was answered with {answer.status}; try `sqlacc ping`")
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        return None


def _version(told: object) -> str:
    return str(told.get("version", "")) if isinstance(told, dict) else ""
