"""An import from end to end: read, lay down or add to, and say what changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlacc_codegen.collector import paused
from sqlacc_codegen.files import diff, diff_file, write, write_file
from sqlacc_codegen.problems import Place, Problem, Problems

from .importer import as_folder, read_collection
from .report import Report


@dataclass(frozen=True)
class Done:
    """What an import did."""

    objects: int
    masters: int
    changes: tuple[str, ...]
    report: Report


def run(
    file: Path, into: Path | None, out: Path | None, base: Path, environments: Iterable[Path], *, dry_run: bool
) -> Done:
    """Import `file` into a spec folder, or as a new one into `out`. Raises Problems; then nothing was written."""
    with paused():
        imported = read_collection(file, base, environments)
        changes: list[str] = []
        if out is not None and (imported.objects or imported.masters):
            files = as_folder(imported, base)
            if out.exists() and any(out.iterdir()) and diff(files, out, show=False):
                message = "this folder holds other files; it is not replaced"
                hint = "give a new folder, or --into to add to what is there"
                raise Problems([Problem(Place(str(out)), "not-empty", message, hint)])
            found = diff(files, out, show=False) if dry_run else write(files, out)
            changes = [f"{'would write' if dry_run else 'wrote'} {len(found)} files to {out}"] if found else []
        elif into is not None:
            from .into import additions

            for path, text in additions(imported, into).items():
                if dry_run:
                    changes += [difference.text for difference in diff_file(text, path)]
                elif write_file(text, path):
                    changes.append(f"wrote {path}")
    return Done(len(imported.objects), len(imported.masters), tuple(changes), imported.report)
