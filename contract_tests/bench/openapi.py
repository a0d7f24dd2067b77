"""Many requests that schemathesis makes up from the exported OpenAPI document, under each set of readings.

`python contract_tests/bench/openapi.py [--examples N] [--seed N]` prints calls, seconds and every kind of finding; exit
code 1 when there is one.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from openapi_requests import MODES, run
from sqlacc_codegen.load import load
from test_openapi import OTHER_READINGS


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=50, help="for each operation (50)")
    parser.add_argument("--seed", type=int, default=1, help="chooses which examples (1)")
    options = parser.parse_args()
    api = load(Path(__file__).parents[2] / "spec")
    findings = 0
    for readings in ({}, OTHER_READINGS):
        for mode in MODES:
            begin = time.perf_counter()
            found = run(api, mode, options.examples, options.seed, readings=readings)
            seconds = time.perf_counter() - begin
            told = "other readings" if readings else "usual readings"
            accepted = sum(count for (_, status), count in found.statuses.items() if status < 300)
            print(f"{mode}, {told}: {found.calls} calls, {accepted} accepted, {seconds:.1f} s")
            for kind, text in found.findings.items():
                print(f"\n{kind}\n{text}\n")
            findings += len(found.findings)
    print(f"{findings} kinds of findings")
    return int(findings > 0)


if __name__ == "__main__":
    sys.exit(main())
