"""The documentation: seconds of making its sources and its site, and what each page weighs with styles and scripts.

Run it with `python generator/bench/docs.py [--json FILE]`. To stay under: 300 KB a page without pictures, uncompressed.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
import time
from pathlib import Path

from sqlacc_codegen.exporters.docs import export
from sqlacc_codegen.exporters.docs.site import site
from sqlacc_codegen.files import Files
from sqlacc_codegen.load import load

SPEC = Path(__file__).parent.parent.parent / "spec"
LIMIT = 300_000
_PARTS = re.compile(r'<script[^>]* src="([^"?]+)|<link rel="stylesheet"[^>]* href="([^"?]+)')


def weigh(page: str, files: Files) -> tuple[int, int]:
    """Bytes of the page with what it loads, as it stands and gzipped."""
    parts = [page]
    for found in _PARTS.finditer(files[page]):
        path = Path("/", page).parent / (found[1] or found[2])
        parts.append(str(path.resolve().relative_to("/")))
    data = [files[part].encode() for part in parts]
    return sum(map(len, data)), sum(len(gzip.compress(part)) for part in data)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    api = load(SPEC)
    begin = time.perf_counter()
    sources = export(api)
    middle = time.perf_counter()
    files, warnings = site(api)
    end = time.perf_counter()
    weights = {page: weigh(page, files) for page in files if page.endswith(".html")}
    for page, (plain, zipped) in sorted(weights.items(), key=lambda item: -item[1][0]):
        print(f"{page:<44}{plain / 1000:>8.1f} KB{zipped / 1000:>8.1f} KB gzipped")
    print(f"{len(sources)} source files in {middle - begin:.2f} s; {len(weights)} pages in {end - middle:.1f} s")
    print(warnings, end="")
    if options.json:
        options.json.write_text(json.dumps({page: weight[0] for page, weight in weights.items()}, indent=2) + "\n")
    heavy = [page for page, (plain, _) in weights.items() if plain > LIMIT]
    for page in heavy:
        print(f"OVER THE LIMIT: {page}")
    return 1 if heavy or warnings else 0


if __name__ == "__main__":
    sys.exit(main())
