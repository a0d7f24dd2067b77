"""Environment and profiles file -> findings about keys and where they are kept; no key is ever in one."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ..client_package import client_module
from ..pace import is_here
from . import profile_file
from .finding import Finding
from .init import ACCESS_KEY
from .profile_file import NoProfileFileError

PROXIES = ("https_proxy", "http_proxy", "all_proxy", "no_proxy")
BORN = "SQL Account makes pairs under Tools > Maintain User > Detail > More > API Secret Key; `sqlacc init` keeps them"


def keys(profile: str | None, base_url: str | None) -> tuple[list[Finding], Any]:
    """Findings, and the profile that calls would use; None when there is none."""
    profiles, errors = client_module("profiles"), client_module("errors")
    found = list(_file(profiles.profiles_file()))
    half = bool(os.environ.get("SQLACC_ACCESS_KEY")) != bool(os.environ.get("SQLACC_SECRET_KEY"))
    wanted = profile or os.environ.get("SQLACC_PROFILE") or os.environ.get("SQLACC_ACCESS_KEY") or half
    if not wanted:
        return [*found, Finding("keys", "note", "none are named or set", f"{BORN}; --profile NAME names one")], None
    try:
        chosen = profiles.resolve(profile, **({"base_url": base_url} if base_url else {}))
    except errors.SqlaccError as error:
        return [*found, Finding("keys", "bad", str(error), BORN)], None
    return [*found, *_shape(chosen)], chosen


def _file(path: Path) -> Iterator[Finding]:
    try:
        mode, text = path.stat().st_mode, profile_file.read(path)
        names = ", ".join(profile_file.sections(text)) or "none"
    except FileNotFoundError:
        yield Finding("profiles file", "note", f"there is no {path}", "sqlacc init makes it")
        return
    except OSError as error:
        yield Finding("profiles file", "bad", f"{path}: {error.strerror}", f"make it readable: chmod 600 {path}")
        return
    except NoProfileFileError as error:
        yield Finding(
            "profiles file", "bad", f"{path}: {error}", "each profile is a [name] with lines of `key = value`"
        )
        return
    if os.name != "nt" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        open_to = oct(stat.S_IMODE(mode)).removeprefix("0o")
        yield Finding("profiles file", "bad", f"{path} is open to other users ({open_to})", f"chmod 600 {path}")
    else:
        yield Finding("profiles file", "good", f"{path}, open to you alone; profiles: {names}")


def _shape(profile: Any) -> Iterator[Finding]:
    """Whether the pair looks like one."""
    where = f"profile {profile.name}"
    if ACCESS_KEY.fullmatch(profile.secret_key):
        yield Finding("keys", "bad", f"{where}: the secret key has the form of an access key", "exchange the two")
    elif profile.access_key == profile.secret_key and ACCESS_KEY.fullmatch(profile.access_key):
        yield Finding("keys", "bad", f"{where}: both keys are the same", BORN)
    elif any(text[:1] in "\"'<" for text in (profile.access_key, profile.secret_key)):
        yield Finding("keys", "bad", f"{where}: a key begins with a quote or bracket", "leave the marks around it away")
    elif re.fullmatch(r"\.+|x+|\*+|your.*|changeme", profile.secret_key, re.IGNORECASE):
        yield Finding("keys", "bad", f"{where}: the secret key is a placeholder", BORN)
    elif not ACCESS_KEY.fullmatch(profile.access_key):
        form = "the access key is not <32 hex digits>.sql.my/USER"
        yield Finding("keys", "note", f"{where}: {form}", "right for a sandbox; else copy it again")
    else:
        yield Finding("keys", "good", f"{where}: a pair of the usual form, not shown")


def proxies(base_url: str, environ: Mapping[str, str] | None = None) -> Iterator[Finding]:
    """Variables that send calls through another machine; what stands before an @ in them is not shown."""
    environ = os.environ if environ is None else environ
    given = {name: environ.get(name) or environ.get(name.upper()) for name in PROXIES}
    shown = [f"{name} = {value.rpartition('@')[2]}" for name, value in given.items() if value]
    if not shown:
        yield Finding("proxy", "good", "no proxy is set")
        return
    from requests.utils import should_bypass_proxies

    host = urlsplit(base_url).hostname or base_url
    direct = should_bypass_proxies(base_url, no_proxy=given["no_proxy"])
    used = given[f"{urlsplit(base_url).scheme}_proxy"] or given["all_proxy"]
    if is_here(host) and used and not direct:
        todo = f"export NO_PROXY={host}"
        yield Finding("proxy", "bad", f"calls to {host} on this machine would go through one: {', '.join(shown)}", todo)
    else:
        way = "goes past it" if direct or not used else "goes through it"
        yield Finding("proxy", "note", f"{', '.join(shown)}; {host} {way}", "unset it if calls fail on the way")
