"""`sqlacc generate`: everything generated, written or compared."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import completions
from .options import spec_option

if TYPE_CHECKING:
    from ..generate import Result


@click.command()
@click.option(
    "--lang",
    "only",
    multiple=True,
    metavar="L",
    shell_complete=completions.languages,
    help="A language or other output; again for more.",
)
@spec_option
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Write below this folder.  [default: generated/ beside the specs]",
)
@click.option(
    "--check", is_flag=True, help="Write nothing; show what would change and exit with 1 when anything would."
)
@click.option(
    "--no-cache", is_flag=True, help="With --check: compare in full even when nothing changed since last time."
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def generate(
    only: tuple[str, ...], spec_dir: Path | None, out: Path | None, check: bool, no_cache: bool, form: str
) -> int:
    """Write the clients and other outputs from the specs.

    Each output folder is replaced as a whole: it holds the new files or the old ones, never a mix, and no stale file
    stays behind. The same specs give the same bytes on every machine.

    \b
    Examples:
      sqlacc generate
      sqlacc generate --lang python --lang php
      sqlacc generate --check                    in CI: is generated/ what the specs give?
      sqlacc generate --spec my/spec --out /tmp/clients
    """
    from ..generate import Job, UnknownOutput, known_fresh, run
    from ..spec import default_spec

    begin = time.perf_counter()
    job = Job(spec_dir or default_spec(), out, tuple(sorted(set(only))))
    if check and not no_cache and known_fresh(job):
        _say(form, [], check=True, seconds=time.perf_counter() - begin, cached=True)
        return 0
    bar = _Progress(shown=sys.stderr.isatty() and form == "text")
    try:
        results = run(job, check=check, use_cache=not no_cache or not check, progress=bar)
    except UnknownOutput as error:
        raise click.UsageError(str(error)) from None
    finally:
        bar.clear()
    _say(form, results, check=check, seconds=time.perf_counter() - begin)
    return 1 if check and any(result.differences for result in results) else 0


def _say(form: str, results: list[Result], *, check: bool, seconds: float, cached: bool = False) -> None:
    found = [difference for result in results for difference in result.differences]
    if form == "json":
        import json

        outputs = [
            {
                "output": result.output,
                "path": result.path.as_posix(),
                "files": result.files,
                "differences": [{"path": d.path, "kind": d.kind} for d in result.differences],
            }
            for result in results
        ]
        click.echo(json.dumps({"check": check, "unchanged": not found, "cached": cached, "outputs": outputs}, indent=2))
        return
    if not check:
        for result in results:
            click.echo(f"{result.path.as_posix()}: {result.files} files, {_changes(result)}")
    else:
        for difference in found:
            for line in difference.text.splitlines():
                click.secho(line, fg=_COLOURS.get(line[:1]))
    if check and found:
        click.echo(f"{len(found)} files differ from what the specs give; run: sqlacc generate", err=True)
    elif check:
        click.echo(f"Everything generated is up to date ({seconds:.2f} s{', unchanged since last time' * cached}).")
    else:
        click.echo(f"Generated {sum(result.files for result in results)} files in {seconds:.2f} s.")


_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


def _changes(result: Result) -> str:
    kinds = [difference.kind for difference in result.differences]
    words = {"changed": "changed", "missing": "new", "stale": "removed"}
    told = [f"{kinds.count(kind)} {word}" for kind, word in words.items() if kind in kinds]
    return ", ".join(told) or "unchanged"


class _Progress:
    """One line on a terminal, written over and over."""

    def __init__(self, *, shown: bool) -> None:
        self._shown = shown

    def __call__(self, id: str, number: int, total: int) -> None:
        if self._shown:
            filled = "#" * (20 * number // total)
            click.echo(f"\r\033[K[{filled:<20}] {number}/{total} {id}", nl=False, err=True)

    def clear(self) -> None:
        if self._shown:
            click.echo("\r\033[K", nl=False, err=True)
