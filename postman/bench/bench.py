"""Figures: import of a full collection, export of all formats, diff of two specs, memory on a 50 MB file.

`python postman/bench/bench.py`: each line is the best of some runs, in the process unless it says otherwise.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlacc_codegen.difference.compare import compare
from sqlacc_codegen.files import write
from sqlacc_codegen.load import load
from sqlacc_codegen.outputs import outputs
from sqlacc_postman.importing.importer import as_folder, read_collection

SPEC = Path(__file__).parents[2] / "spec"
_CHILD = """
import resource, sys, time
from pathlib import Path
from sqlacc_codegen.problems import Problems
from sqlacc_postman.importing.importer import read_collection
begin = time.perf_counter()
found = read_collection(Path(sys.argv[1]), Path(sys.argv[2]))
print(f"{time.perf_counter() - begin:.2f} s, {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB, "
      f"{len(found.objects)} objects")
"""


def full_collection() -> dict[str, Any]:
    """Every endpoint that the specs know, with list, get, create, update and delete."""
    api = load(SPEC)
    paths = [(o.title, o.path) for o in api.objects] + [(m.title, m.path) for m in api.masters if m.path]
    lines = [{"dtlkey": 0, "itemcode": "ANT", "qty": "1.00", "unitprice": "25.00", "description": "Antenna"}] * 3
    body = {"docno": "X-1", "docdate": "2026-01-15", "code": "300-A", "docamt": "75.00", "cancelled": False}
    raw = json.dumps(body | {"udf_shop": "7", "sdsdocdetail": lines}, indent=2)
    folders = []
    for title, path in paths:
        items = []
        for verb, tail in (("GET", ""), ("GET", "/:dockey"), ("POST", ""), ("PUT", "/:dockey"), ("DELETE", "/:dockey")):
            request: dict[str, Any] = {"method": verb, "url": {"raw": "{{base_url}}" + path + tail}}
            if verb in ("POST", "PUT"):
                request["body"] = {"mode": "raw", "raw": raw}
            items.append({"name": f"{verb} {title}", "request": request})
        folders.append({"name": title, "item": items})
    return {"info": {"name": "Full"}, "item": folders}


def best(what: Callable[[], object], runs: int = 3) -> float:
    """Seconds of the fastest run."""
    found = []
    for _ in range(runs):
        begin = time.perf_counter()
        what()
        found.append(time.perf_counter() - begin)
    return min(found)


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        data = full_collection()
        file = home / "full.json"
        file.write_text(json.dumps(data), encoding="utf-8")
        imported = read_collection(file, SPEC)
        seconds = best(lambda: as_folder(read_collection(file, SPEC), SPEC))
        print(f"import, {len(imported.objects)} objects: {seconds:.3f} s")
        write(as_folder(imported, SPEC), home / "spec")
        full = load(home / "spec")
        api = load(SPEC)
        for output in outputs():
            if output.path.startswith("postman/") or output.id in ("openapi", "jsonschema"):
                small, large = (best(lambda o=output, a=a: o.files(a), 2) for a in (api, full))  # type: ignore[misc]
                print(f"export {output.id}: {small:.3f} s, of {len(full.objects)} objects {large:.3f} s")
        seconds = best(lambda: compare(full, load(home / "spec")))
        print(f"diff of two specs of {len(full.objects)} objects: {seconds:.3f} s")
        many = home / "many.json"
        copies = 50_000_000 // file.stat().st_size + 1
        many.write_text(json.dumps(data | {"item": data["item"] * copies}), encoding="utf-8")
        size = many.stat().st_size / 1e6
        done = subprocess.run([sys.executable, "-c", _CHILD, many, SPEC], capture_output=True, text=True, check=True)
        print(f"import of {size:.0f} MB in a process of its own: {done.stdout.strip()}")


if __name__ == "__main__":
    main()
