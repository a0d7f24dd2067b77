"""The options of `sqlacc record` -> cassettes on disk and an exit code."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from sqlacc_codegen.ir import Api

from ..client_package import client_module
from ..judge import Settings
from ..sandbox.exchange import Request
from ..verify import fits
from .cassette import Cassette, Unreadable, dump, load
from .check import check
from .compare import changes
from .forward import Forward
from .player import default_folder
from .record import LIVE_HOST, NotKept, Studio, record_all, sandbox_studio
from .scribe import signed
from .takes import Take, live_takes, sandbox_takes

SHOWN = 5  # changes of one cassette that are told
PAUSE = 0.5  # seconds before each request to a real server


def run(
    *,
    out: Path | None,
    only: Sequence[str],
    again: bool,
    checking: bool,
    differing: bool,
    expire: bool,
    profile: str | None,
    base_url: str | None,
    write: str | None,
    dry_run: bool,
    spec_dir: Path | None,
) -> int:
    from sqlacc_codegen.load import load
    from sqlacc_codegen.spec import default_spec

    api = load(spec_dir or default_spec())
    folder = out or default_folder(spec_dir)
    if (write or base_url) and not profile:
        raise click.UsageError("--write and --base-url go with --profile")
    if checking:
        return _check(api, folder, expire)
    if differing and write:
        raise click.UsageError("--diff never writes")
    takes = list(live_takes(api, bool(write)) if profile else sandbox_takes(api))
    source = "live" if profile else "sandbox"
    wanted = [t for t in takes if not only or any(fits(t.case.id, pattern) for pattern in only)]
    if not wanted:
        raise click.UsageError(f"no case fits; there are {len(takes)}, `sqlacc record --dry-run` lists them")
    if differing:
        again, wanted = True, [t for t in wanted if (folder / Cassette.path(source, t.case.id)).exists()]
    missing = [t for t in wanted if again or not (folder / Cassette.path(source, t.case.id)).exists()]
    if dry_run:
        for take in missing:
            click.echo(f"{'writes' if source == 'live' and take.case.live == 'write' else 'reads '}  {take.case.id}")
        return 0
    studio = live_studio(api, profile, base_url, write) if profile else sandbox_studio(api)
    if differing:
        return _diff(studio, missing, folder)
    failed = _record(studio, missing, folder)
    click.echo(f"{len(missing) - failed} recorded, {failed} not, {len(wanted) - len(missing)} were there; in {folder}")
    return 1 if failed else 0


def _record(studio: Studio, takes: Sequence[Take], folder: Path) -> int:
    failed = 0
    for take, made in record_all(studio, takes):
        if isinstance(made, NotKept):
            failed += 1
            click.echo(f"not recorded: {take.case.id}: {made}", err=True)
            continue
        path = folder / made.file
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_suffix(".yaml.part")  # an interrupted run leaves no half cassette, and goes on where it was
        half.write_text(dump(made), encoding="utf-8", newline="\n")
        half.replace(path)
    return failed


def _diff(studio: Studio, takes: Sequence[Take], folder: Path) -> int:
    changed = 0
    for take, made in record_all(studio, takes):
        found = [str(made)] if isinstance(made, NotKept) else _changes(folder / made.file, made)
        changed += bool(found)
        for message in found[:SHOWN]:
            click.echo(f"{take.case.id}: {message}")
    click.echo(f"{len(takes)} recorded again, {changed} with changes; nothing was written")
    return 1 if changed or not takes else 0


def _changes(path: Path, made: Cassette) -> list[str]:
    try:
        return [str(one) for one in changes(load(path), made)]
    except Unreadable as error:
        return [str(error)]


def _check(api: Api, folder: Path, expire: bool) -> int:
    findings = list(check(api, folder, date.today(), expire))
    for finding in findings:
        click.echo(str(finding), err=True)
    errors = sum(not finding.warning for finding in findings)
    click.echo(f"{folder}: {errors} errors, {len(findings) - errors} warnings")
    return 1 if errors else 0


def live_studio(api: Api, profile: str, base_url: str | None, write: str | None) -> Studio:
    """A real server. Writing asks the server for its company first."""
    resolved = client_module("profiles").resolve(profile, base_url=base_url)
    settings = Settings(
        resolved.base_url.rstrip("/"), resolved.access_key, resolved.secret_key, resolved.region, resolved.service
    )
    backend = Forward(settings.base_url)
    if write:
        company = _ask(backend, settings, "/profile")
        if write not in company:
            raise click.UsageError(f"the server's company is not {write!r}; nothing was written")
    key = hmac.digest(settings.secret_key.encode(), b"sqlacc recordings", hashlib.sha256)
    return Studio(
        api,
        backend,
        settings,
        "live",
        LIVE_HOST,
        key,
        time.time,
        _version(_ask(backend, settings, "/version")),
        pause=lambda wait: time.sleep(max(wait, PAUSE)),
    )


def _ask(backend: Forward, settings: Settings, path: str) -> str:
    headers = signed("GET", path, {"accept": "application/json"}, b"", settings, time.time())
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers]
    try:
        answer = backend.respond(Request("GET", path.encode(), b"", raw))
    except OSError as error:
        raise click.ClickException(f"{settings.base_url} cannot be reached: {error}") from None
    if answer.status != 200:
        raise click.ClickException(f"GET {path} was answered with {answer.status}; try `sqlacc ping`")
    return answer.body.decode("utf-8", "replace")


def _version(text: str) -> str:
    try:
        found = json.loads(text)
    except ValueError:
        return ""
    return str(found.get("version", "")) if isinstance(found, dict) else ""
