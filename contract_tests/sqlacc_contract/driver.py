"""A driver command -> answers: 32 calls in flight, time limits, restarts, and no trust in what comes back."""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Literal

from . import protocol
from .process import LONGEST_LINE, Process
from .protocol import Message, NotProtocol

WINDOW = 32
CRASHES_IN_A_ROW = 3
# A driver is told everything by `config`: what stands in its environment must not count, and none of a user's keys do.
DECOYS = {
    "SQLACC_ACCESS_KEY": "ffffffffffffffffffffffffffffffff.sql.my/DECOY",
    "SQLACC_SECRET_KEY": "the secret key of the environment",
    "SQLACC_REGION": "us-decoy-1",
    "SQLACC_SERVICE": "decoy",
    "SQLACC_BASE_URL": "http://127.0.0.1:9/decoy",
    "SQLACC_PROFILE": "",
}
PURE = {"build", "parse", "sign"}  # no network: may be asked again after a crash

Ending = Literal["answered", "crashed", "timed_out", "garbled"]


class DriverFailed(Exception):  # noqa: N818 - it says what happened
    """The driver cannot be used: it does not start, speaks for another spec, or crashed three times in a row."""


@dataclass(frozen=True)
class Answer:
    """What came of one message. `message` says what went wrong when `ending` is not `answered`."""

    ending: Ending
    body: Message = field(default_factory=dict)
    message: str = ""
    stderr: str = ""


@dataclass
class _Pending:
    message: Message
    limit: float
    deadline: float = 0.0
    answer: Answer | None = None


