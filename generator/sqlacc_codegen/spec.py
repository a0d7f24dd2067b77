"""A spec folder -> its documents and problems; where the folder is when nobody says."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from .hints import visible
from .problems import Place, Problem, Problems
from .source import Document, read

_HERE = Path(__file__).parent
_PACKAGED = _HERE / "_spec"  # in an installed wheel
_CHECKOUT = _HERE.parent.parent / "spec"  # in an editable checkout


def default_spec() -> Path:
    """The spec folder: $SQLACC_SPEC, else ./spec, else the one that came with this package."""
    named = os.environ.get("SQLACC_SPEC")
    if named:
        return Path(named)
    here = Path("spec")
    for folder in (here, _CHECKOUT, _PACKAGED):
        if (folder / "api.yaml").is_file():
            return folder
    return here


def is_packaged(spec_dir: Path) -> bool:
    """Whether these are the specs inside an installed package, beside which nothing is generated."""
    return spec_dir.resolve() == _PACKAGED.resolve()


def schema_folder(spec_dir: Path) -> Path:
    """The JSON Schemas of a spec folder: its own, else those that came with this package."""
    for folder in (spec_dir / "schema", _CHECKOUT / "schema", _PACKAGED / "schema"):
        if folder.is_dir():
            return folder
    raise Problems(
        [Problem(Place(str(spec_dir / "schema")), "missing-file", "no JSON Schemas found", "reinstall sqlacc")]
    )


@dataclass
class Spec:
    """The documents of a spec folder by part, and everything found wrong so far."""

    folder: Path
    api: Document | None = None
    fields: Document | None = None
    demo: Document | None = None
    objects: dict[str, Document] = field(default_factory=dict)
    workflows: dict[str, Document] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def add(
        self,
        document: Document,
        path: Iterable[str | int],
        code: str,
        message: str,
        hint: str = "",
        *,
        key: bool = False,
    ) -> None:
        """Note a problem with the value at `path`, or with its key."""
        self.note(Problem(document.place(*path, key=key), code, message, hint))

    def note(self, problem: Problem) -> None:
        """Note a problem, unless what stands there is already known to be no good YAML."""
        if problem.place not in self.unreadable:
            self.problems.append(problem)

    @cached_property
    def unreadable(self) -> set[Place]:
        return {problem.place for _, document in self.documents for problem in document.problems if problem.place.line}

    @property
    def documents(self) -> list[tuple[str, Document]]:
        """Every document with the name of its schema."""
        single = (("api", self.api), ("fields", self.fields), ("demo", self.demo))
        return [
            *((schema, document) for schema, document in single if document),
            *(("object", document) for document in self.objects.values()),
            *(("workflow", document) for document in self.workflows.values()),
        ]


def read_spec(folder: Path) -> Spec:
    """Read every file of a spec folder. Raises Problems only when there is no such folder."""
    if not folder.is_dir():
        message = "is not a folder" if folder.exists() else "does not exist"
        raise Problems(
            [Problem(Place(str(folder)), "no-spec", message, "give the folder that holds api.yaml with --spec")]
        )
    spec = Spec(folder)
    spec.api = _single(spec, "api.yaml", needed=True)
    spec.fields = _single(spec, "fields.yaml", needed=True)
    spec.demo = _single(spec, "demo.yaml", needed=False)
    spec.objects = _several(spec, "objects")
    spec.workflows = _several(spec, "workflows")
    if not spec.objects:
        place = Place(shown(folder / "objects"))
        spec.problems.append(Problem(place, "missing-file", "no object is described", "add objects/<id>.yaml"))
    for _, document in spec.documents:
        spec.problems += document.problems
    return spec


def shown(path: Path) -> str:
    """A path as people write it: relative to the working directory when it is below it, on one line."""
    try:
        text = path.absolute().relative_to(Path.cwd()).as_posix()
    except (ValueError, OSError):
        text = path.as_posix()
    return visible(text)


def _single(spec: Spec, name: str, *, needed: bool) -> Document | None:
    path = spec.folder / name
    if path.exists() or path.is_symlink():
        return read(path, shown(path))
    if needed:
        spec.problems.append(Problem(Place(shown(path)), "missing-file", "is missing", "a spec folder has one"))
    return None


def _several(spec: Spec, name: str) -> dict[str, Document]:
    folder = spec.folder / name
    found: dict[str, Document] = {}
    try:
        paths = sorted(folder.iterdir()) if folder.is_dir() else []
    except OSError as error:
        spec.problems.append(Problem(Place(shown(folder)), "unreadable", error.strerror or str(error)))
        return found
    for path in paths:
        if path.suffix == ".yaml" and not path.name.startswith("."):
            found[path.stem] = read(path, shown(path))
        elif path.suffix.lower() in (".yml", ".yaml", ".json") and not path.name.startswith("."):
            problem = Problem(Place(shown(path)), "stray-file", "would be ignored", "spec files end with .yaml")
            spec.problems.append(problem)
    return found
