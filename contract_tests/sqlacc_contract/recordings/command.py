"""`sqlacc record`: what stands on the command line -> cassettes in a folder, or what is wrong with those there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from sqlacc_codegen.commands.options import spec_option


@click.command()
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="Folder of the cassettes.")
@click.option(
    "--only", multiple=True, metavar="PATTERN", help="Only cases whose id holds this, or fits this * pattern."
)
@click.option("--again", is_flag=True, help="Record also what there is a cassette of.")
@click.option("--check", "checking", is_flag=True, help="Record nothing: hold the cassettes to today's spec, offline.")
@click.option("--diff", "differing", is_flag=True, help="Record again, keep nothing, tell what has changed.")
@click.option("--expire", is_flag=True, help="With --check: an expired cassette is an error, not a warning.")
@click.option("--profile", metavar="NAME", help="Record a real server, with the keys of this profile; reads only.")
@click.option("--base-url", metavar="URL", help="With --profile: where the server is.  [default: the profile's]")
@click.option("--write", metavar="COMPANY", help="With --profile: write too, if this is the company's name.")
@click.option("--replace-texts", is_flag=True, help="Pseudonyms for all free text, not only for what names somebody.")
@click.option("--dry-run", is_flag=True, help="Say which calls would be made, and stop.")
@spec_option
def record(**options: Any) -> int:
    """Record cassettes: from the embedded sandbox, or from a real server with --profile.

    Nothing is written before it is scrubbed by the spec, searched for leaks, signed again with a published example
    key and replayed. vcrpy's own player reads the files.

    \b
    Examples:
      sqlacc record                              what is missing, from the sandbox
      sqlacc record --again --only customer/
      sqlacc record --check                      do the cassettes fit today's spec?
      sqlacc record --profile demo --diff        does the server still answer as it did? (reads only)
      sqlacc record --profile demo --dry-run     which calls would be made

    Exit codes: 0 fine, 1 something could not be recorded or does not fit, 2 wrong usage.
    """
    from .recorder import run

    return run(**options)
