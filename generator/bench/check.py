"""Wall time of whole `sqlacc` processes: a cold generate, a full check, and the check when nothing has changed.

Run it with `python generator/bench/check.py [--rounds N] [--json FILE]`. To stay under: 2 s cold, 0.3 s unchanged.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

PROJECT = Path(__file__).parent.parent.parent
SQLACC = Path(sys.executable).parent / "sqlacc"
LIMITS = {"cold generate": 2.0, "unchanged check": 0.3}


def _time(project: Path, *arguments: str) -> float:
    begin = time.perf_counter()
    subprocess.run([SQLACC, *arguments], cwd=project, check=False, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin


def _cold(project: Path) -> float:
    for folder in ("generated", ".cache"):
        shutil.rmtree(project / folder, ignore_errors=True)
    return _time(project, "generate")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    tried: dict[str, Callable[[Path], float]] = {
        "sqlacc --help": lambda project: _time(project, "--help"),
        "sqlacc check": lambda project: _time(project, "check"),
        "cold generate": _cold,
        "full check": lambda project: _time(project, "generate", "--check", "--no-cache"),
        "unchanged check": lambda project: _time(project, "generate", "--check"),
    }
    figures = {}
    with tempfile.TemporaryDirectory() as temporary:
        project = Path(temporary)
        shutil.copytree(PROJECT / "spec", project / "spec")
        print(f"{'':<18}{'median s':>10}{'best s':>9}{'worst s':>9}{'limit s':>9}")
        for name, run in tried.items():
            run(project)
            seconds = [run(project) for _ in range(options.rounds)]
            figures[name] = {"median": statistics.median(seconds), "best": min(seconds), "worst": max(seconds)}
            limit = f"{LIMITS[name]:.1f}" if name in LIMITS else ""
            print(
                f"{name:<18}{statistics.median(seconds):>10.3f}{min(seconds):>9.3f}{max(seconds):>9.3f}{limit:>9}",
                flush=True,
            )
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n")
    over = [name for name, limit in LIMITS.items() if figures[name]["median"] > limit]
    for name in over:
        print(f"OVER THE LIMIT: {name}")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
