"""The supervisor against drivers that lie, die and hang."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from sqlacc_contract.driver import Driver, DriverFailed

LIAR = Path(__file__).with_name("liar_driver.py")


def liar(mode: str, **options: float) -> Driver:
    command = (sys.executable, "-S", str(LIAR), mode)
    limits = {"time_limit": 5.0, "start_limit": 10.0, "longest_line": 100_000} | options
    return Driver(command, LIAR.parent, "0" * 64, ["things.get", "things.list"], **limits)  # type: ignore[arg-type]


def build(**args: object) -> dict[str, object]:
    return {"cmd": "build", "op": "things.get", "args": args}


def call(**args: object) -> dict[str, object]:
    return {"cmd": "call", "op": "things.get", "args": args}


def test_answers_arrive_in_the_order_of_the_questions() -> None:
    with liar("backwards") as driver:
        answers = driver.ask_all(build(n=n, of=30) for n in range(30))
    assert [answer.body["value"]["n"] for answer in answers] == list(range(30))


@pytest.mark.slow
def test_no_more_than_the_window_is_in_flight() -> None:
    with liar("counts") as driver:
        answers = driver.ask_all([build() for _ in range(70)])
    assert max(answer.body["value"] for answer in answers) == 32


def test_many_messages_pass_quickly() -> None:
    with liar("good") as driver:
        begun = time.monotonic()
        answers = driver.ask_all(build(n=n) for n in range(5000))
        seconds = time.monotonic() - begun
    assert len(answers) == 5000
    assert {answer.ending for answer in answers} == {"answered"}
    assert seconds < 20


@pytest.mark.slow
@pytest.mark.parametrize(
    ("mode", "ending", "words"),
    [
        ("dies", "crashed", "exit code 3"),
        ("closes stdout", "crashed", "closed its stdout"),
        ("hangs", "timed_out", "no answer within 1 s"),
        ("prints", "garbled", "debug: here"),
        ("not utf-8", "garbled", "not UTF-8 at byte"),
        ("wrong seq", "garbled", "was not asked"),
        ("huge line", "garbled", "more than 100000 bytes"),
        ("two outcomes", "garbled", "exactly one of"),
        ("no outcome", "garbled", "exactly one of"),
        ("half an error", "garbled", "api_error lacks status, message"),
        ("duplicate name", "timed_out", "name given twice: value"),
        ("nan", "timed_out", "NaN is not JSON"),
        ("a list", "timed_out", "not a JSON object"),
        ("stray member", "garbled", "unknown members in an answer: result"),
    ],
)
def test_one_bad_answer_fails_that_case_alone(mode: str, ending: str, words: str) -> None:
    with liar(mode, time_limit=1.0) as driver:
        driver.config(base_url="http://localhost", access_key="a", secret_key="s")
        before, bad, after = (driver.ask(message) for message in (call(n=1), call(bad=True), call(n=2)))
    assert before.body["value"] == {"n": 1}
    assert (bad.ending, words in bad.message) == (ending, True), bad
    assert (after.ending, after.body.get("value")) == ("answered", {"n": 2})


def test_an_answer_given_twice_is_noticed() -> None:
    with liar("twice") as driver:
        first = driver.ask(call(bad=True))
        second = driver.ask(call(n=1))
        complaints = [second.message, *driver.leftover()]
    assert first.ending == "answered"
    assert any("answered seq 2 twice" in text for text in complaints)


def test_pure_messages_beside_a_crash_are_asked_again() -> None:
    with liar("dies") as driver:
        answers = driver.ask_all([build(n=1), build(bad=True), build(n=2), build(n=3)])
    assert [answer.ending for answer in answers] == ["answered", "crashed", "answered", "answered"]


def test_calls_beside_a_crash_are_never_sent_twice() -> None:
    with liar("dies") as driver:
        answers = driver.ask_all([call(bad=True), call(n=2), call(n=3)])
    assert {answer.ending for answer in answers} == {"crashed"}
    assert "calls were in flight" in answers[1].message


def test_the_last_64_kib_of_stderr_are_kept() -> None:
    with liar("dies") as driver:
        answer = driver.ask(call(bad=True))
    assert len(answer.stderr) == 64 * 1024
    assert answer.stderr.endswith("the last words")


def test_three_crashes_in_a_row_end_the_run() -> None:
    with liar("always dies") as driver:
        for _ in range(3):
            assert driver.ask(call()).ending == "crashed"
        with pytest.raises(DriverFailed, match=r"3 times in a row.*exit code 3"):
            driver.ask(call())


def test_crashes_that_are_not_in_a_row_do_not_end_the_run() -> None:
    with liar("dies") as driver:
        for _ in range(4):
            assert driver.ask(call(bad=True)).ending == "crashed"
            assert driver.ask(call(n=1)).ending == "answered"
        assert driver.restarts == 4


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("dies at start", "start failed: the driver ended with exit code 1"),
        ("other spec", "generated from another spec"),
        ("other protocol", "speaks protocol 2"),
        ("lacks an operation", "lacks operations: things.list"),
    ],
)
def test_a_driver_that_cannot_be_used_is_refused(mode: str, words: str) -> None:
    with pytest.raises(DriverFailed, match=words), liar(mode):
        pass


def test_a_command_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DriverFailed, match="cannot run"), Driver(("./no-such-driver",), tmp_path, "0" * 64):
        pass
