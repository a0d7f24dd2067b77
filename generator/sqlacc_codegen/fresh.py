"""Whether outputs are known to be up to date, from digests alone: what a comparison once found, remembered by content.

The digest of everything that decides the outputs (specs, generator, tools) leads to the digest of the output files that
were compared with a real run and found equal. Nothing is trusted but bytes: no times, no sizes.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from .files import JUNK

_KEPT = 20  # entries; the oldest go


def inputs_digest(spec_dir: Path, extra: Iterable[str]) -> str:
    """Digest of the spec folder, the generator's sources, the installed tools, and `extra` (what was asked for)."""
    digest = hashlib.sha256()
    digest.update("\0".join(["1", *extra]).encode())
    for root in (spec_dir, Path(__file__).parent, *_siblings()):
        digest.update(tree_digest([root]).encode())
    for name in _distributions():
        digest.update(name.encode() + b"\0")
    return digest.hexdigest()


def tree_digest(roots: Iterable[Path]) -> str:
    """Digest of files and folders: every path below them with its bytes."""
    digest = hashlib.sha256()
    for root in roots:
        for path, content in _contents(root):
            digest.update(f"{path}\0{len(content)}\0".encode("utf-8", "surrogateescape"))
            digest.update(content)
        digest.update(b"\0\0")
    return digest.hexdigest()


def remembered(cache: Path, inputs: str) -> list[str]:
    """`[digest of the outputs, path...]` that was found right for these inputs, or nothing."""
    entry = _load(cache).get(inputs)
    return entry if isinstance(entry, list) and all(isinstance(item, str) for item in entry) else []


def remember(cache: Path, inputs: str, outputs: list[str]) -> None:
    """Keep what was found right. A cache that cannot be written is no fault."""
    entries = {key: value for key, value in _load(cache).items() if key != inputs}
    entries = {**dict(list(entries.items())[-_KEPT + 1 :]), inputs: outputs}
    try:
        cache.parent.mkdir(parents=True, exist_ok=True)
        stage = cache.with_name(f"{cache.name}.{os.getpid()}")
        stage.write_text(json.dumps(entries), "utf-8")
        stage.replace(cache)
    except OSError:
        pass


def _load(cache: Path) -> dict[str, object]:
    try:
        entries = json.loads(cache.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return entries if isinstance(entries, dict) else {}


def _siblings() -> list[Path]:
    """The other packages of this distribution that have exporters, found without importing them."""
    here = Path(__file__).parent.parent
    checkout = here.parent / "postman" / "sqlacc_postman"
    return [path for path in (here / "sqlacc_postman", checkout) if path.is_dir()]


def _distributions() -> list[str]:
    """Names and versions of what is installed, read off folder names: importlib.metadata takes longer to import."""
    names = {name for entry in sys.path for name in _listing(entry) if name.endswith(".dist-info")}
    return sorted(names)


def _listing(folder: str) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208 - names only, and quickly
    except OSError:
        return []


def _contents(root: Path) -> Iterator[tuple[str, bytes]]:
    if not root.is_dir():
        yield "", _bytes(root)
        return
    files: list[str] = []
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in JUNK]
        links = [name for name in folders if (Path(folder) / name).is_symlink()]
        files += (f"{folder}/{name}" for name in (*names, *links) if name not in JUNK)
    prefix = len(str(root)) + 1
    for file in sorted(files):
        yield file[prefix:], _bytes(Path(file))


def _bytes(path: Path) -> bytes:
    try:
        if path.is_symlink():
            return b"\0link " + os.fsencode(path.readlink())
        return path.read_bytes()
    except OSError as error:
        return f"\0{error.errno}".encode()
