"""The recipes of every language, end to end: run, cut short in the middle, run again; nothing is booked twice.

What has to be in the books afterwards is worked out from the recipe's own description in the specs.
"""

from __future__ import annotations

import csv
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from drivers import LANGUAGES, toolchain_needed
from sqlacc_codegen.ir import Api, CodeType, DecimalType, Field, Workflow
from sqlacc_codegen.language import HOME, language
from sqlacc_codegen.load import load
from sqlacc_contract.sandbox import DEMO_ACCESS_KEY, DEMO_SECRET_KEY, Sandbox
from sqlacc_contract.sandbox.caller import Caller
from sqlacc_contract.toolchain import ready, tools_folder

pytestmark = pytest.mark.slow
RECIPES = [w.id for w in load(Path(__file__).parent.parent / "spec").workflows if w.kind == "recipe"]
PATIENCE = 60
WRITES = ("POST", "PUT", "DELETE")
Rows = list[dict[str, str]]


# --- what the recipe says ------------------------------------------------------------------------------------------


def sample(api: Api, recipe: Workflow) -> Rows:
    """The sample of the specs twice, the second time under other numbers, so that there is a middle to be cut in."""
    rows: Rows = [dict(row) for row in recipe.args["sample"]]
    keys = {column for target in recipe.args["targets"] for column in key_columns(api, target)}
    numbers: dict[str, str] = {}
    for row in rows:
        for column in keys:
            numbers.setdefault(row[column], f"{row[column][:-2]}{len(numbers) + 60}")
    return rows + [{name: numbers[text] if name in keys else text for name, text in row.items()} for row in rows]


def key_columns(api: Api, target: Mapping[str, Any]) -> list[str]:
    """The columns that make a record another one."""
    by = [target["by"]] if isinstance(target["by"], str) else target["by"]
    fields = api.object(target["object"]).by_wire
    own = [wire for wire in by if not isinstance(fields[wire].type, CodeType)]
    return [field["column"] for field in target["fields"] if "column" in field and field["field"] in own]


@dataclass(frozen=True)
class Expected:
    """A record that has to be in the books once."""

    object: str
    header: Mapping[str, str]
    tables: Mapping[str, list[Mapping[str, str]]]


def expected(recipe: Workflow, rows: Rows) -> list[Expected]:
    found = []
    for target in recipe.args["targets"]:
        when = target.get("when")
        groups: dict[str, Rows] = {}
        for n, row in enumerate(rows):
            if when is None or row[when["column"]] == when["equals"]:
                groups.setdefault(row[target["group_by"]] if "group_by" in target else str(n), []).append(row)
        found += [of_group(target, group) for group in groups.values()]
    return found


def of_group(target: Mapping[str, Any], rows: Rows) -> Expected:
    header: dict[str, str] = {}
    tables: dict[str, list[dict[str, str]]] = {}
    for field in target["fields"]:
        table, dot, wire = field["field"].rpartition(".")
        texts = [str(field["value"]) if "value" in field else row[field["column"]] for row in rows]
        if dot:
            lines = tables.setdefault(table, [{} for _ in rows])
            for line, text in zip(lines, texts, strict=True):
                if text != "":
                    line[wire] = text
        elif field.get("sum"):
            header[wire] = str(sum(map(Decimal, texts)))
        elif texts[0] != "" or field.get("keep_empty"):
            header[wire] = texts[0]
    return Expected(target["object"], header, tables)


def fits(field: Field, stored: Any, text: str) -> bool:
    """Whether a stored value is what stands in the file; amounts are compared by value."""
    if isinstance(field.type, DecimalType):
        return Decimal(stored) == Decimal(text)
    return str(stored).lower() == text.lower() if isinstance(stored, bool) else str(stored) == text


# --- what is in the books ------------------------------------------------------------------------------------------


def books(sandbox: Sandbox, objects: set[str]) -> dict[str, list[Any]]:
    """Whole records of the objects that a recipe writes."""
    call = Caller(sandbox)
    found: dict[str, list[Any]] = {}
    for id in objects:
        o = sandbox.api.object(id)
        rows = call.good("GET", f"{o.path}?limit=50")["data"]
        found[id] = [call.good("GET", f"{o.path}/*?{o.identity[0]}={row[o.identity[0]]}")["data"] for row in rows]
        found[id] = [record for records in found[id] for record in records]
    return found


