"""Samples -> what each printed: run one after another by the language's own player, over a fresh sandbox each."""

from __future__ import annotations

import json
import os
import queue
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlacc_codegen.ir import Api
from sqlacc_codegen.language import language
from sqlacc_codegen.snippets import shell

from ..process import Process
from ..sandbox import DEMO_ACCESS_KEY, DEMO_SECRET_KEY, Sandbox, save
from ..toolchain import Broken, Ready, ready
from .commands import printed_by_commands
from .sample import Sample

NOON = 1769054400.0  # 22 January 2026, 12:00 in Kuala Lumpur: after the dates that samples book on
# A README also shows how a line is taken out, which a server may not allow: this one does.
READINGS = {"omitted_lines": "deleted"}
PATIENCE = 60.0  # seconds for one sample; compilers come before the first


@dataclass(frozen=True)
class Outcome:
    """What a sample printed; `error` says how it failed."""

    sample: Sample
    printed: str
    error: str = ""


def play(
    api: Api, speaker: str, samples: Sequence[Sample], generated: Path, told: Callable[[Outcome], None] = lambda _: None
) -> list[Outcome]:
    """Run the samples of a language. Raises Unavailable when its toolchain is missing, Broken when nothing compiles."""
    outcomes = []
    with (
        tempfile.TemporaryDirectory(prefix="sqlacc-samples-") as folder,
        Sandbox.serve(api, skew=None, readings=_readings(api)) as sandbox,
        _player(api, speaker, samples, generated, Path(folder), sandbox.url) as run,
    ):
        sandbox.set_clock(NOON)
        for sample in samples:
            sandbox.reset()
            if sample.planted:
                id, payload = sample.planted
                save.create(sandbox.desk, sandbox.desk.plans[id], payload)
            printed, error = run(sample)
            outcome = Outcome(sample, tidy(printed, sandbox.url, api.base_url), error)
            outcomes.append(outcome)
            told(outcome)
    return outcomes


def _readings(api: Api) -> dict[str, str]:
    known = {reading.id for reading in api.readings}
    return {id: value for id, value in READINGS.items() if id in known}


def tidy(text: str, url: str, shown: str) -> str:
    """The address of the hosted service instead of this sandbox's; no spaces at the ends of lines."""
    lines = [line.rstrip() for line in text.replace(url, shown).replace("\r\n", "\n").splitlines()]
    return "".join(f"{line}\n" for line in lines).strip("\n") + "\n" if any(lines) else ""


@contextmanager
def _player(
    api: Api, speaker: str, samples: Sequence[Sample], generated: Path, folder: Path, url: str
) -> Iterator[Callable[[Sample], tuple[str, str]]]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("SQLACC_")}
    keys = {"SQLACC_BASE_URL": url, "SQLACC_ACCESS_KEY": DEMO_ACCESS_KEY, "SQLACC_SECRET_KEY": DEMO_SECRET_KEY}
    if speaker == shell.ID:
        yield printed_by_commands(api, samples, folder, keys)
        return
    chosen = language(speaker)
    assert chosen.snippets
    for sample in samples:
        (folder / f"{sample.name}{chosen.snippets.suffix}").write_text(sample.code, "utf-8")
    profiles = folder / "profiles.ini"
    _keep_profile(profiles, keys)
    start = ready(chosen, generated, chosen.snippets.player)
    with _program(start, [str(folder)], own | start.env | keys | {"SQLACC_PROFILES": str(profiles)}) as run:
        yield run


def _keep_profile(path: Path, keys: dict[str, str]) -> None:
    """The sandbox's keys as the profile `demo`, which READMEs speak of."""
    path.touch(mode=0o600)
    members = (f"{name.removeprefix('SQLACC_').lower()} = {value}" for name, value in keys.items())
    path.write_text("\n".join(("[demo]", *members, "")), "utf-8")


@contextmanager
def _program(
    start: Ready, arguments: Sequence[str], env: dict[str, str]
) -> Iterator[Callable[[Sample], tuple[str, str]]]:
    lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
    process = Process((*start.command, *arguments), start.cwd, env, lines.put, lambda: lines.put(None))

    answered = False

    def run(sample: Sample) -> tuple[str, str]:
        nonlocal answered
        process.send(f"{sample.name}\n".encode())
        try:
            line = lines.get(timeout=PATIENCE)
        except queue.Empty:
            process.kill()
            return "", f"no answer within {PATIENCE:.0f} seconds"
        if line is None:
            lines.put(None)
            said = f"the player {process.ended()}\n{process.stderr}".strip()
            if not answered:
                raise Broken(said)
            return "", said
        answered = True
        try:
            answer = json.loads(line)
            return str(answer["printed"]), str(answer.get("error") or "")
        except (ValueError, KeyError, TypeError):
            return "", f"the player said {line[:200]!r}"

    try:
        yield run
    finally:
        process.close()
