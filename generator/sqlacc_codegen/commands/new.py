"""`sqlacc new`: a language and a folder -> a starter project there, and the commands to go on with."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import click

from .options import spec_option


class _Languages(click.ParamType):  # type: ignore[type-arg]
    """Ids of languages with a starter; looked up only when they are needed."""

    name = "language"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from ..hints import did_you_mean
        from ..starter import starters

        known = starters()
        if value not in known:
            self.fail(f"no language {value!r}. {did_you_mean(value, known)} There are: {', '.join(known)}", param, ctx)
        return str(value)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:  # noqa: ARG002
        from click.shell_completion import CompletionItem

        from ..starter import starters

        return [CompletionItem(id) for id in starters() if id.startswith(incomplete)]


@click.command()
@click.argument("language", metavar="LANG", type=_Languages())
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="List the files that would be written, and stop.")
@spec_option
def new(language: str, folder: Path, dry_run: bool, spec_dir: Path | None) -> int:
    """Make a starter project in DIR: the client of LANG, a recipe with its sample and test, ready to run.

    The client is copied in, so the project needs nothing of this one. DIR must be new or empty.

    \b
    Examples:
      sqlacc new python orders
      sqlacc new node ~/work/orders --dry-run

    Exit codes: 0 fine, 1 it could not be written, 2 wrong usage or DIR is not empty.
    """
    from ..language import language as find_language
    from ..lint import load_checked
    from ..spec import default_spec
    from ..starter import SANDBOX, create, next_commands, occupied, stand_ins, starter

    why = occupied(folder)
    if why:
        raise click.UsageError(f"{folder}: {why}; name a new or empty folder")
    chosen = find_language(language)
    files = starter(load_checked(spec_dir or default_spec()), chosen)
    if dry_run:
        click.echo("".join(f"{folder / path}\n" for path in files), nl=False)
        return 0
    try:
        create(files, folder)
    except OSError as error:
        raise click.ClickException(f"{folder}: {error.strerror or error}") from None
    prepare, test, run = next_commands(chosen)
    click.echo(f"{chosen.title} project in {folder}, {len(files)} files. Next:\n")
    click.echo(f"cd {shlex.quote(str(folder))}\n{prepare}\n{test}\n{SANDBOX}{run}")
    if more := stand_ins(chosen):
        click.echo(f"\n{more}", nl=False)
    return 0
