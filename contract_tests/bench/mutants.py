"""Faulty clients -> how many of them are noticed: `python contract_tests/bench/mutants.py [--lang L]... [WORDS]...`.

Each fault of `languages/*/mutants.yaml` is built into a copy of the generated client, and the cases of `sqlacc verify`
and the vectors are tried on it until one turns red. Prints a line for each fault and the score of each language; exit
code 1 when a fault survives or does not fit, when a language lacks one that another has, and when nothing was tried.

    python contract_tests/bench/mutants.py --lang php --lang node
    python contract_tests/bench/mutants.py --sample 5 --seed 7
    python contract_tests/bench/mutants.py --lang python "signs" "journal"
"""

from __future__ import annotations

import json
import random
import sys
import time
from pathlib import Path
from typing import Any

import click

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from faulty import Fault, Misfit, faults, missing, noticed_by
from sqlacc_codegen.ir import Api
from sqlacc_codegen.language import language_ids
from sqlacc_codegen.load import load
from sqlacc_codegen.spec import default_spec
from sqlacc_contract.toolchain import Unavailable, generated_folder

LANGUAGES = language_ids()


@click.command()
@click.option(
    "--lang", "languages", multiple=True, type=click.Choice(LANGUAGES), help="Only this language; repeatable."
)
@click.option("--sample", type=click.IntRange(min=1), help="So many faults of each language, instead of all.")
@click.option("--seed", type=int, default=0, show_default=True, help="Which faults the sample takes.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object in place of the lines.")
@click.argument("words", nargs=-1)
def main(languages: tuple[str, ...], sample: int | None, seed: int, as_json: bool, words: tuple[str, ...]) -> None:
    """Build in every fault, or those whose name holds one of WORDS, and tell which case or vector notices it."""
    spec = default_spec()
    api, generated = load(spec), generated_folder(spec)
    found: list[dict[str, Any]] = []
    for id in languages or LANGUAGES:
        chosen = [fault for fault in faults(id) if not words or any(word in fault.name for word in words)]
        if sample is not None and sample < len(chosen):
            chosen = random.Random(f"{seed} {id}").sample(chosen, sample)
        rows = []
        for number, fault in enumerate(chosen, 1):
            _progress(f"{id} {number}/{len(chosen)}: {fault.name}")
            rows.append(_tried(fault, api, generated))
            if not as_json:
                _progress("")
                click.echo(_line(rows[-1]))
        found.append({"language": id, "lacks": missing(id), "faults": rows})
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
    for one in found:
        click.echo(_score(one), err=as_json)
    if not any(one["faults"] for one in found):
        raise click.ClickException("no fault has such a name; a run of nothing proves nothing")
    sys.exit(any(one["lacks"] or any(row["outcome"] != "noticed" for row in one["faults"]) for one in found))


def _tried(fault: Fault, api: Api, generated: Path) -> dict[str, Any]:
    begun = time.monotonic()
    try:
        told = noticed_by(fault, api, generated)
        outcome = "survived" if told is None else "noticed"
    except Misfit as misfit:
        told, outcome = str(misfit), "misfit"
    except Unavailable as missing_tool:
        raise click.ClickException(str(missing_tool)) from None
    seconds = round(time.monotonic() - begun, 1)
    return {"language": fault.language, "fault": fault.name, "outcome": outcome, "by": told, "seconds": seconds}


def _line(row: dict[str, Any]) -> str:
    told = row["by"] if row["outcome"] == "noticed" else f"{row['outcome'].upper()} {row['by'] or ''}"
    return f"{row['language']:7} {row['fault']:44} {row['seconds']:5.1f} s  {' '.join(told.split())[:150]}"


def _score(one: dict[str, Any]) -> str:
    by = {outcome: [row["fault"] for row in one["faults"] if row["outcome"] == outcome] for outcome in OUTCOMES}
    seconds = sum(row["seconds"] for row in one["faults"])
    text = f"{one['language']}: {len(by['noticed'])} of {len(one['faults'])} faults noticed in {seconds:.0f} s"
    for outcome, names in (("survived", by["survived"]), ("do not fit", by["misfit"]), ("lacking", one["lacks"])):
        text += f"; {outcome}: {', '.join(names)}" if names else ""
    return text


OUTCOMES = ("noticed", "survived", "misfit")


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r\033[K{text}", nl=False, err=True)


if __name__ == "__main__":
    main()
