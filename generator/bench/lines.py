"""Lines of source in each generated package, beside those of OpenAPI Generator from the exported OpenAPI.

Run it with `python generator/bench/lines.py [--peer PATH/TO/openapi-generator-cli] [--json FILE]`. The peer comes with
`pip install openapi-generator-cli==7.26.0` into an environment of its own and needs Java. `bench/peer.txt` of a
language says how its sources end and with which options the peer makes its own. Every line counts, documentation and
blank ones too; tests, examples, documents and the driver do not.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import time
from pathlib import Path

from sqlacc_codegen.language import HOME, language_ids

GENERATED = Path(__file__).parent.parent.parent / "generated"
ASIDE = {"test", "tests", "docs", "examples", "samples", "driver"}


def lines(folder: Path, suffix: str) -> int:
    files = (path.relative_to(folder) for path in folder.rglob(f"*{suffix}"))
    own = (path for path in files if not any(part.lower() in ASIDE or ".Test" in part for part in path.parts))
    return sum(len((folder / path).read_bytes().splitlines()) for path in own)


def peer_lines(program: Path, options: list[str], suffix: str) -> tuple[int, float]:
    """Lines that the peer writes, and the seconds it takes."""
    with tempfile.TemporaryDirectory() as out:
        begin = time.perf_counter()
        command = [str(program), "generate", "-i", str(GENERATED / "openapi.yaml"), "-o", out, *options]
        subprocess.run(command, check=True, capture_output=True)
        return lines(Path(out), suffix), time.perf_counter() - begin


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", type=Path, help="the program openapi-generator-cli")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    figures = {}
    print(f"{'':<10}{'lines':>8}{'peer':>9}{'peer s':>8}")
    for id in language_ids():
        suffix, *how = (HOME / id / "bench" / "peer.txt").read_text().split()
        figure: dict[str, float] = {"lines": lines(GENERATED / id, suffix)}
        shown = ""
        if how and options.peer:
            figure["peer_lines"], figure["peer_seconds"] = peer_lines(options.peer, how, suffix)
            shown = f"{figure['peer_lines']:>9,}{figure['peer_seconds']:>8.1f}"
        figures[id] = figure
        print(f"{id:<10}{figure['lines']:>8,}{shown}", flush=True)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
