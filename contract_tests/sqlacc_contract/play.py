"""One case under way: calls through the driver, each checked by both witnesses, and the case's own checks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Protocol

from sqlacc_codegen.ir import Api, Object

from .conversation import Talk
from .coverage import Ledger
from .decode import Outcome
from .driver import Answer
from .judge import Settings, answer_differences, error_text, event_differences, follow
from .protocol import Message
from .script import steps
from .server_check import server_differences
from .tagged import Tagged, bare, tag
from .tap import Exchange, Fault, Tap
from .tokens import Difference, brief, differences, plain

Row = dict[str, Tagged]
Renew = Callable[[Mapping[str, str], float], Settings]  # readings, a moment -> how the server is reached now
MUCH = 40  # differences kept of one case


class Wrong(Exception):  # noqa: N818 - a verdict
    """The case does not hold. `differences` tell where."""

    def __init__(self, message: str, differences: list[Difference] | None = None, verdict: str = "failed") -> None:
        super().__init__(message)
        self.message = message
        self.differences = (differences or [])[:MUCH]
        self.verdict = verdict


class Skipped(Exception):  # noqa: N818 - a verdict
    """The case cannot be tried here; the text says why."""


class Asked(Protocol):
    """What carries out calls: a client's driver, or the oracle when it records."""

    def config(self, **settings: Any) -> None: ...

    def ask(self, message: Message, limit: float | None = None, /) -> Answer: ...

    def ask_all(self, messages: Iterable[Message], limit: float | None = None, /) -> list[Answer]: ...


@dataclass
class Play:
    """What a case works with. Without a tap only the client's word is known."""

    api: Api
    case: str
    driver: Asked
    settings: Settings
    tap: Tap | None = None
    limit: float = 20.0
    readings: Mapping[str, str] = field(default_factory=dict)
    ledger: Ledger | None = None  # keeps what the calls show
    renew: Renew | None = None  # makes the server as new; nothing does that to a server of others
    talk: Talk = field(init=False)
    calls: int = 0
    tried: str = ""  # a hash of generated examples
    faulty: bool = False  # something was done to the requests of this play
    seen: list[Exchange] = field(default_factory=list)
    said: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)  # operation, answer

    def __post_init__(self) -> None:
        self.talk = Talk(self.api, self.settings.retry)

    # --- calls ----------------------------------------------------------------------------------------------------

    def call(self, op: str, /, *, unseen: str = "", **args: Tagged) -> Outcome:
        """Calls an operation; raises `Wrong` unless what was sent and what was returned both fit."""
        self.calls += 1
        case = f"{self.case}#{self.calls}"
        message = {"cmd": "call", "case": case, "op": op, "args": args}
        answer = self.driver.ask(message, self.limit)
        seen = self.tap.take(case) if self.tap else []
        self.seen += seen
        self.said.append((op, answer.body))
        if self.ledger:
            self.ledger.note(op, args, seen, answer.body)
        if answer.ending != "answered":
            stderr = f"\n{answer.stderr.strip()[-2000:]}" if answer.stderr.strip() else ""
            raise Wrong(f"{op}: {answer.message}{stderr}", verdict=answer.ending)
        if "skipped" in answer.body:
            raise Skipped(answer.body["skipped"]["message"])
        if self.tap:
            expected, found = follow(steps(self.talk, op, args), seen, self.settings, unseen)
            if expected is None:
                found.append(Difference("answer", "after that request", error_text(answer.body)))
            else:
                found += answer_differences(expected, answer.body)
                found += event_differences(answer.body, seen, self.settings) if not unseen else []
                found += [one for exchange in seen for one in server_differences(self.api, exchange, self.readings)]
            if found:
                raise Wrong(f"{op}: {found[0]}" + (f"; {found[-1].received}" if expected is None else ""), found)
        return outcome(answer.body)

    def value(self, op: str, /, **args: Tagged) -> Tagged:
        """The value of an operation that has to succeed."""
        return valued(op, self.call(op, **args))

    def error(self, op: str, kind: str, /, *, unseen: str = "", **args: Tagged) -> Outcome:
        """The error of an operation that has to fail so. Several kinds are separated by `|`."""
        result = self.call(op, unseen=unseen, **args)
        if result.kind not in kind.split("|"):
            received = f"{result.side}_error {result.kind}: {result.message}" if not result.ok else brief(result.value)
            raise Wrong(f"{op}: expected the error {kind}, received {received}")
        return result

    def rejects(self, op: str, /, *, kind: str = "validation", **args: Tagged) -> Outcome:
        """The error of an operation that has to fail so before anything is sent."""
        self.calls += 1
        case = f"{self.case}#{self.calls}"
        answer = self.driver.ask({"cmd": "call", "case": case, "op": op, "args": args}, self.limit)
        self.said.append((op, answer.body))
        if self.ledger:
            self.ledger.note(op, args, (), answer.body)
        sent = self.tap.take(case) if self.tap else []
        self.seen += sent
        if answer.ending != "answered":
            raise Wrong(f"{op}: {answer.message}", verdict=answer.ending)
        result = outcome(answer.body)
        if sent or result.kind != kind:
            told = brief(result.value) if result.ok else f"{result.side}_error {result.kind}: {result.message}"
            raise Wrong(f"{op}: expected a {kind} error before anything is sent, received {told}")
        return result

    def crash(self, op: str, limit: float, /, **args: Tagged) -> None:
        """Lets the driver be killed in the middle of a call; the conversation stops where it stopped."""
        self.calls += 1
        case = f"{self.case}#{self.calls}"
        answer = self.driver.ask({"cmd": "call", "case": case, "op": op, "args": args}, limit)
        seen = self.tap.take(case) if self.tap else []
        self.seen += seen
        if answer.ending != "timed_out":
            raise Wrong(f"{op}: expected the call to hang, it was {answer.ending}")
        follow(steps(self.talk, op, args), seen[:-1], self.settings)  # the last one never got its reply

    # --- circumstances --------------------------------------------------------------------------------------------

    def configure(self, **changes: Any) -> None:
        """Other settings for the rest of the case."""
        self.settings = replace(self.settings, **changes)
        self.talk = Talk(self.api, self.settings.retry, self.talk.journals)
        self.driver.config(**self.settings.message())
        if self.tap:
            self.tap.client_timeout = self.settings.timeout_ms / 1000

    def fault(self, *faults: Fault | None) -> None:
        """The next requests meet these faults, one each; None lets one pass."""
        assert self.tap is not None, "faults need a tap"
        self.faulty = True
        self.tap.faults.clear()
        self.tap.faults.extend(faults)

    def requests(self, method: str = "") -> int:
        """How many requests of this method the server has seen in the case."""
        return sum(1 for exchange in self.seen if method in ("", exchange.method))

    def reading(self, name: str) -> str:
        """The value of a reading that the server plays; empty where the spec has no such reading."""
        return self.readings.get(name, next((one.default for one in self.api.readings if one.id == name), ""))

    # --- checks ---------------------------------------------------------------------------------------------------

    def check(self, holds: object, message: str) -> None:
        if not holds:
            raise Wrong(message)

    def equal(self, expected: Any, received: Any, what: str) -> None:
        found = list(differences(expected, received))
        if found:
            raise Wrong(f"{what}: {found[0]}", [replace(one, path=f"{what} {one.path}".strip()) for one in found])

    def echoed(self, o: Object, sent: Row, stored: Row, but: frozenset[str] = frozenset()) -> None:
        """Everything sent is stored: decimals by value, rows in order, all else as it is."""
        found = [one for one in echo_differences(o, sent, stored) if one.path.split(".")[-1] not in but]
        if found:
            raise Wrong(f"stored record: {found[0]}", found)


