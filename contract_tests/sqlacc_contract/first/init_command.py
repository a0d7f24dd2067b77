"""`sqlacc init`: a pair of keys, asked for or given -> tried, and kept as a profile that all clients read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click


@click.command()
@click.option("--profile", metavar="NAME", help="Name of the profile.  [default: demo]")
@click.option("--access-key", metavar="KEY", help="The access key.  [default: $SQLACC_ACCESS_KEY, else asked for]")
@click.option("--secret-stdin", is_flag=True, help="Read the secret key from standard input.")
@click.option("--base-url", metavar="URL", help="Where the API is, when it is not the hosted one.")
@click.option("--region", metavar="R", help="Region of the signature, when it is not the usual one.")
@click.option("--service", metavar="S", help="Service of the signature, when it is not the usual one.")
@click.option("--file", "path", type=click.Path(dir_okay=False, path_type=Path), help="The profiles file.")
@click.option("--replace", is_flag=True, help="Take the place of a profile of that name.")
@click.option("--no-check", is_flag=True, help="Keep the profile without trying it.")
@click.option("--dry-run", is_flag=True, help="Say what would be written, and stop; nothing is sent.")
def init(**options: Any) -> int:
    """Keep a pair of keys as a profile: ask for it, try keys, clock and reach, write it where all clients look.

    The secret key comes from SQLACC_SECRET_KEY, from standard input with --secret-stdin, or from a question whose
    answer is not shown; never from the command line. The file is open to you alone, and what else is in it stays.

    \b
    Examples:
      sqlacc init                                                    asks for everything
      sqlacc init --profile production
      sqlacc init --profile ci --access-key "$KEY" --secret-stdin < secret.txt
      sqlacc init --profile here --base-url http://127.0.0.1:8080    a sandbox

    Exit codes: 0 fine, 1 the keys do not work or the file cannot be written, 2 wrong usage.
    """
    from .init import run

    return run(**options)
