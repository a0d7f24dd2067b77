"""The commands of this package for `sqlacc`: each parses, calls one function, prints. Heavy imports wait."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from sqlacc_codegen.commands import completions
from sqlacc_codegen.commands.options import spec_option

from .call_command import call, ping

__all__ = ["call", "driver", "ping", "properties", "verify"]


def __getattr__(name: str) -> Any:
    """`sandbox` has a home of its own, and imports a server."""
    if name == "sandbox":
        from .sandbox.command import sandbox

        return sandbox
    raise AttributeError(name)


def _pairs(_: click.Context, option: click.Parameter, given: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    pairs = [text.partition("=") for text in given]
    for name, sign, _value in pairs:
        if not name or not sign:
            raise click.BadParameter(f"{name!r} is not NAME=VALUE", param=option)
    return tuple((name, value) for name, _, value in pairs)


@click.command()
@click.argument("language", shell_complete=completions.languages)
@spec_option
@click.option("--generated", type=click.Path(path_type=Path), metavar="DIR", help="Folder of the generated clients.")
def driver(language: str, spec_dir: Path | None, generated: Path | None) -> int:
    """Start the driver program of LANGUAGE and talk to it by hand: one JSON object a line.

    \b
    Examples:
      sqlacc driver python
      echo '{"cmd":"start","seq":1,"protocol":1,"spec_sha256":"'$(printf 0%.0s $(seq 64))'"}' | sqlacc driver python
    """
    import subprocess

    from .toolchain import Broken, Unavailable, generated_folder, ready

    try:
        start = ready(_language(language), generated or generated_folder(spec_dir))
    except (Unavailable, Broken) as error:
        raise click.ClickException(str(error)) from None
    try:
        return subprocess.run(start.command, cwd=start.cwd, env=start.env, check=False).returncode  # noqa: S603
    except OSError as error:
        raise click.ClickException(f"cannot run {start.command[0]}: {error}") from None


@click.command()
@click.option(
    "--lang",
    "only_languages",
    multiple=True,
    metavar="L",
    shell_complete=completions.languages,
    help="A language; again for more.  [default: all]",
)
@click.option(
    "--against",
    default="sandbox",
    metavar="sandbox|cassettes|URL",
    show_default=True,
    help="What to play against; the sandbox comes with the cassettes.",
)
@click.option(
    "--cassettes",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Folder of the recordings.",
)
@click.option(
    "--only", multiple=True, metavar="PATTERN", help="Only cases whose id holds this text, or fits this * pattern."
)
@click.option(
    "--reading",
    multiple=True,
    metavar="NAME=VALUE",
    callback=_pairs,
    shell_complete=completions.readings,
    help="Let the sandbox behave so.",
)
@click.option("--fast", is_flag=True, help="Leave out time-outs, the longest lists, readings of most objects.")
@click.option(
    "--replay",
    metavar="CASE|FILE",
    help="Play one case, or a kept example, and show its requests for curl.",
)
@click.option("--properties", is_flag=True, help="Instead of the cases: what has to hold, over generated values.")
@click.option(
    "--examples", type=click.IntRange(1), default=10, show_default=True, help="With --properties: examples of a suite."
)
@click.option(
    "--seed", type=click.IntRange(0), default=0, show_default=True, help="With --properties: where they begin."
)
@click.option(
    "--keep",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(".sqlacc/failures"),
    show_default=True,
    metavar="DIR",
    help="With --properties: folder for examples that fail.",
)
@click.option("--list", "listing", is_flag=True, help="List the ids of the cases, and stop.")
@click.option("--strict", is_flag=True, help="A missing toolchain is a failure.  [default: when CI is set]")
@click.option(
    "--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Drivers per language at a time."
)
@click.option(
    "--expected", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE", help="Known failures."
)
@click.option(
    "--write", metavar="COMPANY", help="With a URL: also create, change and delete records; the company must be this."
)
@click.option("--dry-run", is_flag=True, help="With a URL: say every call that would be made, and stop.")
@click.option("--profile", metavar="NAME", help="With a URL: the profile whose keys are used.")
@click.option("--ndjson", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write the log here.")
@click.option("--junit", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write JUnit XML here.")
@click.option(
    "--html", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write an HTML page here."
)
@click.option(
    "--sarif", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write SARIF 2.1.0 here."
)
@click.option("--coverage", is_flag=True, help="Tell which operations, fields and constraints were proved.")
@spec_option
@click.option("--generated", type=click.Path(path_type=Path), metavar="DIR", help="Folder of the generated clients.")
def verify(**options: Any) -> int:
    """Hold the clients to the contract, operation by operation.

    Each case goes through the client's own driver program to a fresh sandbox. It passes only if what the server saw
    and what the client returned both fit the spec. A run that tried nothing is a failure.

    \b
    Examples:
      sqlacc verify
      sqlacc verify --lang python --only 'sales_invoice/update*'
      sqlacc verify --against cassettes
      sqlacc verify --properties --examples 50 --seed 7
      sqlacc verify --reading get_envelope=top_level --fast
      sqlacc verify --against https://api.sql.my --profile demo     reads only

    Exit codes: 0 all good, 1 something failed or nothing was tried, 2 wrong usage.
    """
    from .verify_command import run

    return run(**options)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def properties(as_json: bool) -> int:
    """List what has to hold of every server and client over generated values.

    `sqlacc verify --properties` tries them; `--seed` and `--examples` say where it begins and how long it goes on.

    \b
    Example:
      sqlacc properties --json
    """
    from .properties.command import listing

    for line in listing(as_json):
        click.echo(line)
    return 0


def _language(id: str) -> Any:
    from sqlacc_codegen.hints import did_you_mean
    from sqlacc_codegen.language import language, language_ids

    known = language_ids()
    if id not in known:
        raise click.UsageError(f"no language {id!r}. {did_you_mean(id, known)} There are: {', '.join(known)}".strip())
    return language(id)