class Driver:
    """A supervised driver process. Safe to use from several threads.

    A message that kills the driver or outlasts its time limit fails alone: the driver is started again, and pure
    messages that were in flight beside it are asked again one by one. Three deaths without a good answer between
    them end the run with `DriverFailed`.
    """

    def __init__(
        self,
        command: Sequence[str],
        cwd: Path,
        spec_sha256: str,
        operations: Iterable[str] = (),
        *,
        env: Mapping[str, str] | None = None,
        time_limit: float = 20.0,
        start_limit: float = 60.0,
        longest_line: int = LONGEST_LINE,
    ) -> None:
        self.command, self.cwd = tuple(command), cwd
        self.env = {**(os.environ if env is None else env), **DECOYS}
        self.spec_sha256, self.operations = spec_sha256, frozenset(operations)
        self.time_limit, self.start_limit, self.longest_line = time_limit, start_limit, longest_line
        self.restarts = 0
        self.about: Message = {}
        self._settings: Message | None = None
        self._changed = threading.Condition(threading.RLock())
        self._process: Process | None = None
        self._pending: dict[int, _Pending] = {}
        self._again: deque[_Pending] = deque()  # to be asked one at a time
        self._answered: set[int] = set()
        self._noise: list[str] = []
        self._seq = 0
        self._deaths = 0
        self._gone: list[Process] = []  # ended, still to be closed
        self._last_words = ""

    def __enter__(self) -> Driver:
        with self._changed:
            self._start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # --- asking ---------------------------------------------------------------------------------------------------

    def config(self, **settings: object) -> None:
        """Makes the driver use these settings from now on, also after a restart."""
        with self._changed:
            self._settings = {"cmd": "config", **settings}
            self._running()
            self._handshake(self._settings, "config")

    def ask(self, message: Message, limit: float | None = None) -> Answer:
        """The answer to one message (without `seq`)."""
        return self.ask_all([message], limit)[0]

    def ask_all(self, messages: Iterable[Message], limit: float | None = None) -> list[Answer]:
        """The answers to many messages, in order; at most 32 are in flight."""
        asked = []
        with self._changed:
            for message in messages:
                pending = _Pending(dict(message), limit or self.time_limit)
                self._wait(lambda: len(self._pending) < WINDOW and not self._again)
                self._running()
                self._send(pending)
                asked.append(pending)
            self._wait(lambda: all(p.answer for p in asked))
        return [p.answer for p in asked if p.answer]

    def close(self) -> None:
        with self._changed:
            process, self._process = self._process, None
            gone, self._gone = self._gone, []
        for one in (*gone, *([process] if process else [])):
            one.close()

    def leftover(self) -> list[str]:
        """Complaints about lines that belong to no message: read at the end of a run."""
        with self._changed:
            noise, self._noise = self._noise, []
        return noise

    # --- the process ----------------------------------------------------------------------------------------------

    def _running(self) -> None:
        """Starts the process again when it has ended."""
        while self._process is None:
            if self._deaths >= CRASHES_IN_A_ROW:
                raise DriverFailed(f"the driver ended {self._deaths} times in a row: {self._last_words}")
            self.restarts += 1
            self._start()

    def _start(self) -> None:
        process: Process

        def on_line(line: bytes) -> None:
            with self._changed:
                if self._process is process:
                    self._line(line)

        def on_end() -> None:
            how = process.ended()
            with self._changed:
                if self._process is process:
                    self._end(process, f"the driver {how}")

        with self._changed:  # the reader thread waits until the process is known
            try:
                process = Process(self.command, self.cwd, self.env, on_line, on_end, self.longest_line)
            except OSError as error:
                raise DriverFailed(f"cannot run {' '.join(self.command)}: {error}") from None
            self._process = process
            start = {"cmd": "start", "protocol": protocol.VERSION, "spec_sha256": self.spec_sha256}
            self.about = self._handshake(start, "start")
            self._check_about()
            if self._settings:
                self._handshake(self._settings, "config")

    def _handshake(self, message: Message, what: str) -> Message:
        """Sends start or config and waits for its `ok`."""
        pending = _Pending(dict(message), self.start_limit)
        self._send(pending)
        self._wait(lambda: pending.answer is not None, restart=False)
        answer = pending.answer
        ok = answer.body.get("ok") if answer else None
        if not isinstance(ok, dict):
            said = answer.message if answer and answer.message else f"answered {answer.body if answer else None}"
            stderr = f"\n{answer.stderr}" if answer and answer.stderr else ""
            self._stop()
            raise DriverFailed(f"{what} failed: {said}{stderr}")
        return ok

    def _check_about(self) -> None:
        about = self.about
        if about.get("protocol") != protocol.VERSION:
            self._fail(f"the driver speaks protocol {about.get('protocol')!r}, not {protocol.VERSION}")
        if about.get("spec_sha256") != self.spec_sha256:
            self._fail(
                f"the client was generated from another spec ({about.get('spec_version')}, sha256 "
                f"{about.get('spec_sha256')}); expected {self.spec_sha256}. Run `sqlacc generate`"
            )
        offered = about.get("operations")
        missing = self.operations - set(offered if isinstance(offered, list) else [])
        if missing:
            self._fail(f"the driver lacks operations: {', '.join(sorted(missing))}")

    def _fail(self, message: str) -> None:
        self._stop()
        raise DriverFailed(message)

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process:
            process.kill()
            self._gone.append(process)

    # --- messages -------------------------------------------------------------------------------------------------

    def _send(self, pending: _Pending) -> None:
        self._seq += 1
        pending.message["seq"] = self._seq
        pending.deadline = time.monotonic() + pending.limit
        self._pending[self._seq] = pending
        if self._process:
            self._process.send(protocol.line(pending.message))

    def _wait(self, done: Callable[[], bool], restart: bool = True) -> None:
        """Waits for `done()`; meanwhile ends what is overdue and asks again what has to be asked again."""
        while not done():
            if restart and self._again and not self._pending:
                self._running()
                self._send(self._again.popleft())
            due = min((p.deadline for p in self._pending.values()), default=None)
            if due is None:
                if done():
                    return
                self._changed.wait(0.05)
                continue
            left = due - time.monotonic()
            if left <= 0:
                self._overdue()
                continue
            self._changed.wait(left)

    def _overdue(self) -> None:
        now = time.monotonic()
        late = {seq for seq, p in self._pending.items() if p.deadline <= now}
        process = self._process
        for seq in late:
            pending = self._pending.pop(seq)
            text = f"no answer within {pending.limit:g} s"
            self._finish(pending, "timed_out", text, process)
        if process:
            process.kill()
            self._end(process, f"stopped after a time limit; {self._noise_text()}".rstrip("; "))

    def _end(self, process: Process, how: str) -> None:
        """The process is gone: what was in flight crashed, or is asked again alone."""
        self._process = None
        self._gone.append(process)
        self._deaths += 1
        self._last_words = f"{how}{_indented(process.stderr)}"
        in_flight, self._pending = self._pending, {}
        lonely = len(in_flight) == 1 or self._deaths >= CRASHES_IN_A_ROW
        for pending in in_flight.values():
            if not lonely and pending.message["cmd"] in PURE:
                self._again.append(pending)
            else:
                beside = "" if lonely else f" while {len(in_flight)} calls were in flight"
                self._finish(pending, "crashed", f"{how}{beside}", process)
        if self._deaths >= CRASHES_IN_A_ROW:
            while self._again:
                self._finish(self._again.popleft(), "crashed", how, process)
        self._changed.notify_all()

    def _finish(self, pending: _Pending, ending: Ending, text: str, process: Process | None) -> None:
        noise = self._noise_text()
        message = f"{text}; {noise}" if noise else text
        pending.answer = Answer(ending, {}, message, process.stderr if process else "")
        self._changed.notify_all()

    def _line(self, raw: bytes) -> None:
        if not raw.strip():
            return
        if len(raw) > self.longest_line:
            self._garble(f"a line of more than {self.longest_line} bytes on stdout: {protocol.shown(raw)}")
            return
        try:
            body = protocol.read(raw)
        except NotProtocol as error:
            self._noise.append(f"a line on stdout is {error}")
            return
        seq = body.get("seq")
        pending = self._pending.get(seq) if type(seq) is int else None
        if pending is None:
            twice = seq in self._answered
            text = f"answered seq {seq} twice" if twice else f"an answer to seq {seq!r}, which was not asked"
            if twice or not self._pending:
                self._noise.append(f"{text}: {protocol.shown(raw)}")
            else:
                self._garble(f"{text}: {protocol.shown(raw)}")
            return
        del self._pending[pending.message["seq"]]
        self._answered.add(pending.message["seq"])
        greeting = pending.message["cmd"] in ("start", "config")
        wrong = None if greeting else protocol.fault(body)
        noise = self._noise_text()
        if wrong or noise:
            pending.answer = Answer("garbled", body, wrong or noise)
        else:
            pending.answer = Answer("answered", body)
            if not greeting:
                self._deaths = 0
        self._changed.notify_all()

    def _garble(self, text: str) -> None:
        """Nothing after this line can be trusted: all in flight fail, and the process is replaced."""
        process = self._process
        in_flight, self._pending = self._pending, {}
        for pending in in_flight.values():
            pending.answer = Answer("garbled", {}, text, process.stderr if process else "")
        if not in_flight:
            self._noise.append(text)
        if process:
            process.kill()
            self._end(process, text)

    def _noise_text(self) -> str:
        text, self._noise = "; ".join(self._noise), []
        return text


def _indented(text: str) -> str:
    lines = text.strip().splitlines()[-20:]
    return "".join(f"\n  | {line}" for line in lines)
