"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

spec_option: Callable[[Any], Any] = click.option(
    "--spec",
    "spec_dir",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder of the specs.  [default: $SQLACC_SPEC, else ./spec, else the one that came with sqlacc]",
)
