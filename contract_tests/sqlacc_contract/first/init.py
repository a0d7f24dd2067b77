"""The options and answers of `sqlacc init` -> a profile that was tried and written."""

from __future__ import annotations

import os
import re
import shlex
import sys
from pathlib import Path

import click

from ..call import HINTS
from ..client_package import client_module
from . import profile_file
from .profile_file import NoProfileFileError

ACCESS_KEY = re.compile(r"[0-9a-fA-F]{32}\.sql\.my/\S+")
WHERE = "SQL Account makes keys under Tools > Maintain User > Detail > More > API Secret Key."


def run(
    *,
    profile: str | None,
    access_key: str | None,
    secret_stdin: bool,
    base_url: str | None,
    region: str | None,
    service: str | None,
    path: Path | None,
    replace: bool,
    no_check: bool,
    dry_run: bool,
) -> int:
    profiles = client_module("profiles")
    asks = sys.stdin.isatty() and not secret_stdin
    name = profile if profile is not None else _ask("Name of the profile", default="demo") if asks else "demo"
    if not re.fullmatch(r"[^\[\]#;\s]([^\[\]#;\x00-\x1f]*[^\[\]#;\s])?", name):
        raise click.UsageError(f"{name!r} is no name for a profile; letters, digits, dots and dashes are")
    target = path or profiles.profiles_file()
    text = _text(target)
    known = _sections(target, text)
    if name in known and not replace and not (asks and _confirmed(name, target)):
        raise click.UsageError(f"there is a profile {name} in {target}; --replace takes its place")
    settings = _settings(asks, access_key, secret_stdin, base_url, region, service)
    resolved = _resolved(name, settings)
    if not ACCESS_KEY.fullmatch(settings["access_key"]):
        click.echo(
            "note: access keys of SQL Account look like <32 hex digits>.sql.my/USER; this one does not", err=True
        )
    try:
        made = profile_file.with_profile(text, name, settings)
    except NoProfileFileError as error:
        raise click.ClickException(f"{target}: {error}") from None
    if dry_run:
        others = ", ".join(other for other in known if other != name) or "none"
        click.echo(f"would write profile {name} to {target} (0600); other profiles there, kept: {others}")
        for key, value in settings.items():
            click.echo(f"  {key} = {'(not shown)' if key.endswith('_key') else value}")
        return 0
    if not no_check and not _works(name, resolved):
        click.echo("nothing was written; --no-check keeps the profile all the same", err=True)
        return 1
    try:
        profile_file.write(target, made)
    except OSError as error:
        raise click.ClickException(f"{target}: {error.strerror}") from None
    _tell(name, resolved["base_url"], target, path)
    return 0


def _settings(
    asks: bool,
    access_key: str | None,
    secret_stdin: bool,
    base_url: str | None,
    region: str | None,
    service: str | None,
) -> dict[str, str]:
    key = access_key or os.environ.get("SQLACC_ACCESS_KEY")
    if not key:
        if not asks:
            raise click.UsageError("no access key: give --access-key, or set SQLACC_ACCESS_KEY")
        click.echo(WHERE, err=True)
        key = _ask("Access key")
    secret = sys.stdin.read() if secret_stdin else os.environ.get("SQLACC_SECRET_KEY")
    if not secret:
        if secret_stdin or not asks:
            raise click.UsageError("no secret key: pipe it in with --secret-stdin, or set SQLACC_SECRET_KEY")
        secret = _ask("Secret key (not shown)", hidden=True)
    given = {"region": region, "service": service, "base_url": base_url or os.environ.get("SQLACC_BASE_URL")}
    return {
        "access_key": key.strip(),
        "secret_key": secret.strip(),
        **{name: value.strip() for name, value in given.items() if value},
    }


def _resolved(name: str, settings: dict[str, str]) -> dict[str, str]:
    """The settings as the client takes them; raises when it would not."""
    errors = client_module("errors")
    try:
        profile = client_module("profiles").resolve(None, **settings, environ={"SQLACC_PROFILE": name})
    except errors.SqlaccError as error:
        raise click.UsageError(str(error)) from None
    return {key: getattr(profile, key) for key in ("access_key", "secret_key", "region", "service", "base_url")}


def _works(name: str, resolved: dict[str, str]) -> bool:
    """Tries keys, clock and reach with one read."""
    errors = client_module("errors")
    click.echo(f"trying {resolved['base_url']} ...", err=True)
    try:
        with client_module().Client(**resolved) as client:
            found = client.ping()
    except errors.SqlaccError as error:
        click.echo(f"{error.kind}: {error}", err=True)
        if error.kind in HINTS:
            click.echo(f"hint: {HINTS[error.kind]}", err=True)
        return False
    clock = "its clock is not told" if found.skew is None else f"its clock is {found.skew:+.0f} s from this machine's"
    click.echo(f"{name}: reached, keys accepted, {clock}", err=True)
    return True


def _tell(name: str, base_url: str, target: Path, path: Path | None) -> None:
    from sqlacc_codegen.load import load
    from sqlacc_codegen.spec import default_spec

    shown = shlex.quote(name)
    first = next(o.id for o in load(default_spec()).objects if "list" in o.by_operation)
    click.echo(f"profile {name} is in {target}, open to you alone. Next:\n")
    if path is not None:
        click.echo(f"export SQLACC_PROFILES={shlex.quote(str(target.absolute()))}")
    click.echo(f"sqlacc call {first} list --profile {shown}")
    click.echo(f"sqlacc verify --against {base_url} --profile {shown} --dry-run  # what a check of it would read")
    click.echo("sqlacc new LANG DIR  # a project to begin with")


def _text(target: Path) -> str:
    try:
        return profile_file.read(target)
    except OSError as error:
        raise click.ClickException(f"{target}: {error.strerror}") from None
    except NoProfileFileError as error:
        raise click.ClickException(f"{target}: {error}") from None


def _sections(target: Path, text: str) -> dict[str, dict[str, str]]:
    try:
        return profile_file.sections(text)
    except NoProfileFileError as error:
        raise click.ClickException(f"{target}: {error}") from None


def _confirmed(name: str, target: Path) -> bool:
    return click.confirm(f"There is a profile {name} in {target}. Replace it?", err=True)


def _ask(question: str, default: str | None = None, hidden: bool = False) -> str:
    return str(click.prompt(question, default=default, hide_input=hidden, err=True))
