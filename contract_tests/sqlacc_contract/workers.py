"""Jobs -> what became of them, from several workers at a time: processes where they may be forked, else threads."""

from __future__ import annotations

import atexit
import contextlib
import gc
import multiprocessing
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection, wait
from typing import Any

Put = Callable[[Any], None]
# Worker n of m: its number, the jobs as they come, where to put what it found.
Work = Callable[[int, Iterator[Any], Put], None]

END = "the worker is done"
PATIENCE = 5.0  # seconds that a worker gets to end by itself


class WorkerFailed(RuntimeError):  # noqa: N818 - says how
    """A worker ended in the middle; the text says how."""


class Workers:
    """`count` workers. Forks share what is in memory, so that what they work on need not travel to them."""

    def __init__(self, count: int, work: Work) -> None:
        self._ours: list[Connection] = []
        self._runners: list[Any] = []
        forks = count > 1 and sys.platform.startswith("linux") and threading.active_count() == 1
        for number in range(count):
            ours, theirs = multiprocessing.Pipe()
            if forks:
                context = multiprocessing.get_context("fork")
                runner: Any = context.Process(target=_forked, args=(work, number, theirs, ours), daemon=True)
            else:
                runner = threading.Thread(target=_run, args=(work, number, theirs), daemon=True)
            runner.start()
            if forks:
                theirs.close()  # so that the end of the process is seen here
            self._ours.append(ours)
            self._runners.append(runner)
        atexit.register(self.close)  # whoever failed before it asked for anything will not do it

    def give(self, job: Any) -> None:
        """The same job for every worker; None is the last one."""
        for connection in self._ours:
            with contextlib.suppress(OSError):  # it has ended; `found` tells how
                connection.send(job)

    def found(self) -> Iterator[Any]:
        """What the workers put, as it comes, until all are done."""
        open_ones: list[Any] = list(self._ours)
        while open_ones:
            for connection in wait(open_ones):
                assert isinstance(connection, Connection)
                try:
                    item = connection.recv()
                except (EOFError, OSError):
                    item = WorkerFailed(self._how_it_ended(connection))
                if isinstance(item, BaseException):
                    raise item
                if item == END:
                    open_ones.remove(connection)
                else:
                    yield item

    def _how_it_ended(self, connection: Connection) -> str:
        runner = self._runners[self._ours.index(connection)]
        runner.join(PATIENCE)
        return f"a worker ended in the middle, with exit code {getattr(runner, 'exitcode', None)}"

    def close(self) -> None:
        """Ends them; what they are at is given up."""
        atexit.unregister(self.close)
        for connection in self._ours:
            connection.close()
        for runner in self._runners:
            runner.join(PATIENCE)  # also a thread: the program must not end while it is in the middle of SQLite
            if not isinstance(runner, threading.Thread) and runner.is_alive():
                runner.terminate()


def _forked(work: Work, number: int, theirs: Connection, ours: Connection) -> None:
    ours.close()
    gc.freeze()  # what was there before lives as long as the worker
    gc.set_threshold(10_000, 20)  # answers are trees of many small parts, and are gone soon
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends us
    _run(work, number, theirs)


def _run(work: Work, number: int, connection: Connection) -> None:
    try:
        try:
            work(number, iter(connection.recv, None), connection.send)
            connection.send(END)
        except (EOFError, BrokenPipeError, ConnectionResetError):
            return  # nobody listens any more
        except BaseException:
            connection.send(WorkerFailed(traceback.format_exc()))
    except OSError:
        return
