"""Wall time of whole `sqlacc` processes: a cold generate, a full check, and the check when nothing has changed.

Run it with `python generator/bench/check.py [--rounds N] [--json FILE]`. To stay under: 2 s cold, 0.3 s unchanged.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

PROJECT = Path(__file__).parent.parent.parent
LIMITS = {"cold generate": 2.0, "unchanged check": 0.3}


def _time(project: Path, *arguments: str) -> tuple[float, float]:
    """Wall and CPU seconds of one process with its children."""
    begin, before = time.perf_counter(), _cpu()
    environment = {**os.environ, "PYTHONPATH": str(project / "generator")}
    command = [sys.executable, "-m", "sqlacc_codegen.cli", *arguments]
    subprocess.run(command, cwd=project, check=True, stdout=subprocess.DEVNULL, env=environment)
    return time.perf_counter() - begin, _cpu() - before


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _cold(project: Path) -> tuple[float, float]:
    for folder in ("generated", ".cache"):
        shutil.rmtree(project / folder, ignore_errors=True)
    return _time(project, "generate")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    tried: dict[str, Callable[[Path], tuple[float, float]]] = {
        "sqlacc --help": lambda project: _time(project, "--help"),
        "sqlacc check": lambda project: _time(project, "check"),
        "cold generate": _cold,
        "full check": lambda project: _time(project, "generate", "--check", "--no-cache"),
        "unchanged check": lambda project: _time(project, "generate", "--check"),
    }
    figures = {}
    with tempfile.TemporaryDirectory() as temporary:
        project = Path(temporary)
        # A copy, so that edits meanwhile do not disturb the comparison.
        for folder in ("spec", "generator/sqlacc_codegen"):
            shutil.copytree(PROJECT / folder, project / folder)
        print(f"{'':<18}{'median s':>10}{'best s':>9}{'worst s':>9}{'CPU s':>9}{'limit s':>9}")
        for name, run in tried.items():
            run(project)
            rounds = [run(project) for _ in range(options.rounds)]
            seconds, cpu = [wall for wall, _ in rounds], statistics.median(cpu for _, cpu in rounds)
            median, best, worst = statistics.median(seconds), min(seconds), max(seconds)
            figures[name] = {"median": median, "best": best, "worst": worst, "cpu": cpu}
            limit = f"{LIMITS[name]:.1f}" if name in LIMITS else ""
            print(f"{name:<18}{median:>10.3f}{best:>9.3f}{worst:>9.3f}{cpu:>9.3f}{limit:>9}", flush=True)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n")
    over = [name for name, limit in LIMITS.items() if figures[name]["median"] > limit]
    for name in over:
        print(f"OVER THE LIMIT: {name}")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
