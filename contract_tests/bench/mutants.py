"""How many planted faults `verify` notices: `python contract_tests/bench/mutants.py [--lang L]... [WORDS]...`.

WORDS choose faults by what their names hold. Prints a line for each fault and the score of each language; exit code 1
when one survives.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from faulty import FAULTY, faults, noticed_by
from sqlacc_codegen.load import load
from sqlacc_codegen.spec import default_spec
from sqlacc_contract.toolchain import generated_folder


@click.command()
@click.option("--lang", "languages", multiple=True, type=click.Choice(FAULTY))
@click.argument("words", nargs=-1)
def main(languages: tuple[str, ...], words: tuple[str, ...]) -> None:
    spec = default_spec()
    api, generated = load(spec), generated_folder(spec)
    scores, survived = [], False
    for id in languages or FAULTY:
        chosen = [fault for fault in faults(id) if not words or any(word in fault.name for word in words)]
        survivors = []
        for fault in chosen:
            begun = time.monotonic()
            line = noticed_by(fault, api, generated)
            told = f"{line['id']}: {line['message'][:100]}" if line else "SURVIVED"
            print(f"{id:8}{fault.name:42}{time.monotonic() - begun:6.1f} s  {told}".replace("\n", " "), flush=True)
            if line is None:
                survivors.append(fault.name)
        survived = survived or bool(survivors)
        scores.append(f"{id}: {len(chosen) - len(survivors)} of {len(chosen)} noticed {', '.join(survivors)}".rstrip())
    print("\n".join(scores))
    sys.exit(1 if survived else 0)


if __name__ == "__main__":
    main()
