"""The options of `sqlacc verify --properties` and `--replay FILE` -> cases; `sqlacc properties` -> a list."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex

import click
from platformdirs import user_cache_path

from sqlacc_codegen.api_json import spec_sha256
from sqlacc_codegen.ir import Api

from ..cases.case import Case
from .failures import Failure, Unreadable, load
from .pack import OTHERS, Pack
from .statements import STATEMENTS
from .suites import SUITES


def _tidy() -> None:
    """Hypothesis keeps tables of characters; not in the folder where somebody happens to be."""
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(user_cache_path("sqlacc") / "hypothesis"))


def kept(api: Api, replay: str) -> tuple[Case, str]:
    """The case of a kept example, and its client."""
    _tidy()
    try:
        failure = load(Path(replay))
        case = Pack(api, keep=None).replay(failure)
    except (Unreadable, LookupError) as error:
        raise click.UsageError(str(error)) from None
    _warn(api, failure)
    return case, failure.case.partition("/")[0]


def _warn(api: Api, failure: Failure) -> None:
    if failure.spec_sha256 != spec_sha256(api):
        click.echo("the specs have changed since this example was kept; it may mean something else now", err=True)


def drawn(
    api: Api, seed: int, examples: int, keep: Path | None, live: bool, cassettes: Path | None = None
) -> list[Case]:
    """All suites. Records made on a server of others bear a mark of the run; what fails there is not tried again."""
    _tidy()
    tag = f"ZZ{token_hex(2)}-" if live else "Z"
    pack = Pack(api, seed, examples, shrink=not live, keep=keep, tag=tag, cassettes=cassettes)
    return list(pack.cases())


def listing(as_json: bool) -> Iterator[str]:
    """Every property: what has to hold, which operations it needs, which suites try it."""
    rows = []
    for one in STATEMENTS:
        suites = [suite.id for suite in SUITES if one.id in suite.holds]
        suites += [name for name, holds in OTHERS.items() if one.id in holds]
        rows.append({"id": one.id, "text": one.text, "needs": list(one.needs), "suites": suites})
    if as_json:
        yield json.dumps(rows, indent=1)
        return
    for row in rows:
        yield f"{row['id']:4} {row['text']}"
        yield f"     needs {', '.join(row['needs']) or 'nothing'}; tried by {', '.join(row['suites'])}"
