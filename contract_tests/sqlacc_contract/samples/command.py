"""`sqlacc snippets`: what stands on the command line -> samples run, and their outputs compared or recorded."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sqlacc_codegen.commands import completions
from sqlacc_codegen.commands.options import spec_option

if TYPE_CHECKING:
    from sqlacc_codegen.ir import Api

    from .play import Outcome
    from .sample import Sample


@click.command()
@click.option(
    "--lang",
    "only_speakers",
    multiple=True,
    metavar="L",
    shell_complete=completions.languages,
    help="A language, or curl; again for more.",
)
@click.option("--only", metavar="PATTERN", help="Only samples whose name holds this, or fits this * pattern.")
@click.option("--record", is_flag=True, help="Keep what the samples print, for the documentation.")
@click.option("--show", is_flag=True, help="Show the code of each sample and what it prints.")
@click.option("--list", "listing", is_flag=True, help="List the names of the samples, and stop.")
@click.option("--strict", is_flag=True, help="A missing toolchain is a failure.  [default: when CI is set]")
@click.option("--json", "as_json", is_flag=True, help="For programs: an array of samples and what they printed.")
@spec_option
@click.option("--generated", type=click.Path(path_type=Path), metavar="DIR", help="Folder of the generated clients.")
def snippets(**options: Any) -> int:
    """Run the sample code of the documentation and of the READMEs against the sandbox.

    Each sample runs in its own language, over fresh demo records, and has to print what the documentation says that
    it prints.

    \b
    Examples:
      sqlacc snippets                                 run all, compare with what is recorded
      sqlacc snippets --lang php --only 'sales_*'
      sqlacc snippets --lang node --only readme --show
      sqlacc snippets --record                        after a change of specs, templates or clients

    Exit codes: 0 all as recorded, 1 a sample failed or prints something else, 2 wrong usage.
    """
    return run(**options)


def run(
    *,
    only_speakers: tuple[str, ...],
    only: str | None,
    record: bool,
    show: bool,
    listing: bool,
    strict: bool,
    as_json: bool,
    spec_dir: Path | None,
    generated: Path | None,
) -> int:
    from sqlacc_codegen.hints import did_you_mean
    from sqlacc_codegen.load import load
    from sqlacc_codegen.spec import default_spec

    from ..toolchain import Unavailable, generated_folder
    from .sample import samples, speakers

    known = speakers()
    for id in only_speakers:
        if id not in known:
            raise click.UsageError(f"no samples of {id!r}. {did_you_mean(id, known)} There are: {', '.join(known)}")
    api = load(spec_dir or default_spec())
    home = (generated or generated_folder(spec_dir)).resolve()
    played: list[tuple[str, Outcome]] = []
    bad = names = 0
    for speaker in only_speakers or known:
        everything = samples(api, speaker, home)
        chosen = [sample for sample in everything if _wanted(sample.name, only)]
        names += len(chosen)
        if listing:
            click.echo("".join(f"{speaker}/{sample.name}\n" for sample in chosen), nl=False)
            continue
        if not chosen:
            continue
        begun = time.monotonic()
        try:
            outcomes = _played(api, speaker, chosen, home)
        except Unavailable as missing:
            failing = strict or bool(os.environ.get("CI"))
            bad += failing
            click.echo(f"{speaker}: {'failed' if failing else 'skipped'}: {missing}", err=True)
            continue
        played += [(speaker, outcome) for outcome in outcomes]
        if show:
            for outcome in outcomes:
                click.echo(f"--- {speaker}/{outcome.sample.name}\n{outcome.sample.code}--- prints\n{outcome.printed}")
        wrong, verdict = _judged(speaker, outcomes, everything, record, whole=only is None)
        bad += wrong
        if not as_json:
            click.echo(f"{speaker}: {len(outcomes)} samples, {verdict} ({time.monotonic() - begun:.1f} s)")
    if as_json and not listing:
        told = [{"language": by, "name": o.sample.name, "printed": o.printed} for by, o in played]
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    some = bool(names) if listing else bool(played)
    if not some:
        click.echo("no sample was run" if names else "no sample has such a name", err=True)
    return 1 if bad or not some else 0


def _played(api: Api, speaker: str, chosen: Sequence[Sample], home: Path) -> list[Outcome]:
    """Run the samples, with the name of the last one on a terminal."""
    from ..toolchain import Broken
    from .play import play

    shows = sys.stderr.isatty()

    def tell(outcome: Outcome) -> None:
        if shows:
            click.echo(f"\r\x1b[K{speaker}/{outcome.sample.name}", nl=False, err=True)

    try:
        return play(api, speaker, chosen, home, tell)
    except Broken as broken:
        raise click.ClickException(f"{speaker}: {broken}") from None
    finally:
        if shows:
            click.echo("\r\x1b[K", nl=False, err=True)


def _judged(
    speaker: str, outcomes: Sequence[Outcome], everything: Sequence[Sample], record: bool, *, whole: bool
) -> tuple[int, str]:
    """How many samples are not right, told one by one, and the verdict in a word."""
    from .recorded import findings, keep, stale

    changed = record and keep(speaker, outcomes, everything)
    wrong = findings(speaker, outcomes)
    if whole:
        wrong += [f"{speaker}/{name} is recorded, but there is no such sample" for name in stale(speaker, everything)]
    for text in wrong:
        click.echo(text, err=True)
    return len(wrong), f"{len(wrong)} not right" if wrong else "recorded" if changed else "as recorded"


def _wanted(name: str, pattern: str | None) -> bool:
    return pattern is None or pattern in name or fnmatchcase(name, pattern)
