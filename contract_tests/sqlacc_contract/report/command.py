"""`sqlacc report`: logs of `sqlacc verify --ndjson` -> the other reports, afterwards or elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("logs", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--html", type=FILE, metavar="FILE", help="Write an HTML page here.")
@click.option("--junit", type=FILE, metavar="FILE", help="Write JUnit XML here.")
@click.option("--sarif", type=FILE, metavar="FILE", help="Write SARIF 2.1.0 here, for code scanning.")
@click.option("--coverage", is_flag=True, help="Tell which operations, fields and constraints were proved.")
def report(logs: Sequence[Path], html: Path | None, junit: Path | None, sarif: Path | None, coverage: bool) -> int:
    """Make reports of LOGS, which `sqlacc verify --ndjson` wrote.

    Several logs are parts of one run, such as the jobs of a build that verified one language each.

    \b
    Examples:
      sqlacc report verify.ndjson --html report.html
      sqlacc report python.ndjson php.ndjson --junit all.xml --sarif all.sarif --coverage

    Exit codes: 0 all good, 1 something failed, was not tried or was cut short, 2 wrong usage.
    """
    from .logs import make_room, read, write
    from .terminal import console, show

    make_room((*set(logs), html, junit, sarif))
    lines = read(logs)
    write(lines, {"html": html, "junit": junit, "sarif": sarif})
    end = lines[-1]
    show(lines, end["seconds"], end["good"], console(), coverage)
    return 0 if end["good"] else 1
