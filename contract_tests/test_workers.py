"""Workers: processes where they may be forked, threads elsewhere; what they find, how they fail, how they end."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sqlacc_contract.workers import Put, WorkerFailed, Workers

HERE = Path(__file__).parent


def doubled(number: int, jobs: Iterator[int], put: Put) -> None:
    for job in jobs:
        put((number, job, 2 * job))


def in_a_process(code: str) -> subprocess.CompletedProcess[str]:
    """Runs code in a fresh process, which has one thread and may fork."""
    whole = f"import os, sys, threading, time\nfrom sqlacc_contract.workers import *\n{code}"
    command = [sys.executable, "-c", whole]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_every_worker_does_every_job_and_all_of_it_is_found() -> None:
    workers = Workers(3, doubled)
    for job in (1, 2, None):
        workers.give(job)
    assert sorted(workers.found()) == [(n, job, 2 * job) for n in range(3) for job in (1, 2)]
    workers.close()


def test_what_fails_in_a_worker_is_told_with_its_place() -> None:
    def failing(number: int, jobs: Iterator[Any], put: Put) -> None:
        raise ValueError(f"worker {number} found nothing at {next(jobs)}")

    workers = Workers(1, failing)
    workers.give("home")
    with pytest.raises(WorkerFailed, match=r"(?s)in failing.*ValueError: worker 0 found nothing at home"):
        list(workers.found())
    workers.close()


def test_closing_in_the_middle_ends_the_workers() -> None:
    def endless(number: int, jobs: Iterator[Any], put: Put) -> None:
        while True:
            put(number)
            time.sleep(0.001)

    before = threading.active_count()
    workers = Workers(2, endless)
    next(workers.found())
    workers.close()
    assert threading.active_count() <= before


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="workers are forked on Linux only")
def test_workers_are_processes_of_their_own() -> None:
    done = in_a_process(
        "w = Workers(2, lambda n, jobs, put: [put(os.getpid()) for _ in jobs])\n"
        "w.give(1); w.give(None); print(len({os.getpid(), *w.found()}), threading.active_count()); w.close()"
    )
    assert done.stdout.split() == ["3", "1"], done.stderr


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="workers are forked on Linux only")
def test_a_program_that_fails_before_it_asks_ends_its_workers_first() -> None:
    code = (
        "def work(number, jobs, put):\n    time.sleep(0.2)\n    print('at work')\n    list(jobs)\n    print('never')\n"
        "workers = Workers(1, work)\nraise SystemExit(7)"
    )
    done = in_a_process(code)
    assert (done.returncode, done.stdout, done.stderr) == (7, "at work\n", "")


def test_a_worker_that_dies_is_told() -> None:
    done = in_a_process("w = Workers(2, lambda n, jobs, put: os._exit(7)); w.give(1)\nlist(w.found())")
    assert "WorkerFailed: a worker ended in the middle, with exit code 7" in done.stderr


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="workers are forked on Linux only")
def test_workers_do_not_outlive_their_parent() -> None:
    done = in_a_process(
        "def endless(n, jobs, put):\n"
        "    while True: put(os.getpid()); time.sleep(0.001)\n"
        "w = Workers(2, endless); print(next(w.found()), flush=True); os._exit(0)"
    )
    process, until = Path("/proc") / done.stdout.strip(), time.monotonic() + 10
    while process.exists() and time.monotonic() < until:
        time.sleep(0.01)
    assert not process.exists()


@pytest.mark.slow
def test_verify_tells_the_same_with_processes(tmp_path: Path) -> None:
    found = []
    for workers in ("1", "3"):
        log = tmp_path / f"{workers}.ndjson"
        command = [sys.executable, "-c", "from sqlacc_codegen.cli import main; main()", "verify", "--lang", "python"]
        options = ["--only", "agent/get", "--workers", workers, "--ndjson", str(log)]
        done = subprocess.run([*command, *options], capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
        ids = [line["id"] for line in lines if line["type"] == "case"]
        found.append((ids, lines[-1]["digest"], [line for line in lines if line["type"] == "coverage"]))
    assert found[0] == found[1]
    assert len(found[0][0]) > 10
