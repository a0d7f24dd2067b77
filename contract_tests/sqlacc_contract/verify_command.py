"""The options of `sqlacc verify` -> a run, its reports and its exit code."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sqlacc_codegen.ir import Api
from sqlacc_codegen.language import Language, language, language_ids

from .cases import Case, cases
from .results import Line, digest, passed
from .toolchain import generated_folder
from .verify import Plan, launcher, total, verify

if TYPE_CHECKING:
    from rich.console import Console

EMBEDDED = ("sandbox", "cassettes")  # what is played against without any network
WIDE = 140  # columns of the table when it goes to a file


def run(
    *,
    only_languages: tuple[str, ...],
    against: str,
    only: tuple[str, ...],
    reading: tuple[tuple[str, str], ...],
    fast: bool,
    replay: str,
    listing: bool,
    strict: bool,
    workers: int,
    expected: Path | None,
    write: bool,
    dry_run: bool,
    profile: str | None,
    ndjson: Path | None,
    junit: Path | None,
    html: Path | None,
    spec_dir: Path | None,
    generated: Path | None,
    cassettes: Path | None,
) -> int:
    from rich.console import Console

    from sqlacc_codegen.load import load
    from sqlacc_codegen.spec import default_spec

    api = load(spec_dir or default_spec())
    languages = _languages(only_languages)
    plan = Plan(only, fast, _readings(api, reading), replay)
    everything = _cases(api, against, cassettes, spec_dir)
    if listing:
        for one in languages:
            for case in everything:
                if plan.chooses(one.id, case):
                    click.echo(f"{one.id}/{case.id}")
        return 0
    home = generated or generated_folder(spec_dir)
    console = Console(highlight=False) if sys.stdout.isatty() else Console(highlight=False, width=WIDE)
    begun = time.monotonic()
    if against in EMBEDDED:
        if write or dry_run or profile:
            raise click.UsageError("--write, --dry-run and --profile go with --against URL")
        source = verify(api, languages, plan, launcher(home), workers, everything=everything)
        count = total(languages, plan, everything)
    else:
        from .live import live, would_call

        target = live(api, languages, plan, launcher(home), against, profile, write)
        if dry_run:
            for text in would_call(target):
                click.echo(text)
            return 0
        source, count = target.lines(), target.total
    if expected:
        source = _with_expected(source, expected, [f"{id}/{case.id}" for id in language_ids() for case in everything])
    lines = [_head(api, against), *_watched(source, count, console, ndjson, api, against)]
    seconds = time.monotonic() - begun
    good = passed(lines, strict or os.environ.get("CI", "").lower() not in ("", "0", "false", "no"))
    lines.append({"type": "end", "good": good, "seconds": round(seconds, 2), "digest": digest(lines)})
    _write_reports(lines, seconds, good, ndjson, junit, html)
    if replay:
        _show_replay(lines)
    from .report.terminal import show

    show(lines, seconds, good, console)
    return 0 if good else 1


def _cases(api: Api, against: str, folder: Path | None, spec_dir: Path | None) -> list[Case]:
    """The cases of the spec, and the recordings beside them; or the recordings alone."""
    from .recordings.player import default_folder, recorded_cases

    recorded = list(recorded_cases(folder or default_folder(spec_dir)))
    if against == "cassettes" and not recorded:
        raise click.UsageError(f"there is no cassette in {folder or default_folder(spec_dir)}; see `sqlacc record`")
    return recorded if against == "cassettes" else [*cases(api), *recorded]


def _with_expected(source: Iterator[Line], path: Path, ids: Sequence[str]) -> Iterator[Line]:
    from datetime import date

    from .expected import read

    known = read(path)
    for line in source:
        yield known.judge(line, date.today())
    yield from known.stale(ids)


def _watched(
    source: Iterator[Line], count: int, console: Console, ndjson: Path | None, api: Api, against: str
) -> Iterator[Line]:
    """The lines as they come; the log on disk grows with them, so that a run cut short leaves one."""
    from .report.terminal import watch

    if ndjson is None:
        yield from watch(source, count, console)
        return
    with ndjson.open("w", encoding="utf-8") as log:
        log.write(json.dumps(_head(api, against), ensure_ascii=False) + "\n")
        for line in watch(source, count, console):
            log.write(json.dumps(line, ensure_ascii=False) + "\n")
            log.flush()
            yield line


def _head(api: Api, against: str) -> Line:
    from importlib.metadata import version

    from sqlacc_codegen.api_json import spec_sha256

    about = {"sqlacc": version("sqlacc"), "spec_version": api.version, "spec_sha256": spec_sha256(api)}
    return {"type": "run", "against": against, **about}


def _write_reports(
    lines: Sequence[Line], seconds: float, good: bool, ndjson: Path | None, junit: Path | None, html: Path | None
) -> None:
    if ndjson:
        with ndjson.open("a", encoding="utf-8") as log:
            log.write(json.dumps(lines[-1]) + "\n")
    if junit:
        from .report.junit import junit as as_junit

        junit.write_text(as_junit(lines), encoding="utf-8")
    if html:
        from .report.page import page

        html.write_text(page(lines, seconds, good), encoding="utf-8")


def _show_replay(lines: Sequence[Line]) -> None:
    from .curl import curl

    for line in lines:
        if line["type"] == "case":
            click.echo(f"# {line['id']}: {line['verdict']}")
            for exchange in line["wire"]:
                click.echo(curl(exchange))
                click.echo(f"# -> {exchange.get('broken') or exchange['status']}\n")


def _languages(only: Sequence[str]) -> list[Language]:
    known = language_ids()
    unknown = [id for id in only if id not in known]
    if unknown:
        raise click.UsageError(f"no language {unknown[0]!r}; there are: {', '.join(known)}")
    return [language(id) for id in (dict.fromkeys(only) or known)]


def _readings(api: Api, given: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    for name, value in given:
        reading = next((r for r in api.readings if r.id == name), None)
        if reading is None:
            raise click.UsageError(f"no reading {name!r}; there are: {', '.join(r.id for r in api.readings)}")
        if value not in [choice.value for choice in reading.choices]:
            values = ", ".join(choice.value for choice in reading.choices)
            raise click.UsageError(f"the reading {name} has no value {value!r}; it has: {values}")
    return tuple(given)
