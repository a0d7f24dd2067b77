"""The options of `sqlacc verify` -> a run, its reports and its exit code."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import date
from itertools import chain
from pathlib import Path

import click
from click.core import ParameterSource

from sqlacc_codegen.ir import Api
from sqlacc_codegen.language import Language, language, language_ids

from .cases import Case, cases
from .expected import Expected
from .expected import read as read_expected
from .report.logs import make_room
from .report.logs import write as write_reports
from .results import Line, digest, is_good, passed, untested
from .toolchain import generated_folder
from .verify import OWN, Plan, Tested, fits, launcher, verify

OPERATION = "properties"  # as it stands in ids of cases
EMBEDDED = ("sandbox", "cassettes")  # what is played against without any network


def run(
    *,
    only_languages: tuple[str, ...],
    against: str,
    only: tuple[str, ...],
    reading: tuple[tuple[str, str], ...],
    fast: bool,
    replay: str | None,
    properties: bool,
    examples: int,
    seed: int,
    keep: Path,
    listing: bool,
    strict: bool,
    workers: int,
    expected: Path | None,
    write: str | None,
    dry_run: bool,
    profile: str | None,
    ndjson: Path | None,
    junit: Path | None,
    html: Path | None,
    sarif: Path | None,
    coverage: bool,
    spec_dir: Path | None,
    generated: Path | None,
    cassettes: Path | None,
) -> int:
    from sqlacc_codegen.load import load
    from sqlacc_codegen.spec import default_spec

    if against in EMBEDDED and (write or dry_run or profile):
        raise click.UsageError("--write, --dry-run and --profile go with --against URL")
    if reading and against != "sandbox":
        raise click.UsageError("--reading goes with the sandbox: nobody else can be told how to behave")
    if replay == "":
        raise click.UsageError("--replay needs the id of a case, or the file of a kept example")
    replay = replay or ""
    api = load(spec_dir or default_spec())
    if replay.endswith(".json"):
        from .properties.command import kept

        case, client = kept(api, replay)
        properties, only_languages, replay, everything = True, (client,), f"{client}/{case.id}", [case]
    elif properties or f"/{OPERATION}[" in replay:
        from .properties.command import drawn

        properties = True
        if against == "cassettes":
            raise click.UsageError("properties are tried on a server: the sandbox, or a URL")

        everything = drawn(api, seed, examples, None if dry_run else keep, against not in EMBEDDED, cassettes)
    else:
        _refuse_given("properties", "examples", "seed", "keep")
        everything = _cases(api, against, cassettes, spec_dir)
    languages = _clients(only_languages, properties)
    plan = Plan(only, fast, _readings(api, reading), replay)
    known = [case.id for case in everything]
    same = _untouched(api, plan, languages, everything) if against == "sandbox" else []
    everything = [case for case in everything if case.id not in same]
    chosen = [f"{one.id}/{case.id}" for one in languages for case in everything if plan.chooses(one.id, case)]
    if listing:
        click.echo("".join(f"{id}\n" for id in chosen), nl=False)
        return 0
    if replay and not chosen:
        raise click.UsageError(f"no case {replay!r}; `sqlacc verify --list` lists them, also with --properties")
    make_room((ndjson, junit, html, sarif))
    known_failures = read_expected(expected) if expected else None
    home = generated or generated_folder(spec_dir)
    begun = time.monotonic()
    if against in EMBEDDED:
        source = verify(api, languages, plan, launcher(home), workers, everything=everything)
    else:
        from .live import live, would_call

        instead = everything if properties else None
        target = live(api, languages, plan, launcher(home), against, profile, write, instead, dry_run)
        if dry_run:
            for text in would_call(target, bool(write)):
                click.echo(text)
            return 0
        source, chosen = target.lines(), [f"{one.id}/{case.id}" for one, case in target.chosen]
    if known_failures:
        who = [*language_ids(), *([OWN.id] if properties else [])]
        source = _with_expected(source, known_failures, [f"{one}/{id}" for one in who for id in known])
    everywhere = against == "sandbox" and not (only or replay or reading)

    packs = sorted({case.name for one in languages for case in everything if plan.chooses(one.id, case)})

    def missing(lines: Sequence[Line]) -> list[Line]:
        flows = [flow.id for flow in api.workflows if flow.kind != "recipe"]
        return untested(
            lines,
            patterns=[pattern for pattern in only if not any(fits(id, pattern) for id in chosen)],
            languages=only_languages or ([] if only or replay else [one.id for one in languages]),
            subjects=[*api.by_id, *flows] if everywhere and not properties else [],
            packs=packs if everywhere and properties else [],
        )

    source = chain([{"type": "untouched", "cases": same}] if same else [], source)
    source = _complete(source, missing, spec_dir or default_spec())
    lines = [_head(api, against), *_watched(source, len(chosen), ndjson, api, against)]
    seconds = time.monotonic() - begun
    good = passed(lines, strict or os.environ.get("CI", "").lower() not in ("", "0", "false", "no"))
    lines.append({"type": "end", "good": good, "seconds": round(seconds, 2), "digest": digest(lines)})
    if ndjson:
        with ndjson.open("a", encoding="utf-8") as log:
            log.write(json.dumps(lines[-1]) + "\n")
    write_reports(lines, {"html": html, "junit": junit, "sarif": sarif})
    if replay:
        _show_replay(lines)
    from .report.terminal import console, show

    show(lines, seconds, good, console(), coverage)
    return 0 if good else 1


def _refuse_given(wanted: str, *names: str) -> None:
    """Options that would have no effect without another one."""
    for name in names:
        if click.get_current_context().get_parameter_source(name) is ParameterSource.COMMANDLINE:
            raise click.UsageError(f"--{name} goes with --{wanted}")


def _complete(source: Iterator[Line], missing: Callable[[Sequence[Line]], list[Line]], spec: Path) -> Iterator[Line]:
    """The lines, with the place in the spec of what went wrong; at the end what was not tested at all."""
    lines = []
    places = None
    for line in source:
        if line["type"] == "case" and not is_good(line):
            if places is None:
                from .report.places import Places

                places = Places(spec)
            line["place"] = asdict(places.of(line))
        lines.append(line)
        yield line
    yield from missing(lines)


def _cases(api: Api, against: str, folder: Path | None, spec_dir: Path | None) -> list[Case]:
    """The cases of the spec, and the recordings beside them; or the recordings alone."""
    from .recordings.player import default_folder, recorded_cases

    recorded = list(recorded_cases(folder or default_folder(spec_dir)))
    if against == "cassettes" and not recorded:
        raise click.UsageError(f"there is no cassette in {folder or default_folder(spec_dir)}; see `sqlacc record`")
    return recorded if against == "cassettes" else [*cases(api), *recorded]


def _untouched(api: Api, plan: Plan, languages: Sequence[Tested], everything: Sequence[Case]) -> list[str]:
    """Cases under readings that tell a client nothing that their twins do not, where the twins are chosen as well."""
    from .touched import untouched

    by_id = {case.id: case for case in everything}
    twins = {case.id: by_id[case.twin] for case in everything if case.twin in by_id}

    def is_repeated(case: Case) -> bool:
        mine = [one.id for one in languages if plan.chooses(one.id, case)]
        return bool(mine) and all(plan.chooses(one, twins[case.id]) for one in mine)

    repeated = {id: twin for id, twin in twins.items() if is_repeated(by_id[id])}
    return list(untouched(api, everything, repeated))


def _with_expected(source: Iterator[Line], known: Expected, ids: Sequence[str]) -> Iterator[Line]:
    for line in source:
        yield known.judge(line, date.today())
    yield from known.stale(ids)


def _watched(source: Iterator[Line], count: int, ndjson: Path | None, api: Api, against: str) -> Iterator[Line]:
    """The lines as they come; the log on disk grows with them, so that a run cut short leaves one."""
    from .report.terminal import watch

    if ndjson is None:
        yield from watch(source, count)
        return
    with ndjson.open("w", encoding="utf-8") as log:
        log.write(json.dumps(_head(api, against), ensure_ascii=False) + "\n")
        for line in watch(source, count):
            log.write(json.dumps(line, ensure_ascii=False) + "\n")
            log.flush()
            yield line


def _head(api: Api, against: str) -> Line:
    from importlib.metadata import version

    from sqlacc_codegen.api_json import spec_sha256

    about = {"sqlacc": version("sqlacc"), "spec_version": api.version, "spec_sha256": spec_sha256(api)}
    return {"type": "run", "against": against, **about}


def _show_replay(lines: Sequence[Line]) -> None:
    from .curl import curl

    for line in lines:
        if line["type"] == "case":
            click.echo(f"# {line['id']}: {line['verdict']}")
            for exchange in line["wire"]:
                click.echo(curl(exchange))
                click.echo(f"# -> {exchange.get('broken') or exchange['status']}\n")


def _clients(only: Sequence[str], properties: bool) -> list[Tested]:
    """Languages; with properties also the harness's own caller, by which a server is judged alone."""
    own = [OWN] if properties and (not only or OWN.id in only) else []
    rest = [id for id in only if not (properties and id == OWN.id)]
    return [*own, *(_languages(rest) if rest or not only else [])]


def _languages(only: Sequence[str]) -> list[Language]:
    known = language_ids()
    unknown = [id for id in only if id not in known]
    if unknown:
        raise click.UsageError(f"no language {unknown[0]!r}; there are: {', '.join(known)}")
    return [language(id) for id in (dict.fromkeys(only) or known)]


def _readings(api: Api, given: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    for name, value in given:
        reading = next((r for r in api.readings if r.id == name), None)
        if reading is None:
            raise click.UsageError(f"no reading {name!r}; there are: {', '.join(r.id for r in api.readings)}")
        if value not in [choice.value for choice in reading.choices]:
            values = ", ".join(choice.value for choice in reading.choices)
            raise click.UsageError(f"the reading {name} has no value {value!r}; it has: {values}")
    return tuple(given)
