"""A starter project of every language: made in an empty folder, its test passes and its recipe runs."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from drivers import toolchain_needed
from sqlacc_codegen.ir import Api
from sqlacc_codegen.language import HOME, language, language_ids
from sqlacc_codegen.starter import create, next_commands, stand_ins, starter, starters
from sqlacc_contract.sandbox import DEMO_ACCESS_KEY, DEMO_SECRET_KEY, Sandbox
from sqlacc_contract.toolchain import ready, tools_folder


def test_every_language_has_a_starter() -> None:
    assert starters() == language_ids()


@pytest.mark.slow
@pytest.mark.parametrize("id", starters())
def test_a_new_project_works_as_it_is(id: str, api: Api, generated: Path, tmp_path: Path) -> None:
    with toolchain_needed():
        start = ready(language(id), generated)
    project, work = tmp_path / "project", tmp_path / "work"
    work.mkdir()
    create(starter(api, language(id)), project)
    script = ["sh", str(HOME / id / "starter" / "try.sh"), str(tools_folder(generated)), str(work)]
    own = {name: text for name, text in start.env.items() if not name.startswith("SQLACC_")}

    def tried(what: str, **more: str) -> str:
        done = subprocess.run(
            [*script, what], cwd=project, env=own | more, capture_output=True, text=True, timeout=200, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    tried("test")
    with Sandbox.serve(api) as sandbox:
        before = sandbox.counts()["sales_invoice"]
        keys = {"SQLACC_ACCESS_KEY": DEMO_ACCESS_KEY, "SQLACC_SECRET_KEY": DEMO_SECRET_KEY}
        assert "created" in tried("run", SQLACC_BASE_URL=sandbox.url, **keys)
        assert sandbox.counts()["sales_invoice"] == before + 2
        tried("run", SQLACC_BASE_URL=sandbox.url, **keys)
        assert sandbox.counts()["sales_invoice"] == before + 2


@pytest.mark.parametrize("id", starters())
def test_programs_of_the_checkout_stand_in_for_those_that_are_named(id: str, tmp_path: Path) -> None:
    tools = sorted((HOME / id / "starter").glob("tools/*"))
    said = stand_ins(language(id))
    assert bool(said) == bool(tools)
    for program in tools:
        assert all(command.startswith(f"{program.name} ") for command in next_commands(language(id)))
        missing = subprocess.run(
            [program, "build"],
            env={"PATH": "/usr/bin:/bin", "SQLACC_TOOLS": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (missing.returncode, missing.stdout) == (2, "")
        assert f"./dev setup {id}" in missing.stderr
        export = said.splitlines()[-1]
        found = subprocess.run(
            ["sh", "-c", f"{export}; command -v {program.name}"], capture_output=True, text=True, check=True
        )
        assert found.stdout.strip() == str(program)


@pytest.mark.slow
@pytest.mark.parametrize("id", starters())
def test_the_readme_says_how_to_go_on(id: str, api: Api) -> None:
    files = starter(api, language(id))
    commands = (HOME / id / "starter" / "next.txt").read_text().splitlines()
    assert len(commands) == 3
    assert all(command in files["README.md"] for command in commands)
    assert ".gitignore" in files
    assert not [path for path in files if "dot-" in path or path.endswith(".j2")]
