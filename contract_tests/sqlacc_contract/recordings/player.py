"""A folder of cassettes -> cases: each client sends what was recorded and makes of it what it has to make."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..cases.case import Case
from ..play import Play, Wrong
from .cassette import EXAMPLE_ACCESS_KEY, EXAMPLE_CLOCK, EXAMPLE_SECRET_KEY, Cassette, Unreadable, load
from .perturb import ALONE, TOGETHER, Perturbation, bears, touches
from .replay import Replay, ending

OPERATION = "recorded"
SINGLY = "get[existing]"  # tried with each way of perturbing alone


def default_folder(spec_dir: Path | None = None) -> Path:
    """`contract_tests/cassettes` beside the specs."""
    from sqlacc_codegen.spec import default_spec

    return (spec_dir or default_spec()).resolve().parent / "contract_tests" / "cassettes"


def files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.yaml"))


def recorded_cases(folder: Path) -> Iterator[Case]:
    """One case for each cassette, and more of them with answers that differ within the spec."""
    seen: dict[str, Path] = {}
    for path in files(folder):
        try:
            cassette = load(path)
        except Unreadable as error:
            yield _unreadable(path.relative_to(folder), str(error))
            continue
        if cassette.case in seen:
            yield _unreadable(path.relative_to(folder), f"{path}: {seen[cassette.case]} is of the same case")
            continue
        seen[cassette.case] = path
        yield _case(cassette, "", None)
        ways = TOGETHER | (ALONE if cassette.case.endswith(f"/{SINGLY}") else {})
        for how, perturbation in ways.items():
            if any(map(touches, cassette.interactions)) and (not perturbation.values or bears(cassette)):
                yield _case(cassette, how, perturbation)


def _case(cassette: Cassette, how: str, perturbation: Perturbation | None) -> Case:
    subject, _, rest = cassette.case.partition("/")
    name = f"{rest.replace('[', ' ').rstrip(']')}{', ' + how if how else ''}"

    def play_cassette(play: Play) -> None:
        played(play, cassette, perturbation)

    return Case(subject, OPERATION, name, play_cassette, cassette.grade)  # type: ignore[arg-type]


def _unreadable(path: Path, message: str) -> Case:
    def refuse(play: Play) -> None:
        play.check(False, message)

    return Case("cassettes", OPERATION, str(path), refuse, "observed")


def played(play: Play, cassette: Cassette, perturbation: Perturbation | None = None) -> None:
    """Every call of a cassette through a client, against a server that knows nothing but the cassette."""
    assert play.tap is not None, "a replay needs a tap"
    change = perturbation.answers(play.api, cassette) if perturbation else None
    replay, before = Replay(cassette, change), play.tap.inner
    play.tap.inner = replay
    play.readings = unjudged(cassette.origin.source)
    try:
        play.configure(
            access_key=EXAMPLE_ACCESS_KEY,
            secret_key=EXAMPLE_SECRET_KEY,
            region=cassette.origin.region,
            service=cassette.origin.service,
            clock=EXAMPLE_CLOCK,
        )
        for call in cassette.calls:
            try:
                outcome = play.call(call.op, **call.args)
            except Wrong as wrong:
                raise _told(replay, wrong) from None
            if replay.misses:
                raise _told(replay, None)
            play.equal(call.ends, ending(outcome), f"how {call.op} ends")
    finally:
        play.tap.inner = before
    left = replay.unplayed()
    play.check(not left, f"recorded and never asked for: {', '.join(left[:3])}")


def unjudged(source: str) -> dict[str, str]:
    """A real server may read the contract in its own way: its answers are recorded, and judged by `--check` only."""
    return {} if source == "sandbox" else {"server": source}


def _told(replay: Replay, wrong: Wrong | None) -> Wrong:
    if not replay.misses:
        assert wrong is not None
        return wrong
    miss = replay.misses[0]
    found = [difference for _, difference in miss.nearest]
    return Wrong(str(miss), found + (wrong.differences if wrong else []), wrong.verdict if wrong else "failed")
