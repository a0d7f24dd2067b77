"""How much the properties prove, and how fast: `python contract_tests/bench/properties.py rates|servers|seeds|workers`.

rates: generated cases per second on loopback, built, read and called, for each language: by the clock, and by the
seconds of processor time that harness, server and client took together, which is what one core would do. `all` is
the three together, as many cases of each as the pack has.
servers: every broken server, what noticed it, and after how many seconds. seeds: the pack over good clients and the
good server, a new seed each time; whatever it reports is a false alarm. workers: one seed, 1 and 2 workers.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sqlacc_codegen.ir import Api
from sqlacc_codegen.language import language, language_ids
from sqlacc_codegen.load import load
from sqlacc_codegen.spec import default_spec
from sqlacc_contract.cases import Case
from sqlacc_contract.house import House
from sqlacc_contract.play import Wrong
from sqlacc_contract.properties.pack import Pack
from sqlacc_contract.results import Line, digest, is_good, of_type
from sqlacc_contract.toolchain import Ready, Unavailable, generated_folder, ready
from sqlacc_contract.verify import HERE, OWN, Plan, Tested, opened, verify
from trust import NAMES, noticed, play_of


@click.group()
def main() -> None:
    """Figures about the properties."""


def clients(only: Sequence[str]) -> Iterator[tuple[Tested, Ready]]:
    """The harness's own caller, and each language whose driver can be started."""
    for id in only or (OWN.id, *language_ids()):
        if id == OWN.id:
            yield OWN, HERE
            continue
        try:
            yield language(id), ready(language(id), generated_folder())
        except Unavailable as missing:
            print(f"{id}: {missing}", file=sys.stderr)


def load_now() -> str:
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


# --- rates --------------------------------------------------------------------------------------------------------

SUITES = {"built": ("built",), "read": ("parsed",), "called": ("created", "updated", "deleted", "looked at")}


@main.command()
@click.option("--lang", "only", multiple=True)
@click.option("--examples", default=60, show_default=True)
def rates(only: tuple[str, ...], examples: int) -> None:
    """A case is one operation with generated values: sent or built or read, and judged by the oracle."""
    api = load(default_spec())
    names = (*SUITES, "all")
    print(f"{'client':12}" + "".join(f"{name + '/s':>12}{'one core':>10}" for name in names) + f"   {load_now()}")
    for one, start in clients(only):
        found = [measured(api, one, start, suites, examples) for suites in SUITES.values()]
        told = ""
        for cases, seconds, cpu in (*found, [sum(column) for column in zip(*found, strict=True)]):
            told += f"{cases / seconds:12.0f}{cases / cpu:10.0f}" if cases else f"{'-':>12}{'-':>10}"
        print(f"{one.id:12}{told}", flush=True)


def measured(api: Api, one: Tested, start: Ready, suites: tuple[str, ...], examples: int) -> tuple[int, float, float]:
    """Cases, seconds by the clock, seconds of processor time of all processes."""
    pack, calls = Pack(api, 1, examples), 0
    before = processor()
    seconds = 0.0
    with House(api) as house, opened(api, start) as driver:
        for case in pack.cases():
            if case.name not in suites or (case.who == "clients" and one is OWN):
                continue
            play = play_of(case, one.id, driver, house)
            pack.maker(subject_of(api, case), play)
            began = time.perf_counter()
            case.play(play)
            seconds += time.perf_counter() - began
            calls += play.calls
    return calls, seconds, processor() - before


def subject_of(api: Api, case: Case) -> Any:
    from sqlacc_contract.cases.subject import Subject

    return Subject(api.object(case.subject))


