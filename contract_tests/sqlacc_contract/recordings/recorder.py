"""The options of `sqlacc record` -> cassettes on disk and an exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from sqlacc_codegen.hints import visible
from sqlacc_codegen.ir import Api
from sqlacc_codegen.swap import replace_file

from ..judge import Settings
from ..pace import pause_for
from ..verify import fits
from .cassette import Cassette, Unreadable, dump, load
from .check import check
from .compare import changes
from .live import live_studio, server_of
from .player import default_folder
from .record import NotKept, Studio, record_all, sandbox_studio
from .takes import Take, live_takes, sandbox_takes
from .traces import Traces

SHOWN = 5  # changes of one cassette that are told


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
    replace_texts: bool,
    dry_run: bool,
    spec_dir: Path | None,
) -> int:
    from sqlacc_codegen.load import load
    from sqlacc_codegen.spec import default_spec

    api = load(spec_dir or default_spec())
    folder = out or default_folder(spec_dir)
    if (write or base_url) and profile is None:
        raise click.UsageError("--write and --base-url go with --profile")
    if expire and not checking:
        raise click.UsageError("--expire goes with --check")
    if checking:
        if only or again or differing or dry_run or profile is not None:
            raise click.UsageError("--check goes with --out, --spec and --expire only: it reads the whole folder")
        return _check(api, folder, expire)
    if differing and write:
        raise click.UsageError("--diff never writes")
    server = None if profile is None else server_of(profile, base_url)
    takes = list(live_takes(api, bool(write)) if server else sandbox_takes(api))
    source = "live" if server else "sandbox"
    wanted = [t for t in takes if not only or any(fits(t.case.id, pattern) for pattern in only)]
    if not wanted:
        raise click.UsageError(f"no case fits; there are {len(takes)}, `sqlacc record --dry-run` lists them")
    if differing:
        again, wanted = True, [t for t in wanted if (folder / Cassette.path(source, t.case.id)).exists()]
    missing = [t for t in wanted if again or not (folder / Cassette.path(source, t.case.id)).exists()]
    if dry_run:
        return _dry_run(api, missing, server, bool(write))
    studio = live_studio(api, server, write) if server else sandbox_studio(api)
    studio = replace(studio, texts=replace_texts)
    if differing:
        return _diff(studio, missing, folder)
    try:
        failed = _record(studio, missing, folder)
    except KeyboardInterrupt:
        click.echo("interrupted: what was recorded stays, and the next run goes on from there", err=True)
        raise
    finally:
        left = studio.backend.left() if isinstance(studio.backend, Traces) else []
        for text in left:
            click.echo(f"left on the server: {text}", err=True)
    if studio.source == "live" and studio.kept:
        told = "look at them before you show the cassettes to anybody, or record with --replace-texts"
        click.echo(f"words were kept in fields of free text: {', '.join(sorted(studio.kept))}; {told}")
    click.echo(f"{len(missing) - failed} recorded, {failed} not, {len(wanted) - len(missing)} were there; in {folder}")
    return 1 if failed or left else 0


def _dry_run(api: Api, takes: Sequence[Take], server: Settings | None, write: bool) -> int:
    """Every call, as a rehearsal on the embedded sandbox makes it."""
    if server:
        click.echo(f"{server.base_url}; rehearsed on the embedded sandbox, the server's own keys will be others")
    studio, total = sandbox_studio(api), 0
    if server:
        for path in ("/version", *(["/profile"] if write else [])):
            click.echo(f"        GET {path}")
            total += 1
    for take in takes:
        writes = take.case.live == "write" and server
        twice = server and not writes
        click.echo(f"{'writes' if writes else 'reads '}  {take.case.id}{', twice' if twice else ''}")
        try:
            calls = studio.rehearse(take)
        except NotKept as reason:
            calls = [f"(not to be rehearsed: {reason})"]
        for call in calls:
            click.echo(f"        {call}")
        total += len(calls) * (2 if twice else 1)
    pause = pause_for(server.base_url) if server else 0
    seconds = f", {total * pause:.0f} s with the pauses between them" if pause else ""
    click.echo(f"{len(takes)} recordings, {total} calls{seconds}; nothing was sent")
    return 0


def _record(studio: Studio, takes: Sequence[Take], folder: Path) -> int:
    failed = 0
    for number, (take, made) in enumerate(record_all(studio, takes), 1):
        if studio.source == "live" and sys.stderr.isatty():
            click.echo(f"[{number}/{len(takes)}] {take.case.id}", err=True)
        if isinstance(made, NotKept):
            failed += 1
            click.echo(visible(f"not recorded: {take.case.id}: {made}", but="\n"), err=True)
        else:
            replace_file(folder / made.file, dump(made).encode("utf-8"))
    return failed


def _diff(studio: Studio, takes: Sequence[Take], folder: Path) -> int:
    changed = 0
    for take, made in record_all(studio, takes):
        found = [str(made)] if isinstance(made, NotKept) else _changes(folder / made.file, made)
        changed += bool(found)
        for message in found[:SHOWN]:
            click.echo(visible(f"{take.case.id}: {message}", but="\n"))
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
