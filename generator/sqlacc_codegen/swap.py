"""A folder's new content -> the folder, all at once: staged beside it, then exchanged, old or new but never a mix."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from .problems import Place, Problem, Problems


def replace_folder(root: Path, content: Mapping[str, bytes]) -> None:
    """Make `root` hold exactly `content`. A link to a folder stays a link; what it points at is replaced."""
    try:
        root = root.resolve() if root.is_symlink() else root.absolute()
        root.parent.mkdir(parents=True, exist_ok=True)
        with _locked(root.parent):
            stage = root.with_name(f".{root.name}.sqlacc-new")
            aside = root.with_name(f".{root.name}.sqlacc-old")
            _recover(root, stage, aside)
            _fill(stage, content)
            _exchange(stage, root, aside)
            shutil.rmtree(stage, ignore_errors=True)
            shutil.rmtree(aside, ignore_errors=True)
    except OSError as error:
        raise _cannot_write(error, root) from error


def remove_folder(path: Path) -> None:
    """Remove a folder; it is gone at once, its files a little later."""
    aside = path.with_name(f".{path.name}.sqlacc-old")
    try:
        path.rename(aside)
        shutil.rmtree(aside)
    except OSError as error:
        raise _cannot_write(error, path) from error


def _cannot_write(error: OSError, path: Path) -> Problems:
    message = f"cannot be written: {error.strerror or error}"
    return Problems([Problem(Place(str(error.filename or path)), "cannot-write", message, "nothing was changed")])


def replace_file(path: Path, data: bytes) -> None:
    """Make the file at `path` hold `data`, all at once. What is no file, as a device or a pipe, is written to."""
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(data)
            return
        path = path.resolve() if path.is_symlink() else path
        path.parent.mkdir(parents=True, exist_ok=True)
        with _locked(path.parent):
            stage = path.with_name(f".{path.name}.sqlacc-new")
            try:
                stage.write_bytes(data)
                stage.replace(path)
            finally:
                stage.unlink(missing_ok=True)
    except OSError as error:
        raise _cannot_write(error, path) from error


def _recover(root: Path, stage: Path, aside: Path) -> None:
    """Tidy up after a run that was killed."""
    if aside.is_dir() and not root.exists():
        aside.rename(root)
    for leftover in (stage, aside):
        if leftover.exists():
            shutil.rmtree(leftover)


def _fill(stage: Path, content: Mapping[str, bytes]) -> None:
    folders = {stage}
    stage.mkdir()
    for path, data in content.items():
        file = stage / path
        if file.parent not in folders:
            file.parent.mkdir(parents=True, exist_ok=True)
            folders.add(file.parent)
        file.write_bytes(data)


def _exchange(stage: Path, root: Path, aside: Path) -> None:
    """Put `stage` where `root` is: in one step of the kernel where it can, by two renames elsewhere."""
    if not root.exists():
        stage.rename(root)
    elif not _swap(stage, root):
        root.rename(aside)
        try:
            stage.rename(root)
        except OSError:
            aside.rename(root)
            raise


def _swap(one: Path, other: Path) -> bool:
    """Exchange two folders atomically; false where the system or the file system cannot."""
    libc = ctypes.CDLL(None, use_errno=True) if os.name == "posix" else None
    a, b = os.fsencode(one), os.fsencode(other)
    if sys.platform.startswith("linux") and hasattr(libc, "renameat2"):
        at_cwd, exchange = -100, 2
        return bool(libc.renameat2(at_cwd, a, at_cwd, b, exchange) == 0)  # type: ignore[union-attr]
    if sys.platform == "darwin" and hasattr(libc, "renamex_np"):
        swap = 2
        return bool(libc.renamex_np(a, b, swap) == 0)  # type: ignore[union-attr]
    return False


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Two runs at once take turns; the lock goes with the process, however it ends."""
    try:
        import fcntl
    except ImportError:  # Windows: the renames themselves refuse the second run
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