def processor() -> float:
    """Processor seconds so far, of this process and of those that it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


# --- broken servers -------------------------------------------------------------------------------------------------


@main.command()
@click.argument("words", nargs=-1)
def servers(words: tuple[str, ...]) -> None:
    """WORDS choose servers by what their names hold. Exit code 1 when one survives."""
    api = load(default_spec())
    chosen = [name for name in NAMES if not words or any(word in name for word in words)]
    survived, slowest = [], 0.0
    for name in chosen:
        before = processor()
        found = noticed(api, name)
        cpu = processor() - before
        told = f"{found.line['id']}: {found.line['message'][:110]}" if found.line else "SURVIVED"
        print(
            f"{name:40}{found.seconds:6.1f} s {cpu:5.1f} s cpu {found.calls:5} calls  {told}".replace("\n", " "),
            flush=True,
        )
        slowest = max(slowest, found.seconds)
        if found.line is None:
            survived.append(name)
    noticed_of = f"{len(chosen) - len(survived)} of {len(chosen)} noticed"
    print(f"{noticed_of}, the slowest after {slowest:.1f} s; {load_now()} {', '.join(survived)}".rstrip())
    sys.exit(1 if survived or not chosen else 0)


# --- seeds and workers ----------------------------------------------------------------------------------------------


@main.command()
@click.option("--lang", "only", multiple=True)
@click.option("--first", default=0, show_default=True, help="The first seed.")
@click.option("--count", default=10_000, show_default=True, help="How many seeds, over all clients together.")
@click.option("--minutes", default=0.0, help="Stop after so long.")
def seeds(only: tuple[str, ...], first: int, count: int, minutes: float) -> None:
    """Each seed plays one suite of the pack, with examples of its own, on one client; clients take turns in blocks."""
    api = load(default_spec())
    everyone = list(clients(only))
    began, done, calls, alarms = time.monotonic(), 0, 0, list[str]()
    block = max(1, count // len(everyone))
    for one, start in everyone:
        until = began + minutes * 60 * (1 + everyone.index((one, start))) / len(everyone) if minutes else None
        mine, called, wrong = over_seeds(api, one, start, first, block, until)
        done, calls, alarms = done + mine, calls + called, alarms + wrong
        print(
            f"{one.id:12}{mine:6} seeds{called:8} calls{len(wrong):4} alarms  {time.monotonic() - began:7.0f} s",
            flush=True,
        )
    print("\n".join(alarms))
    print(f"{done} seeds, {calls} calls, {len(alarms)} alarms in {time.monotonic() - began:.0f} s; {load_now()}")
    sys.exit(1 if alarms or not done else 0)


def over_seeds(
    api: Api, one: Tested, start: Ready, first: int, count: int, until: float | None
) -> tuple[int, int, list[str]]:
    done, calls, alarms = 0, 0, list[str]()
    worlds: dict[str, Any] = {}
    with House(api) as house, opened(api, start) as driver:
        for seed in range(first, first + count):
            if until is not None and time.monotonic() > until:
                break
            pack = Pack(api, seed, examples=3, shrink=False, worlds=worlds)
            fit = [case for case in pack.cases() if case.who in ("all", OWN.id if one is OWN else "clients")]
            fit = [case for case in fit if case.name != "recorded"]
            case = fit[seed % len(fit)]
            play = play_of(case, one.id, driver, house)
            try:
                case.play(play)
            except Wrong as wrong:
                alarms.append(f"{one.id}, seed {seed}, {case.id}: {wrong.message}")
            done, calls = done + 1, calls + play.calls
    return done, calls, alarms


@main.command()
@click.option("--lang", "only", multiple=True, default=(OWN.id,), show_default=True)
@click.option("--examples", default=5, show_default=True)
@click.option("--seed", default=0, show_default=True)
def workers(only: tuple[str, ...], examples: int, seed: int) -> None:
    """The same seed with 1 and 2 workers: the same hash of the log. Exit code 1 when it differs."""
    api = load(default_spec())
    same = True
    for one, start in clients(only):
        told = [with_workers(api, one, start, examples, seed, count) for count in (1, 2)]
        same = same and told[0][0] == told[1][0]
        for count, (hash, cases, seconds, wrong) in enumerate(told, 1):
            print(f"{one.id:12}{count} workers {cases} cases {seconds:6.1f} s {wrong} failed  {hash}", flush=True)
    sys.exit(0 if same else 1)


def with_workers(
    api: Api, one: Tested, start: Ready, examples: int, seed: int, count: int
) -> tuple[str, int, float, int]:
    began = time.monotonic()
    cases = list(Pack(api, seed, examples, shrink=False).cases())
    lines: list[Line] = list(verify(api, [one], Plan(), lambda _: start, count, everything=cases))
    found = of_type(lines, "case")
    return digest(lines), len(found), time.monotonic() - began, sum(not is_good(line) for line in found)


if __name__ == "__main__":
    main()
