"""`sqlacc call` and `sqlacc ping`: what stands on the command line -> one call, told to people or to a program."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import click

from sqlacc_codegen.commands import completions
from sqlacc_codegen.commands.options import spec_option


def _profiles(begun: str) -> list[str]:
    """Names of profiles, and nothing else of their file; none when it cannot be read."""
    with contextlib.suppress(Exception):
        from .client_package import client_module
        from .first.profile_file import read, sections

        known = sections(read(client_module("profiles").profiles_file()))
        return [name for name in known if name.startswith(begun)]
    return []


profile_option = click.option(
    "--profile",
    metavar="NAME",
    shell_complete=lambda _, __, begun: _profiles(begun),
    help="A named section of the profiles file.  [default: $SQLACC_PROFILE]",
)
url_option = click.option(
    "--base-url", metavar="URL", help="Where the API is.  [default: $SQLACC_BASE_URL, else the hosted API]"
)
json_option = click.option("--json", "as_json", is_flag=True, help="For programs: JSON, decimals as text.")


def _where(_: click.Context, option: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for text in given:
        name, sign, value = text.partition("=")
        if not name or not sign:
            raise click.BadParameter(f"{text!r} is not FIELD=VALUE", param=option)
        found[name] = value
    return found


@click.command()
@click.argument("object", shell_complete=completions.things)
@click.argument("operation", shell_complete=completions.operations)
@click.option("--key", metavar="K", help="dockey or code of the record.")
@click.option(
    "--where", multiple=True, metavar="F=V", callback=_where, help="A filter; again for more. `300*` is a prefix."
)
@click.option("--data", metavar="JSON|@FILE|@-", help="Record or changes; @FILE reads a file, @- standard input.")
@click.option("--offset", type=click.IntRange(0), default=0, help="First row of a list.")
@click.option("--limit", type=click.IntRange(1), help="Rows of a list; without it one page, or all with iterate.")
@click.option("--template", metavar="NAME", help="Report name of a PDF.")
@url_option
@profile_option
@json_option
@click.option("--dry-run", is_flag=True, help="Show the request as a curl command that signs for itself; send nothing.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write here.")
@spec_option
def call(**options: Any) -> int:
    """Make one signed call: OPERATION (list, iterate, find, get, create, update, delete, pdf) of OBJECT.

    Keys come from SQLACC_ACCESS_KEY and SQLACC_SECRET_KEY, or from a profile; they are never shown. OBJECT may also
    be an endpoint that the specs know by path only (list and get).

    \b
    Examples:
      sqlacc call customer list --where 'code=300-A*'
      sqlacc call sales_invoice find --where docno=IV-00001 --json
      sqlacc call sales_invoice create --data @invoice.json
      sqlacc call sales_invoice update --key 35 --data '{"description": "paid"}'
      sqlacc call sales_invoice pdf --key 35 -o invoice.pdf
      sqlacc call account get --key 310-001

    Exit codes: 0 fine, 1 the call failed, 2 wrong usage.
    """
    from .call import run_call

    return run_call(**options)


@click.command()
@url_option
@profile_option
@json_option
def ping(base_url: str | None, profile: str | None, as_json: bool) -> int:
    """Check reach, keys and clock with one read of /version.

    \b
    Examples:
      sqlacc ping --profile demo
      SQLACC_BASE_URL=http://127.0.0.1:8080 sqlacc ping
    """
    from .call import run_ping

    return run_ping(base_url, profile, as_json)
