"""Broken servers -> how soon verify notices each: `python contract_tests/bench/servers.py [--lang L] [WORDS]...`.

Prints a line for each server of `broken_servers.py` with the seconds until the first case turned red; exit code 1 when
one is not noticed.
"""

from __future__ import annotations

import sys
import time
from functools import partial
from pathlib import Path

import click

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from broken_servers import BREAKAGES
from faulty import TELLING
from sqlacc_codegen.ir import Api
from sqlacc_codegen.language import language, language_ids
from sqlacc_codegen.load import load
from sqlacc_codegen.spec import default_spec
from sqlacc_contract.house import House
from sqlacc_contract.results import is_good
from sqlacc_contract.toolchain import generated_folder, ready
from sqlacc_contract.verify import Plan, verify


@click.command()
@click.option("--lang", default="python", show_default=True, type=click.Choice(language_ids()), help="The client.")
@click.argument("words", nargs=-1)
def main(lang: str, words: tuple[str, ...]) -> None:
    """Put every broken server, or those whose name holds one of WORDS, behind a good client."""
    spec = default_spec()
    api, start = load(spec), ready(language(lang), generated_folder(spec))
    missed, seconds = [], []
    for name in (name for name in BREAKAGES if not words or any(word in name for word in words)):
        begun = time.monotonic()
        plan = Plan(only=TELLING, fast=True, limit=3.0)
        lines = verify(api, [language(lang)], plan, lambda _: start, house=partial(_house, name))
        red = next((line for line in lines if line["type"] == "case" and not is_good(line)), None)
        seconds.append(time.monotonic() - begun)
        told = f"{red['id']}: {' '.join(red['message'].split())[:110]}" if red else "NOT NOTICED"
        click.echo(f"{name:36} {seconds[-1]:5.1f} s  {told}")
        if red is None:
            missed.append(name)
    if not seconds:
        raise click.ClickException("no server has such a name")
    click.echo(f"{len(seconds) - len(missed)} of {len(seconds)} noticed; the slowest took {max(seconds):.1f} s")
    sys.exit(bool(missed))


def _house(name: str, api: Api) -> House:
    return House(api, BREAKAGES[name])


if __name__ == "__main__":
    main()
