"""A base URL and keys -> findings: is the server reached, what time is it there, does it take the keys."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from sqlacc_codegen.ir import Api

from ..call import HINTS
from ..client_package import client_module
from ..pace import is_here
from .finding import Finding

PATIENCE = 10.0  # seconds for each step
UNEASY, REFUSED = 60, 300  # seconds that a clock may be off; signatures hold for about five minutes


def reach(api: Api, base_url: str, profile: Any) -> Iterator[Finding]:
    """One unsigned and, with keys, one signed request."""
    import requests

    try:
        place = urlsplit(base_url)
        host, port = place.hostname or "", place.port or (443 if place.scheme == "https" else 80)
    except ValueError:
        place, host, port = urlsplit(""), "", 0
    if place.scheme not in ("http", "https") or not host:
        yield Finding("address", "bad", f"{base_url!r} is no address of a server", f"write it like {api.base_url}")
        return
    hosted = base_url.rstrip("/") == api.base_url.rstrip("/")
    if place.scheme != "https" and not is_here(host):
        yield Finding("address", "bad", f"{base_url} is not encrypted", "the API is served over https only")
    elif not hosted:
        yield Finding("address", "good", f"{base_url}, not the hosted service")
    try:
        answer = requests.get(f"{base_url.rstrip('/')}/version", timeout=PATIENCE, allow_redirects=False)
    except requests.exceptions.ProxyError:
        yield Finding("reach", "bad", f"the proxy does not lead to {host}", "see the finding about the proxy")
        return
    except requests.exceptions.SSLError:
        own = (
            "name its certificate in REQUESTS_CA_BUNDLE" if not hosted else "something on the way changes certificates"
        )
        yield Finding("reach", "bad", f"the certificate of {host} is not trusted", own)
        return
    except requests.exceptions.RequestException:
        yield _unreached(host, port, hosted)
        return
    yield Finding("reach", "good", f"{host} port {port} answers ({answer.status_code} to a request without keys)")
    yield _clock(answer.headers.get("Date", ""))
    if profile is not None:
        yield _accepted(profile)


def _unreached(host: str, port: int, hosted: bool) -> Finding:
    if is_here(host):
        todo = f"start it: sqlacc sandbox --port {port}"
    elif hosted:
        todo = "check the network of this machine; a firewall must let https out"
    else:
        todo = f"on the server: API service started, TCP port {port} forwarded to it and open in the firewall"
    try:
        with socket.create_connection((host, port), timeout=PATIENCE):
            return Finding("reach", "bad", f"{host} port {port} is open, but does not answer HTTP", todo)
    except socket.gaierror:
        return Finding("reach", "bad", f"the name {host} is not known", "check the base URL and the name server")
    except ConnectionRefusedError:
        return Finding("reach", "bad", f"{host} refuses port {port}", todo)
    except OSError:
        return Finding("reach", "bad", f"{host} port {port} cannot be reached", todo)


def _clock(date: str) -> Finding:
    try:
        there = parsedate_to_datetime(date).timestamp()
    except (TypeError, ValueError):
        return Finding("clock", "note", "the server does not tell its time")
    skew = there - time.time()
    found = f"the server's clock is {skew:+.0f} s from this machine's"
    if abs(skew) >= REFUSED:
        return Finding("clock", "bad", found, "set this machine's clock; signatures hold for a few minutes only")
    if abs(skew) >= UNEASY:
        return Finding("clock", "note", found, "let this machine keep its time by NTP")
    return Finding("clock", "good", found)


def _accepted(profile: Any) -> Finding:
    """Whether the server takes the keys."""
    package, errors = client_module(), client_module("errors")
    options = package.CallOptions(timeout=PATIENCE, retry=package.Retry(attempts=1))
    names = ("access_key", "secret_key", "region", "service", "base_url", "session_token")
    settings = {name: getattr(profile, name) for name in names if getattr(profile, name)}
    try:
        with package.Client(**settings, options=options) as client:
            client.ping()
    except errors.SqlaccError as error:
        return Finding("keys at the server", "bad", f"{error.kind}: {error}", HINTS.get(error.kind, ""))
    return Finding("keys at the server", "good", f"taken, for profile {profile.name}")
