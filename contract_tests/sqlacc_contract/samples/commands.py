"""Samples of the command line -> what they print: parsed by a real shell at once, then called in this process."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from unittest.mock import patch

from sqlacc_codegen.ir import Api

from ..call_command import call, ping
from .sample import Sample

COMMANDS = {"call": call, "ping": ping}  # what samples may use

# The shell runs every sample with a `sqlacc` that only writes down its arguments.
_NOTE = 'sqlacc() { printf "%s\\0" "$@" "$END"; }'
_ARGUMENT = "\1end-of-call\1"
_SAMPLE = "\1end-of-sample\1"


def printed_by_commands(
    api: Api, samples: Sequence[Sample], folder: Path, keys: Mapping[str, str]
) -> Callable[[Sample], tuple[str, str]]:
    calls = dict(zip((sample.name for sample in samples), _parsed(samples), strict=True))

    def run(sample: Sample) -> tuple[str, str]:
        from click.testing import CliRunner

        printed = []
        # The specs are read once, not by each call.
        with _inside(folder), patch("sqlacc_codegen.load.load", lambda _: api):
            for name, *arguments in calls[sample.name]:
                cleared = {name: None for name in os.environ if name.startswith("SQLACC_")}
                done = CliRunner().invoke(COMMANDS[name], arguments, env={**cleared, **keys, "NO_COLOR": "1"})
                printed.append(done.stdout)
                if done.exit_code:
                    return "\n".join(printed), f"exit code {done.exit_code}: {done.stderr or done.exception}"
        return "\n".join(printed), ""

    return run


def _parsed(samples: Sequence[Sample]) -> list[list[list[str]]]:
    """The arguments of each call of each sample."""
    script = [_NOTE, f"END='{_ARGUMENT}'"]
    for sample in samples:
        script += ["(", sample.code, ")", f"printf '%s\\0' '{_SAMPLE}'"]
    done = subprocess.run(["sh", "-eu"], input="\n".join(script), capture_output=True, text=True, check=True)  # noqa: S607
    found: list[list[list[str]]] = [[[]]]
    for argument in done.stdout.split("\0")[:-1]:
        if argument == _SAMPLE:
            found[-1].pop()
            found.append([[]])
        elif argument == _ARGUMENT:
            found[-1].append([])
        else:
            found[-1][-1].append(argument)
    return found[:-1]


@contextlib.contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
