"""A collection file -> Api, for comparing it with specs; nothing is left on disk."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from sqlacc_codegen.files import write
from sqlacc_codegen.ir import Api
from sqlacc_codegen.load import load
from sqlacc_codegen.spec import default_spec

from .importer import as_folder, read_collection


def read_api(path: Path) -> Api:
    """What a collection says, with the rest of the specs where it says nothing. Raises Problems."""
    base = default_spec()
    with tempfile.TemporaryDirectory() as home:
        write(as_folder(read_collection(path, base), base), Path(home) / "spec")
        api = load(Path(home) / "spec")
    known = load(base)
    objects = tuple(
        replace(object, behaviour=known.by_id[object.id].behaviour) if object.id in known.by_id else object
        for object in api.objects
    )
    return replace(api, objects=objects, workflows=known.workflows, demo=known.demo)
