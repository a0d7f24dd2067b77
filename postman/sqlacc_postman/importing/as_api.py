"""A collection file -> the Api that it tells of, for comparing it with specs; nothing is left on disk."""

from __future__ import annotations

import tempfile
from pathlib import Path

from sqlacc_codegen.difference.lacks import Lacks, Partial
from sqlacc_codegen.files import write
from sqlacc_codegen.load import load
from sqlacc_codegen.spec import default_spec

from .importer import CANNOT_SAY, as_folder, read_collection

LACKS = Lacks(api=tuple(name for name in CANNOT_SAY if name != "behaviour"), object=("behaviour",))


def read_api(path: Path) -> Partial:
    """What a collection says, understood in the light of the specs that are there. Raises Problems."""
    base = default_spec()
    with tempfile.TemporaryDirectory() as home:
        write(as_folder(read_collection(path, base), base), Path(home) / "spec")
        return Partial(load(Path(home) / "spec"), LACKS)
