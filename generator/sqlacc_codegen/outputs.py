"""What `sqlacc generate` makes: an Output for every language and for every exporter, found by looking."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from .files import Difference, Files, diff, diff_file, write, write_file
from .ir import Api
from .language import Language, languages

EXPORTERS = ("sqlacc_codegen.exporters", "sqlacc_postman.exporters")


@dataclass(frozen=True)
class Output:
    """One thing that is made from the Api, and where it goes.

    `path` is relative to the project, such as `generated/python`. When `folder` is false it is a single file and the
    Files hold one entry. An exporter is a module of EXPORTERS with a variable OUTPUT; modules without it are helpers.
    """

    id: str
    title: str
    path: str
    files: Callable[[Api], Files]
    folder: bool = True
    slow: bool = False  # is begun first

    def target(self, project: Path, out: Path | None) -> Path:
        """Where it goes: in the project, or below `out` when that was asked for."""
        return project / self.path if out is None else out / self.path.removeprefix("generated/")

    def write(self, files: Files, target: Path) -> list[Difference]:
        return write(files, target) if self.folder else write_file(_only(files), target)

    def diff(self, files: Files, target: Path) -> list[Difference]:
        return diff(files, target) if self.folder else diff_file(_only(files), target)


def outputs(packages: Iterable[str] = EXPORTERS) -> tuple[Output, ...]:
    """All outputs: languages first, then exporters."""
    return (*(_of(language) for language in languages()), *_exported(packages))


def _of(language: Language) -> Output:
    def files(api: Api) -> Files:
        from .emit import emit  # imports Jinja

        return emit(api, language)

    slow = language.extra is not None  # what no template can make
    return Output(language.id, language.title, f"generated/{language.id}", files, slow=slow)


def _exported(packages: Iterable[str]) -> Iterable[Output]:
    for package in packages:
        if find_spec(package.partition(".")[0]) is None or find_spec(package) is None:
            continue
        for info in sorted(pkgutil.iter_modules(import_module(package).__path__), key=lambda info: info.name):
            output = getattr(import_module(f"{package}.{info.name}"), "OUTPUT", None)
            if output is not None:
                yield output


def _only(files: Files) -> str:
    (text,) = files.values()
    return text
