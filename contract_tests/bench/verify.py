"""How fast the fast lane of verify is: `python contract_tests/bench/verify.py [LANGUAGE...]`: a table, then JSON.

cases/s: `verify --fast` with one worker, by the clock; own s and driver s: the seconds that verify (with its sandbox)
and the driver compute in it, whatever else the machine does. What drivers do alone is told by `drivers.py`.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

from sqlacc_codegen.ir import Api
from sqlacc_codegen.language import language, language_ids
from sqlacc_codegen.load import load
from sqlacc_codegen.spec import default_spec
from sqlacc_contract.results import of_type
from sqlacc_contract.toolchain import Unavailable, generated_folder, ready
from sqlacc_contract.verify import Plan, verify


def measure(api: Api, id: str, generated: Path) -> dict[str, Any]:
    try:
        start = ready(language(id), generated)
    except Unavailable as missing:
        print(f"{id}: {missing}", file=sys.stderr)
        return {}
    begun, before = time.perf_counter(), computed()
    lines = list(verify(api, [language(id)], Plan(fast=True), lambda _: start))
    seconds = time.perf_counter() - begun
    cases = of_type(lines, "case")
    own, drivers = (after - first for after, first in zip(computed(), before, strict=True))
    found = {
        "cases": len(cases),
        "cases/s": len(cases) / seconds,
        "seconds": seconds,
        "own s": own,
        "driver s": drivers,
    }
    return {name: round(value, 1) for name, value in found.items()}


def computed() -> tuple[float, float]:
    """Seconds of this process and of the ones it has waited for."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    own, children = (one.ru_utime + one.ru_stime for one in used)
    return own, children


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("language", nargs="*", default=language_ids())
    options = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f}")
    api, generated = load(default_spec()), generated_folder()
    measured = {id: measure(api, id, generated) for id in options.language}
    results = {id: found for id, found in measured.items() if found}
    names = list(next(iter(results.values()), {}))
    print("language".ljust(10), *(name.rjust(12) for name in names))
    for id, found in results.items():
        print(id.ljust(10), *(f"{found[name]:12,.1f}" for name in names))
    print(json.dumps(results))


if __name__ == "__main__":
    main()
