"""A command -> a running program: lines in, lines out, and the end of what it said on stderr."""

from __future__ import annotations

import contextlib
import os
import queue
import select
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

STDERR_KEPT = 64 * 1024
LONGEST_LINE = 32 * 1024 * 1024


class Process:
    """One run of a program in its own process group. Callbacks come from a reader thread.

    `on_line` gets each line of stdout without its newline; a line above `longest` is given cut, and the program is
    killed. `on_end` comes once, after the last line, when stdout is closed.
    """

    def __init__(
        self,
        command: Sequence[str],
        cwd: Path,
        env: Mapping[str, str] | None,
        on_line: Callable[[bytes], None],
        on_end: Callable[[], None],
        longest: int = LONGEST_LINE,
    ) -> None:
        self._on_line, self._on_end, self._longest = on_line, on_end, longest
        self._popen = subprocess.Popen(  # noqa: S603 - the command is the language's own
            list(command),
            cwd=cwd,
            env=dict(env) if env is not None else None,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=os.name == "posix",
            bufsize=0,
        )
        if os.name == "posix":
            os.set_blocking(_pipe(self._popen.stdin).fileno(), False)
        self._tail = bytearray()
        self._sending = threading.Lock()
        self._queued = 0  # lines that a thread has to write: none may overtake them
        self._outbox: queue.SimpleQueue[memoryview | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=work, daemon=True) for work in (self._read, self._read_stderr, self._write)
        ]
        for thread in self._threads:
            thread.start()

    def send(self, line: bytes) -> None:
        """Sends a line; never blocks, also when the program does not read: what it does not take at once is queued."""
        with self._sending:
            rest = memoryview(line)
            if os.name == "posix" and not self._queued:
                rest = _taken(_pipe(self._popen.stdin), rest)
            if rest:
                self._queued += 1
                self._outbox.put(rest)

    def kill(self) -> None:
        """Ends the program and its children at once."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if os.name == "posix":
                os.killpg(self._popen.pid, signal.SIGKILL)
            else:
                self._popen.kill()

    def close(self, patience: float = 5.0) -> None:
        """Closes stdin and waits for the end; kills what does not end in time."""
        self._outbox.put(None)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._popen.wait(patience)
        self.kill()
        self._popen.wait()
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(patience)
        for pipe in (self._popen.stdin, self._popen.stdout, self._popen.stderr):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def ended(self) -> str:
        """How it ended, in words; waits a moment, then ends it."""
        try:
            code = self._popen.wait(0.3)
        except subprocess.TimeoutExpired:
            self.kill()
            self._popen.wait()
            return "closed its stdout and went on"
        if code < 0:
            return f"killed by {signal.Signals(-code).name}"
        return f"ended with exit code {code}"

    @property
    def stderr(self) -> str:
        """The last 64 KiB of stderr."""
        return bytes(self._tail).decode("utf-8", "backslashreplace")

    def _read(self) -> None:
        pipe, rest = _pipe(self._popen.stdout), bytearray()
        while chunk := _chunk(pipe):
            start = len(rest)
            rest += chunk
            while (end := rest.find(b"\n", start)) >= 0:
                self._on_line(bytes(rest[:end]).removesuffix(b"\r"))
                del rest[: end + 1]
                start = 0
            if len(rest) > self._longest:
                self._on_line(bytes(rest[: self._longest + 1]))
                rest.clear()
                self.kill()
                break
        if rest:
            self._on_line(bytes(rest))
        self._threads[1].join(0.2)  # what it said last explains why it ended
        self._on_end()

    def _read_stderr(self) -> None:
        pipe = _pipe(self._popen.stderr)
        while chunk := _chunk(pipe):
            self._tail += chunk
            del self._tail[:-STDERR_KEPT]

    def _write(self) -> None:
        pipe = _pipe(self._popen.stdin)
        with contextlib.suppress(OSError, ValueError):
            while (line := self._outbox.get()) is not None:
                while line:
                    _wait_for_room(pipe)
                    line = _taken(pipe, line)
                with self._sending:
                    self._queued -= 1
        with self._sending, contextlib.suppress(OSError):
            pipe.close()


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe


def _chunk(pipe: IO[bytes]) -> bytes:
    try:
        return os.read(pipe.fileno(), 1 << 16)
    except (OSError, ValueError):  # closed under our hands
        return b""


def _wait_for_room(pipe: IO[bytes]) -> None:
    if os.name == "posix":  # elsewhere writing waits by itself
        room = select.poll()
        room.register(pipe, select.POLLOUT)
        room.poll()


def _taken(pipe: IO[bytes], line: memoryview) -> memoryview:
    """Writes what a pipe takes now; what is left of the line. Nothing is, when nobody reads any more."""
    try:
        return line[os.write(pipe.fileno(), line) :]
    except BlockingIOError:
        return line
    except (OSError, ValueError):
        return memoryview(b"")
