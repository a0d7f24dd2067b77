"""Where keys come from: arguments, the environment, or a named section of a file outside the code.

Demo and production share one host; the pair of keys decides which database is meant. The profile's name therefore
stands in every error and log line.

The file is INI, one section a profile::

    [demo]
    access_key = 0123456789abcdef0123456789abcdef.sql.my/APIUSER
    secret_key = ...
    ; optional: region, service, base_url, session_token

It is `$SQLACC_PROFILES`, else `sqlacc/profiles.ini` in the user's configuration folder (`~/.config` on Linux,
`~/Library/Application Support` on macOS, `%APPDATA%` on Windows). Nobody but its owner may have access to it.
"""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from . import _url
from .errors import ConfigurationError
from .service import BASE_URL, REGION, SERVICE

_HEAD = re.compile(r"\[\s*(\S|\S.*\S)\s*\]")
_PAIR = re.compile(r"([^=:\s](?:[^=:]*[^=:\s])?)\s*[=:]\s*(.*)")
_QUOTED = re.compile(r"""(["']).*\1""")
KEYS = ("access_key", "secret_key", "region", "service", "base_url", "session_token")


@dataclass(frozen=True)
class Profile:
    """A pair of keys and where they are used. Neither `repr` nor `str` shows a key."""

    name: str
    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    region: str = REGION
    service: str = SERVICE
    base_url: str = BASE_URL
    session_token: str | None = field(default=None, repr=False)


def profiles_file(environ: Mapping[str, str] | None = None) -> Path:
    """The path of the file with profiles, whether or not it exists."""
    environ = os.environ if environ is None else environ
    if environ.get("SQLACC_PROFILES"):
        return Path(environ["SQLACC_PROFILES"]).expanduser()
    if sys.platform == "win32":
        home = Path(environ.get("APPDATA") or Path.home() / "AppData" / "Roaming")
    elif sys.platform == "darwin":
        home = Path.home() / "Library" / "Application Support"
    else:
        home = Path(environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return home / "sqlacc" / "profiles.ini"


def resolve(
    name: str | None = None,
    *,
    access_key: str | None = None,
    secret_key: str | None = None,
    region: str | None = None,
    service: str | None = None,
    base_url: str | None = None,
    session_token: str | None = None,
    environ: Mapping[str, str] | None = None,
) -> Profile:
    """The profile to use. What is given here wins, then the named profile, then the environment.

    With SQLACC_ACCESS_KEY and SQLACC_SECRET_KEY in the environment and no `name`, those are used and SQLACC_PROFILE is
    only their label; without them SQLACC_PROFILE names the profile. Raises ConfigurationError.
    """
    environ = os.environ if environ is None else environ
    given = {
        "access_key": access_key,
        "secret_key": secret_key,
        "region": region,
        "service": service,
        "base_url": base_url,
        "session_token": session_token,
    }
    if (access_key is None) != (secret_key is None):
        raise ConfigurationError("access_key and secret_key belong together; only one of them was given")
    in_environment = {key: environ.get(f"SQLACC_{key.upper()}") or None for key in KEYS}
    label = environ.get("SQLACC_PROFILE") or ""
    if name is not None:
        found, label = _read_profile(name, environ), name
    elif access_key is not None:
        found = {key: value for key, value in in_environment.items() if key in ("region", "service", "base_url")}
        label = label or "given"
    elif in_environment["access_key"] or in_environment["secret_key"]:
        if not (in_environment["access_key"] and in_environment["secret_key"]):
            raise ConfigurationError("only one of SQLACC_ACCESS_KEY and SQLACC_SECRET_KEY is set")
        found, label = in_environment, label or "environment"
    elif label:
        found = _read_profile(label, environ)
    else:
        raise ConfigurationError(
            "no keys: set SQLACC_ACCESS_KEY and SQLACC_SECRET_KEY, or SQLACC_PROFILE or profile= to name a section of "
            f"{profiles_file(environ)}"
        )
    settings = {**found, **{key: value for key, value in given.items() if value is not None}}
    return _checked(label, {key: value for key, value in settings.items() if value})


def _checked(name: str, settings: Mapping[str, str]) -> Profile:
    for key in ("access_key", "secret_key"):
        value = settings.get(key, "")
        if not value:
            raise ConfigurationError(f"profile {name}: no {key}")
        blank = value != value.strip() or (key == "access_key" and " " in value)
        if blank or not value.isascii() or not value.isprintable():
            raise ConfigurationError(f"profile {name}: {key} holds characters that no key has")
    for key in ("region", "service"):
        if not all(part.isalnum() for part in settings.get(key, "a").split("-")):
            raise ConfigurationError(f"profile {name}: {settings[key]!r} is no {key}")
    return Profile(
        name,
        settings["access_key"],
        settings["secret_key"],
        settings.get("region", REGION),
        settings.get("service", SERVICE),
        _url.base(settings.get("base_url", BASE_URL)),
        settings.get("session_token"),
    )


def _read_profile(name: str, environ: Mapping[str, str]) -> dict[str, str | None]:
    path = profiles_file(environ)
    try:
        with path.open(encoding="utf-8-sig") as file:
            _refuse_open_doors(path, os.fstat(file.fileno()))
            sections = _sections(path, file.read())
    except FileNotFoundError:
        raise ConfigurationError(f"profile {name}: there is no file {path}") from None
    except OSError as error:
        raise ConfigurationError(f"profile {name}: {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"profile {name}: {path} is not UTF-8") from None
    if name not in sections:
        raise ConfigurationError(f"profile {name}: not in {path}; it has: {', '.join(sections) or 'none'}")
    section = sections[name]
    unknown = sorted(set(section) - set(KEYS))
    if unknown:
        raise ConfigurationError(f"profile {name}: {path}: unknown setting {', '.join(unknown)}")
    return {key: section.get(key) for key in KEYS}


def _sections(path: Path, text: str) -> dict[str, dict[str, str]]:
    """`[section]`, `name = value`, comments after # or ; at the start of a line. Raises ConfigurationError.

    A name given twice could mean the keys of another company, so it is refused. No line is quoted: it may hold a key.
    """
    sections: dict[str, dict[str, str]] = {}
    current: dict[str, str] | None = None
    for number, line in enumerate(map(str.strip, text.split("\n")), 1):
        if not line or line[0] in "#;":
            continue
        head, pair = _HEAD.fullmatch(line), _PAIR.fullmatch(line)
        wrong = "neither [profile] nor name = value"
        if head and head[1] not in sections:
            current = sections[head[1]] = {}
            continue
        if not head and pair and current is not None:
            name, value = pair[1].lower(), pair[2]
            if name not in current and not _QUOTED.fullmatch(value):
                current[name] = value
                continue
            wrong = f"{name} stands twice" if name in current else "write values without quotes"
        elif head:
            wrong = "the profile stands twice"
        raise ConfigurationError(f"{path} is no INI file at line {number}: {wrong}")
    return sections


def _refuse_open_doors(path: Path, status: os.stat_result) -> None:
    if os.name == "nt":  # the folder is the user's own there
        return
    if status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ConfigurationError(f"{path} is open to other users; close it with: chmod 600 {path}")
    if status.st_uid not in (os.geteuid(), 0):
        raise ConfigurationError(f"{path} belongs to another user")
