"""Outputs -> their Files, made side by side on the cores there are."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence

from .collector import paused
from .files import Files
from .ir import Api
from .outputs import Output
from .problems import Problem, Problems

Made = tuple[Files, float]  # the files, and the seconds it took
Found = tuple[Files, float, tuple[Problem, ...]]
Progress = Callable[[str, int, int], None]  # what was begun or finished, how many are done, of how many

# What the workers see: they are forks, so the Api need not travel to them.
_work: tuple[Sequence[Output], Api] | None = None


def make(outputs: Sequence[Output], api: Api, progress: Progress) -> list[Made]:
    """The files of every output, in order. Raises the Problems of all of them."""
    with paused():
        side_by_side = len(outputs) > 1 and _cores() > 1 and _may_fork()
        results = (_side_by_side if side_by_side else _one_by_one)(outputs, api, progress)
    problems = [problem for _, _, found in results for problem in found]
    if problems:
        raise Problems(problems)
    return [(files, seconds) for files, seconds, _ in results]


def _may_fork() -> bool:
    """A fork is safe on Linux while there is one thread; elsewhere outputs are made one after the other."""
    return sys.platform.startswith("linux") and threading.active_count() == 1


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _make(output: Output, api: Api) -> Found:
    begin = time.perf_counter()
    try:
        return output.files(api), time.perf_counter() - begin, ()
    except Problems as problems:
        return {}, 0.0, problems.found


def _one_by_one(outputs: Sequence[Output], api: Api, progress: Progress) -> list[Found]:
    results = []
    for number, output in enumerate(outputs):
        progress(output.id, number, len(outputs))
        results.append(_make(output, api))
    return results


def _side_by_side(outputs: Sequence[Output], api: Api, progress: Progress) -> list[Found]:
    from concurrent.futures import ProcessPoolExecutor, as_completed

    global _work  # the one way to hand something to a fork without copying it
    _work = (outputs, api)
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(min(_cores(), len(outputs)), context, initializer=_leave_interrupts_to_parent) as pool:
        # What takes longest goes first, so that nobody waits for it alone at the end.
        order = sorted(range(len(outputs)), key=lambda index: not outputs[index].slow)
        futures = {pool.submit(_make_in_worker, index): index for index in order}
        results = {}
        for done, future in enumerate(as_completed(futures)):
            results[futures[future]] = future.result()
            progress(outputs[futures[future]].id, done + 1, len(outputs))
    return [results[index] for index in range(len(outputs))]


def _leave_interrupts_to_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _make_in_worker(index: int) -> Found:
    assert _work is not None
    outputs, api = _work
    return _make(outputs[index], api)