def check(sandbox: Sandbox, recipe: Workflow, rows: Rows, before: Mapping[str, list[Any]]) -> None:
    """Each record of the sample stands in the books once, as the recipe says, and nothing else is new."""
    wanted = expected(recipe, rows)
    now = books(sandbox, set(before))
    keys = {id: {record[sandbox.api.object(id).key] for record in records} for id, records in before.items()}
    fresh = {id: [r for r in now[id] if r[sandbox.api.object(id).key] not in keys[id]] for id in now}
    assert {id: len(records) for id, records in fresh.items()} == {
        id: sum(one.object == id for one in wanted) for id in fresh
    }
    for one in wanted:
        o = sandbox.api.object(one.object)
        same = [
            r
            for r in fresh[one.object]
            if all(fits(o.by_wire[wire], r[wire], text) for wire, text in one.header.items())
        ]
        assert len(same) == 1, f"{one.object} {dict(one.header)} is there {len(same)} times: {fresh[one.object]}"
        for table, lines in one.tables.items():
            assert len(same[0][table]) == len(lines)
            for line, row in zip(lines, same[0][table], strict=True):
                assert {w: row[w] for w in line if not fits(o.tables[table].by_wire[w], row[w], line[w])} == {}


# --- running -------------------------------------------------------------------------------------------------------


@dataclass
class Program:
    """A recipe of a language, over a sandbox as new."""

    sandbox: Sandbox
    command: list[str]
    cwd: Path
    env: dict[str, str]

    def start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command,
            cwd=self.cwd,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self) -> tuple[int, str]:
        program = self.start()
        said, errors = program.communicate(timeout=PATIENCE)
        return program.returncode, said + errors

    def writes(self) -> int:
        return sum(entry.method in WRITES for entry in self.sandbox.log)

    def kill_while_it_writes(self, number: int) -> None:
        """The program dies when its so-manieth write is booked and not yet answered."""
        before = self.writes()
        self.sandbox.faults([{"kind": "delay", "method": "POST", "skip": number - 1, "seconds": 30}])
        program = self.start()
        end = time.monotonic() + PATIENCE
        while self.writes() - before < number and time.monotonic() < end and program.poll() is None:
            time.sleep(0.005)
        running = program.poll() is None
        os.killpg(program.pid, signal.SIGKILL)
        said = "".join(program.communicate())
        assert running, said
        assert self.writes() - before == number, said


@pytest.fixture(scope="session")
def work(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A folder for each language: what is compiled for one recipe is there for the next."""
    folders: dict[str, Path] = {}

    def folder(language: str) -> Path:
        if language not in folders:
            folders[language] = tmp_path_factory.mktemp(f"recipes-{language}")
        return folders[language]

    return folder


@pytest.fixture(scope="module")
def sandbox(api: Api) -> Iterator[Sandbox]:
    with Sandbox.serve(api) as served:
        yield served


@pytest.fixture
def program(
    id: str, recipe: str, sandbox: Sandbox, generated: Path, work: Callable[[str], Path], tmp_path: Path
) -> Program:
    with toolchain_needed():
        start = ready(language(id), generated)
    sandbox.reset()
    sandbox.log.clear()
    keys = {"SQLACC_ACCESS_KEY": DEMO_ACCESS_KEY, "SQLACC_SECRET_KEY": DEMO_SECRET_KEY}
    own = {name: text for name, text in start.env.items() if not name.startswith("SQLACC_")}
    env = own | keys | {"SQLACC_BASE_URL": sandbox.url}
    script = str(HOME / id / "recipe.sh")
    command = ["sh", script, str(tools_folder(generated)), str(work(id)), recipe, str(tmp_path / f"{recipe}.csv")]
    return Program(sandbox, command, generated / id, env)


@pytest.fixture
def rows(recipe: str, api: Api, tmp_path: Path) -> Rows:
    described = next(w for w in api.workflows if w.id == recipe)
    made = sample(api, described)
    with (tmp_path / f"{recipe}.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(described.args["columns"]))
        writer.writeheader()
        writer.writerows(made)
    return made


@pytest.mark.parametrize("recipe", RECIPES)
@pytest.mark.parametrize("id", LANGUAGES)
def test_a_recipe_that_is_killed_goes_on_where_it_was(
    id: str, recipe: str, api: Api, program: Program, rows: Rows
) -> None:
    described = next(w for w in api.workflows if w.id == recipe)
    before = books(program.sandbox, {target["object"] for target in described.args["targets"]})
    program.kill_while_it_writes(2)
    code, said = program.run()
    assert code == 0, said
    check(program.sandbox, described, rows, before)
    assert re.search(r"\b[1-9][0-9]* created\b", said), f"no summary\n{said}"
    written = program.writes()
    code, said = program.run()
    assert (code, program.writes()) == (0, written), f"a run with nothing to do wrote something\n{said}"


@pytest.mark.parametrize("recipe", RECIPES)
@pytest.mark.parametrize("id", LANGUAGES)
def test_an_answer_that_is_lost_is_looked_up(id: str, recipe: str, api: Api, program: Program, rows: Rows) -> None:
    described = next(w for w in api.workflows if w.id == recipe)
    before = books(program.sandbox, {target["object"] for target in described.args["targets"]})
    program.sandbox.faults([{"kind": "drop", "method": "POST", "skip": 1, "after": True}])
    first, said = program.run()
    code, again = program.run()
    assert code == 0, said + again
    check(program.sandbox, described, rows, before)
    assert first == 1, said
