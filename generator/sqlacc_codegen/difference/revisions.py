"""What a user names (a spec folder, a git revision, an export) -> the Api and where its parts stand."""

from __future__ import annotations

import io
import json
import re
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from yaml import YAMLError

from ..api_json import from_json
from ..load import read_api
from ..problems import Place, Problem, Problems
from ..spec import Spec
from . import exported
from .lacks import Partial

Reader = Callable[[Path], Partial]  # of a file in some format
Readers = Mapping[str, Reader]  # by a pattern that is found in the beginning of such files

_OWN: Readers = {r"\A(?:\s|\{|#[^\n]*\n)*[\"']?openapi[\"']?\s*:": exported.openapi}
_NO_EXPORT = (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError, OSError, YAMLError)


@dataclass(frozen=True)
class Revision:
    """Specs as they were at some time. `spec` is None when they did not come from a folder of specs."""

    name: str
    found: Partial
    spec: Spec | None = None

    def locate(self, where: str) -> Place:
        """The place in the spec of a change's path, as near as can be found."""
        if self.spec is None:
            return Place(self.name)
        head, *path = where.split(".")
        if head in self.spec.objects:
            document = self.spec.objects[head]
            steps: list[str] = []
            for number, wire in enumerate(path):
                last = number == len(path) - 1
                steps += ["operations"] if wire.endswith("()") else ["fields" if last else "lines", wire]
            return document.place(*steps, key=True)
        if self.spec.api is None:
            return Place(str(self.spec.folder))
        if head in self.spec.workflows or (head == "workflows" and path and path[0] in self.spec.workflows):
            return self.spec.workflows[path[0] if path else head].place()
        return self.spec.api.place(*([head, *path] if head == "readings" else []), key=True)


def revision(name: str, readers: Readers) -> Revision:
    """Read `name`: a folder of specs or JSON Schemas, a file, or a git revision, with or without a path in it.

    A file is an OpenAPI export, the output of `sqlacc show --json`, or in a format of `readers`. Raises Problems.
    """
    path = Path(name)
    if path.exists():
        return _from_path(path, name, readers)
    return _from_git(name, readers)


def _from_path(path: Path, name: str, readers: Readers) -> Revision:
    if path.is_file():
        return Revision(name, _read(name, lambda: _from_file(path, readers)))
    if (path / "index.json").is_file():
        return Revision(name, _read(name, lambda: exported.json_schemas(path)))
    loaded = read_api(path)
    if loaded.spec.problems or loaded.api is None:
        raise loaded.problems
    return Revision(name, Partial(loaded.api), loaded.spec)


def _read(name: str, read: Callable[[], Partial]) -> Partial:
    try:
        return read()
    except _NO_EXPORT as error:
        said = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        message = f"is neither specs nor an export that can be read ({said})"
        hint = (
            "give a spec folder, a git revision, a Postman collection, an OpenAPI document or JSON Schemas of "
            "`sqlacc export`, or the output of `sqlacc show --json`"
        )
        raise Problems([Problem(Place(name), "unreadable-export", message, hint)]) from None


def _from_file(path: Path, readers: Readers) -> Partial:
    raw = path.read_bytes()
    text = raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", errors="replace")
    for pattern, read in {**_OWN, **readers}.items():
        if re.search(pattern, text[:65536]):
            return read(path)
    return Partial(from_json(json.loads(text)))


def _from_git(name: str, readers: Readers) -> Revision:
    """`HEAD~1`, `v1.2:path/to/spec` or `v1.2:generated/openapi.yaml`."""
    commit, _, folder = name.partition(":")
    folder = folder.strip("/") or "spec"
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program; the revision is an argument that cannot be an option
            ["git", "archive", "--format=tar", f"{commit}^{{commit}}", "--", folder],  # noqa: S607
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        raise _unknown(name, "git is not installed") from None
    if done.returncode or commit.startswith("-"):
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise _unknown(name, said[-1] if said else "git gave no answer")
    with tempfile.TemporaryDirectory() as home, tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        for member in archive:
            if member.isfile() and member.name.startswith(folder):
                target = Path(home) / member.name
                target.parent.mkdir(parents=True, exist_ok=True)
                content = archive.extractfile(member)
                target.write_bytes(content.read() if content else b"")
        found = _from_path(Path(home) / folder, name, readers)
    return Revision(name, found.found)


def _unknown(name: str, reason: str) -> Problems:
    hint = "give a spec folder, a file, or a git revision such as HEAD~1 or v1.0:spec"
    return Problems(
        [Problem(Place(name), "unknown-revision", f"no folder, file or revision of that name: {reason}", hint)]
    )
