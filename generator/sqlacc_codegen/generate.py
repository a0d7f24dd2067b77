"""Specs -> everything generated, written or compared: the whole of `sqlacc generate` but its options."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from .files import JUNK, MARK, Difference
from .fresh import inputs_digest, remember, remembered, tree_digest
from .hints import did_you_mean
from .spec import is_packaged
from .swap import remove_folder

if TYPE_CHECKING:
    from .outputs import Output

OUTPUT_HOME = "generated"


class UnknownOutput(ValueError):  # noqa: N818 - it reads so where it is raised
    """Something was asked for that is not made."""


@dataclass
class Result:
    """What one output came to."""

    output: str
    path: Path
    files: int
    seconds: float
    differences: list[Difference] = field(default_factory=list)


@dataclass(frozen=True)
class Job:
    """What is generated from where to where; `only` names outputs, all when empty."""

    spec_dir: Path
    out: Path | None = None
    only: tuple[str, ...] = ()

    @property
    def project(self) -> Path:
        """The folder that holds the specs and generated/; the working directory for specs inside a package."""
        return Path() if is_packaged(self.spec_dir) else self.spec_dir.parent

    @property
    def home(self) -> Path:
        return self.out if self.out is not None else self.project / OUTPUT_HOME

    @property
    def cache(self) -> Path:
        """Beside the generated folder in a project, else in the user's cache."""
        if self.out is None:
            return self.project / ".cache" / "sqlacc-check.json"
        import platformdirs

        return platformdirs.user_cache_path("sqlacc") / "check.json"

    def inputs(self) -> str:
        return inputs_digest(self.spec_dir, (str(self.home.resolve()), *self.only))


def known_fresh(job: Job) -> bool:
    """Whether outputs with just these bytes were compared before with what just these inputs give."""
    found = remembered(job.cache, job.inputs())
    return bool(found) and found[0] == _outputs_digest(job, found[1:])


def run(
    job: Job, *, check: bool, use_cache: bool = True, progress: Callable[[str, int, int], None] = lambda *_: None
) -> list[Result]:
    """Make the outputs and write them, or compare only. Raises Problems before anything is written."""
    from .lint import load_checked
    from .outputs import outputs
    from .workers import make

    inputs = job.inputs() if use_cache else ""
    chosen = _chosen(outputs(), job.only)
    api = load_checked(job.spec_dir)
    results = []
    for output, (files, seconds) in zip(chosen, make(chosen, api, progress), strict=True):
        target = output.target(job.project, job.out)
        found = output.diff(files, target) if check else output.write(files, target)
        results.append(Result(output.id, target, len(files), seconds, found))
    if not job.only:
        results += _orphans(job.home, [result.path for result in results], remove=not check)
    right = not check or not any(result.differences for result in results)
    if use_cache and right and inputs == job.inputs():
        paths = [str(result.path) for result in results]
        remember(job.cache, inputs, [_outputs_digest(job, paths), *paths])
    return results


def _outputs_digest(job: Job, paths: Sequence[str]) -> str:
    """Of the outputs and, when everything is generated, of what else lies beside them."""
    others = "" if job.only else "\0".join(_names(job.home))
    return tree_digest([Path(path) for path in paths]) + others


def _names(folder: Path) -> list[str]:
    try:
        return sorted(path.name for path in folder.iterdir())
    except OSError:
        return []


def _chosen(known: Sequence[Output], only: Sequence[str]) -> list[Output]:
    ids = [output.id for output in known]
    for id in only:
        if id not in ids:
            raise UnknownOutput(f'there is no language or output "{id}"; {did_you_mean(id, ids)}')
    return [output for output in known if not only or output.id in only]


def _orphans(home: Path, expected: Sequence[Path], *, remove: bool) -> Iterator[Result]:
    """Folders that sqlacc once generated and that no output makes any more."""
    wanted = {path.resolve() for path in expected}
    wanted |= {parent for path in wanted for parent in path.parents}
    for name in _names(home):
        path = home / name
        if name in JUNK or name.startswith(".") or path.is_symlink() or not path.is_dir() or path.resolve() in wanted:
            continue
        if not _is_generated(path):
            continue
        if remove:
            remove_folder(path)
        text = f"--- {path.as_posix()}/\n+++ /dev/null\n"
        yield Result(name, path, 0, 0.0, [Difference(name, "stale", text)])


def _is_generated(folder: Path) -> bool:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                if MARK.encode() in file.read(2000):
                    return True
    return False
