"""The journal of a batch: a line per step, on the disk before the step is taken, read again by the next run."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import IO, Any

from .errors import ConfigurationError

VERSION = 1


class Journal:
    """What is known of each record: `started`, `done` with its keys, or `failed`. Without a path nothing is kept.

    Only one process may use a journal at a time. A last line that a crash cut short is dropped; any other damage, or
    a journal of another object, profile or server, is a ConfigurationError.
    """

    def __init__(self, path: str | os.PathLike[str] | None, purpose: str) -> None:
        self._path = Path(path) if path is not None else None
        self._purpose = purpose
        self._states: dict[str, tuple[str, dict[str, Any]]] = {}
        self._file: IO[bytes] | None = None
        self._lock = Lock()

    def __enter__(self) -> Journal:
        if self._path is None:
            return self
        try:
            number = os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
            file = os.fdopen(number, "r+b")
        except OSError as error:
            raise ConfigurationError(f"journal {self._path}: {error.strerror}") from None
        try:
            _lock_file(file, self._path)
            self._file = file
            self._read(file)
        except BaseException:
            file.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def state(self, name: str) -> tuple[str, Mapping[str, Any]]:
        """`started`, `done`, `failed` or empty, and the keys of a record that is done."""
        return self._states.get(name, ("", {}))

    def note(self, name: str, state: str, keys: Mapping[str, Any] | None = None) -> None:
        """Keep a step; it is on the disk when this returns."""
        with self._lock:
            self._states[name] = (state, dict(keys or {}))
            self._write({"record": name, "state": state, **({"keys": dict(keys)} if keys else {})})

    def _write(self, line: Mapping[str, Any]) -> None:
        if self._file is not None:
            self._file.write(json.dumps(line, ensure_ascii=True, default=str).encode() + b"\n")
            self._file.flush()
            os.fsync(self._file.fileno())

    def _read(self, file: IO[bytes]) -> None:
        text = file.read()
        whole, _, torn = text.rpartition(b"\n")
        if torn:
            file.truncate(len(whole) + 1 if whole else 0)
        file.seek(0, os.SEEK_END)
        lines = whole.split(b"\n") if whole else []
        if not lines:
            self._write({"journal": VERSION, "purpose": self._purpose})
            _sync_folder(self._path)
            return
        entries = [self._entry(line, number) for number, line in enumerate(lines, 1)]
        if entries[0].get("journal") != VERSION:
            raise ConfigurationError(f"{self._path} is no journal of this package")
        if entries[0].get("purpose") != self._purpose:
            raise ConfigurationError(
                f"journal {self._path} belongs to {entries[0].get('purpose')}, not to {self._purpose}"
            )
        for entry in entries[1:]:
            self._states[entry["record"]] = (entry["state"], entry.get("keys", {}))

    def _entry(self, line: bytes, number: int) -> dict[str, Any]:
        try:
            entry = json.loads(line)
        except ValueError:
            entry = None
        if not isinstance(entry, dict) or not (entry.keys() >= {"record", "state"} or number == 1):
            raise ConfigurationError(f"journal {self._path}: line {number} is damaged")
        return entry


def _lock_file(file: IO[bytes], path: Path) -> None:
    try:
        try:
            import fcntl
        except ImportError:  # Windows
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise ConfigurationError(f"journal {path} is in use by another process") from None


def _sync_folder(path: Path | None) -> None:
    """A new file's name is on the disk only when its folder is."""
    if path is None or os.name == "nt":
        return
    folder = os.open(path.resolve().parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