def valued(op: str, result: Outcome) -> Tagged:
    """The value of a call that has to have succeeded."""
    if not result.ok:
        raise Wrong(f"{op}: expected a value, received {result.side}_error {result.kind}: {result.message}")
    return result.value


def outcome(body: Mapping[str, Any]) -> Outcome:
    """A driver's answer as an outcome."""
    if "value" in body:
        return Outcome("value", body["value"])
    for side in ("api", "client"):
        error = body.get(f"{side}_error")
        if error:
            return Outcome(str(error.get("kind")), None, side, error.get("status", 0), str(error.get("message")))
    raise Wrong("the answer has no outcome")


def payload(o: Object, json: Mapping[str, Any]) -> Row:
    """A payload of the spec as arguments of a driver."""
    return tag(o, plain(json))


def echo_differences(table: Any, sent: Row, stored: Row, path: str = "") -> list[Difference]:
    found: list[Difference] = []
    for wire, value in sent.items():
        here = f"{path}.{wire}" if path else wire
        kept = stored.get(wire)
        if isinstance(value, list) and isinstance(kept, list):
            if len(kept) < len(value):
                found.append(Difference(here, f"{len(value)} rows", f"{len(kept)} rows"))
            for index, (row, row_kept) in enumerate(zip(value, kept, strict=False)):
                if isinstance(row, dict) and isinstance(row_kept, dict):
                    found += echo_differences(table, row, row_kept, f"{here}[{index}]")
        elif not _equal(value, kept):
            found.append(Difference(here, brief(value), brief(kept)))
    return found


def _equal(sent: Tagged, kept: Tagged) -> bool:
    if isinstance(sent, dict) and "$dec" in sent:
        return isinstance(kept, dict) and "$dec" in kept and Decimal(kept["$dec"]) == Decimal(sent["$dec"])
    if sent in (None, "") and kept in (None, "", "----"):
        return True
    return bool(bare(sent) == bare(kept))
