"""Specs of 12, 120 and 1,200 objects, copied from the real ones -> CPU time and peak memory of loading and emitting.

Run it with `python generator/bench/scale.py [--sizes 12,120] [--lang python]... [--json FILE]`. Growth counts as linear
when an object costs at most a third more in a spec of ten times the size, beyond the fixed cost of starting.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).parent.parent.parent
ALLOWANCE = 4 / 3


def synthesise(count: int, folder: Path) -> Path:
    """A spec folder with `count` objects: the real ones, then copies under other names."""
    shutil.copytree(PROJECT / "spec", folder)
    originals = sorted((folder / "objects").glob("*.yaml"))
    texts = [path.read_text("utf-8") for path in originals]
    for number in range(len(originals), count):
        source = originals[number % len(originals)]
        letters = "".join(chr(ord("a") + int(digit)) for digit in str(number))
        text = texts[number % len(originals)]
        text = re.sub(rf"^object: {source.stem}$", f"object: {source.stem}_{letters}", text, flags=re.MULTILINE)
        text = re.sub(r"^(plural: .*)$", rf"\1_{letters}", text, flags=re.MULTILINE)
        text = re.sub(r"^(path: .*)$", rf"\1{letters}", text, flags=re.MULTILINE)
        text = re.sub(r"^( +item: [a-z].*)$", rf"\1 {letters}", text, flags=re.MULTILINE)
        text = re.sub(r"^doctype: .*\n", "", text, flags=re.MULTILINE)
        (folder / "objects" / f"{source.stem}_{letters}.yaml").write_text(text, "utf-8")
    return folder


def measure(id: str, spec: Path) -> dict[str, object]:
    """Load and emit once, in this process; `load` emits nothing."""
    from sqlacc_codegen.lint import load_checked
    from sqlacc_codegen.outputs import outputs
    from sqlacc_codegen.workers import make

    begin = time.process_time()
    api = load_checked(spec)
    loaded = time.process_time()
    files: dict[str, str] = {}
    for output in outputs():
        if output.id == id:
            ((files, _),) = make([output], api, lambda *_: None)
    return {
        "objects": len(api.objects),
        "output": id,
        "load_seconds": round(loaded - begin, 3),
        "emit_seconds": round(time.process_time() - loaded, 3),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "files": len(files),
        "kilobytes": sum(map(len, files.values())) // 1024,
    }


def main() -> int:
    from sqlacc_codegen.outputs import outputs

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="12,120,1200")
    parser.add_argument("--lang", action="append")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--one", nargs=2, metavar=("OUTPUT", "SPEC"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(options.one[0], Path(options.one[1]))))
        return 0
    sizes = [int(size) for size in options.sizes.split(",")]
    ids = ["load", *(options.lang or [output.id for output in outputs()])]
    rows = []
    with tempfile.TemporaryDirectory() as temporary:
        specs = {size: synthesise(size, Path(temporary) / str(size)) for size in sizes}
        print("output       objects   load s   emit s  ms/object  peak MB   files       KB")
        for id in ids:
            for size in sizes:
                command = [sys.executable, __file__, "--one", id, str(specs[size])]
                row = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
                rows.append(row)
                seconds = row["load_seconds"] if id == "load" else row["emit_seconds"]
                each = 1000 * seconds / row["objects"]
                times = f"{row['load_seconds']:>9.2f}{row['emit_seconds']:>9.2f}{each:>11.2f}"
                sizes_of = f"{row['peak_mb']:>9}{row['files']:>8}{row['kilobytes']:>9}"
                print(f"{id:<12}{row['objects']:>8}{times}{sizes_of}", flush=True)
    steep = _steep(rows, ids)
    for line in steep:
        print(f"MORE THAN LINEAR: {line}")
    if options.json:
        options.json.write_text(json.dumps({"rows": rows, "more_than_linear": steep}, indent=2) + "\n")
    return 1 if steep else 0


def _steep(rows: list[dict[str, object]], ids: list[str]) -> list[str]:
    """Outputs for which an object costs more in the largest spec than in the one before it."""
    found = []
    for id in ids:
        mine = [row for row in rows if row["output"] == id][-2:]
        for measure in ("load_seconds" if id == "load" else "emit_seconds", "peak_mb"):
            if len(mine) == 2:
                less, more = (float(str(row[measure])) / int(str(row["objects"])) for row in mine)
                if more > less * ALLOWANCE:
                    found.append(f"{id}, {measure}: {less:.4f} an object, then {more:.4f}")
    return found


if __name__ == "__main__":
    sys.exit(main())
