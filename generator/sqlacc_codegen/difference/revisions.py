"""What a user names (a spec folder, a git revision, an export) -> the Api and where its parts stand."""

from __future__ import annotations

import io
import json
import subprocess
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..api_json import from_json
from ..ir import Api
from ..load import load, read_api
from ..problems import Place, Problem, Problems
from ..spec import Spec

Reader = Callable[[Path], Api]  # of a file in some format


@dataclass(frozen=True)
class Revision:
    """An Api as it was at some time. `spec` is None when it did not come from a folder."""

    name: str
    api: Api
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


def revision(name: str, readers: dict[str, Reader]) -> Revision:
    """Read `name`: a spec folder, a file (`sqlacc show --json`, or a format of `readers`), or a git revision.

    `readers` maps a test word found in the file to its reader. Raises Problems.
    """
    path = Path(name)
    if path.is_dir():
        loaded = read_api(path)
        if loaded.spec.problems or loaded.api is None:
            raise loaded.problems
        return Revision(name, loaded.api, loaded.spec)
    if path.is_file():
        return Revision(name, _from_file(path, readers))
    return Revision(name, _from_git(name))


def _from_file(path: Path, readers: dict[str, Reader]) -> Api:
    text = path.read_text(encoding="utf-8", errors="replace")
    for word, read in readers.items():
        if word in text[:65536]:
            return read(path)
    try:
        return from_json(json.loads(text))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        message = f"is neither a spec folder nor an export that can be read ({error})"
        hint = "give a spec folder, a git revision, a Postman collection or the output of `sqlacc show --json`"
        raise Problems([Problem(Place(str(path)), "unreadable-export", message, hint)]) from None


def _from_git(name: str) -> Api:
    """`HEAD~1`, or `v1.2:path/to/spec`."""
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
        return load(Path(home) / folder)


def _unknown(name: str, reason: str) -> Problems:
    hint = "give a spec folder, a file, or a git revision such as HEAD~1 or v1.0:spec"
    return Problems(
        [Problem(Place(name), "unknown-revision", f"no folder, file or revision of that name: {reason}", hint)]
    )
