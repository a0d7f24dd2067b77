"""The journal of a batch: a line per step, on the disk before it is taken; the same file in all languages."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import IO, Any

from . import _json
from .errors import ConfigurationError

STATES = ("started", "done", "failed")


class Journal:
    """What is known of each record: `started`, `done` or `failed`. Without a path nothing is kept.

    A line is `{"n":0,"key":"<digest>","account":"<digest>","state":"done","docno":"IV-00001"}`: the place of the
    record in the list, a digest of what it holds, and one of server and key. Only one process may use a journal at a
    time. A last line that a crash cut short is dropped; any other damage, or a journal of other records or of another
    account, is a ConfigurationError. In the place of a record that failed another may stand: the corrected one.
    """

    def __init__(self, path: str | os.PathLike[str] | None, keys: Sequence[str], account: str) -> None:
        self._path = Path(path) if path is not None else None
        self._keys = tuple(keys)
        self._account = account
        self._states: dict[int, tuple[str, str]] = {}
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

    def state(self, n: int) -> str:
        """`started`, `done`, `failed`, or empty."""
        return self._states.get(n, ("", ""))[1]

    def note(self, n: int, state: str, docno: str | None = None) -> None:
        """Keep a step; it is on the disk when this returns."""
        with self._lock:
            self._states[n] = (self._keys[n], state)
            if self._file is None:
                return
            line = {"n": n, "key": self._keys[n], "account": self._account, "state": state}
            self._file.write(_json.dumps(line | ({"docno": docno} if docno else {})) + b"\n")
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
            _sync_folder(self._path)
        for number, line in enumerate(lines, 1):
            if line.strip():
                self._entry(line, number)
        for n, (key, state) in self._states.items():
            if state != "failed" and (n >= len(self._keys) or self._keys[n] != key):
                raise ConfigurationError(f"journal {self._path} is of other records: number {n} differs")

    def _entry(self, line: bytes, number: int) -> None:
        try:
            entry = json.loads(line)
            n, key, state = entry["n"], entry["key"], entry["state"]
            account = entry.get("account", self._account)  # older journals have none
        except (ValueError, KeyError, TypeError):
            n = key = state = account = None
        if type(n) is not int or not isinstance(key, str) or state not in STATES:
            raise ConfigurationError(f"journal {self._path}: line {number} is damaged, or this is no journal")
        if account != self._account:
            raise ConfigurationError(
                f"the journal {self._path} was begun with other keys or on another server; "
                "finish it with those or use another file"
            )
        self._states[n] = (key, state)


def account_key(base_url: str, access_key: str) -> str:
    """Tells servers and keys apart, and says neither; alike in all languages. `base_url` ends without a slash."""
    return hashlib.sha256(f"{base_url}\n{access_key}".encode()).hexdigest()[:16]


def record_key(body: Mapping[str, Any]) -> str:
    """The digest of what a record sends: SHA-256 of compact JSON with sorted names, alike in all languages."""
    return hashlib.sha256(_json.dumps(_sorted(body))).hexdigest()


def _sorted(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _sorted(value[name]) for name in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value


def _lock_file(file: IO[bytes], path: Path) -> None:
    try:
        try:
            import fcntl
        except ImportError:  # Windows
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore] # on Windows only
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
