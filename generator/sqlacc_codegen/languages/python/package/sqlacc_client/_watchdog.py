"""Calls functions when their time has come, from one thread for the whole process."""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Callable
from itertools import count
from typing import Any

_lock = threading.Condition()
_due: list[list[Any]] = []  # heap of [moment, number, action]; action None: taken back
_numbers = count()
_thread: threading.Thread | None = None


def call_at(moment: float, action: Callable[[], None]) -> Callable[[], None]:
    """Call `action` at `moment` (of time.monotonic). Gives what takes it back; the action must not raise."""
    global _thread
    entry: list[Any] = [moment, next(_numbers), action]
    with _lock:
        heapq.heappush(_due, entry)
        if _thread is None or not _thread.is_alive():  # not alive: the process was forked
            _thread = threading.Thread(target=_run, name="sqlacc-watchdog", daemon=True)
            _thread.start()
        elif _due[0] is entry:
            _lock.notify()

    def take_back() -> None:
        with _lock:
            entry[2] = None
            while _due and _due[0][2] is None:
                heapq.heappop(_due)

    return take_back


def _run() -> None:
    while True:
        with _lock:
            while not _due or _due[0][0] > time.monotonic():
                _lock.wait(_due[0][0] - time.monotonic() if _due else None)
            action = heapq.heappop(_due)[2]
        if action is not None:
            action()
