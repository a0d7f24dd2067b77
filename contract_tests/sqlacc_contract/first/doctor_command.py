"""`sqlacc doctor`: what is looked at on this machine -> findings, each with what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from sqlacc_codegen.commands.options import spec_option

from ..call_command import profile_option, url_option


@click.command()
@profile_option
@url_option
@click.option("--offline", is_flag=True, help="Send nothing: leave out reach, clock and keys at the server.")
@click.option("--json", "as_json", is_flag=True, help="For programs: an array of findings.")
@spec_option
@click.option("--generated", type=click.Path(path_type=Path), metavar="DIR", help="Folder of the generated clients.")
def doctor(**options: Any) -> int:
    """Look for what keeps things from working here: versions, toolchains, keys, files, clock, reach, proxies.

    Keys are looked at, never shown. Each finding says what to do; what only limits what can be done here is a note.

    \b
    Examples:
      sqlacc doctor
      sqlacc doctor --profile production
      sqlacc doctor --base-url https://203.0.113.7 --json
      sqlacc doctor --offline

    Exit codes: 0 nothing has to be mended, 1 something has to be, 2 wrong usage.
    """
    from .doctor import run

    return run(**options)
