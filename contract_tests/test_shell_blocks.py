"""The shell blocks of the project's pages and the packages' READMEs: run where that is possible, and each one told of
that is left, with the reason; the commands and options in all of them exist."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest
import yaml

from drivers import toolchain_needed
from sqlacc_codegen.cli import main
from sqlacc_codegen.ir import Api
from sqlacc_codegen.language import HOME, language, language_ids
from sqlacc_contract.sandbox import Sandbox
from sqlacc_contract.toolchain import ready

ROOT = Path(__file__).resolve().parent.parent
OWN = yaml.safe_load((ROOT / "contract_tests" / "shell_blocks.yaml").read_text("utf-8"))
KEYS = {"SQLACC_ACCESS_KEY": "0123456789abcdef0123456789abcdef.sql.my/APIUSER", "SQLACC_SECRET_KEY": "..."}


def told(id: str) -> dict[str, dict[str, str]]:
    file = HOME / id / "snippets" / "shell.yaml"
    return yaml.safe_load(file.read_text("utf-8")) if file.is_file() else {}


PAGES = {ROOT / path: blocks for path, blocks in OWN.items()} | {
    ROOT / "generated" / id / "README.md": told(id) for id in language_ids()
}
RUN = [(id, first) for id in language_ids() for first, entry in told(id).items() if "run" in entry]


def blocks(page: Path) -> dict[str, str]:
    found = re.findall(r"^```sh\n(.*?)^```", page.read_text("utf-8"), re.M | re.S)
    return {block.split("\n")[0]: block for block in found}


def test_every_page_is_looked_at() -> None:
    pages = {*ROOT.glob("*.md"), *ROOT.glob("*/*.md"), *ROOT.glob("generated/*/*.md")}
    assert {path for path in pages if blocks(path) and "docs" not in path.parts} <= set(PAGES)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_block_is_run_or_has_a_reason(page: Path) -> None:
    assert set(blocks(page)) == set(PAGES[page])
    for entry in PAGES[page].values():
        assert set(entry) in ({"run"}, {"left"})
        assert "run" in entry or entry["left"].strip()
        for test in re.findall(r"test_\w+\.py", entry.get("left", "")):
            assert [*ROOT.glob(f"*/{test}"), *ROOT.glob(f"*/tests/{test}")], test


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_commands_and_options_exist(page: Path) -> None:
    dev = (ROOT / "dev").read_text("utf-8")
    for block in blocks(page).values():
        for line in block.replace("\\\n", " ").split("\n"):
            for words in commands(line):
                if words[0] == "./dev":
                    assert f"\n./dev {words[1]}" in dev, line
                elif words[0] == "sqlacc":
                    parse(main, "sqlacc", words[1:], click.Context(main, info_name="sqlacc"))


def commands(line: str) -> list[list[str]]:
    """The words of each command of a line, without comments."""
    try:
        words = shlex.split(line, comments=True)
    except ValueError:
        words = line.split()  # a quote that goes on in the next line
    found: list[list[str]] = [[]]
    for word in words:
        if word in ("&&", "&", ";", "|"):
            found.append([])
        else:
            found[-1].append(word)
    return [words for words in found if words]


def parse(command: click.Command, name: str, words: list[str], ctx: click.Context) -> None:
    if isinstance(command, click.Group):
        below = command.get_command(ctx, words[0])
        assert below is not None, f"no command {words[0]} of {name}"
        parse(below, words[0], words[1:], click.Context(below, parent=ctx, info_name=words[0]))
        return
    command.make_parser(ctx).parse_args(words)  # fails at an option that there is not


@pytest.mark.slow
@pytest.mark.parametrize(("id", "first"), RUN)
def test_a_block_runs(id: str, first: str, api: Api, generated: Path, tmp_path: Path) -> None:
    with toolchain_needed():
        ready(language(id), generated)
    script = f"{told(id)[first]['run']}\n{blocks(generated / id / 'README.md')[first]}"
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    own = {name: text for name, text in os.environ.items() if not name.startswith("SQLACC_")} | {"PATH": path}
    with Sandbox.serve(api, keys={KEYS["SQLACC_ACCESS_KEY"]: KEYS["SQLACC_SECRET_KEY"]}) as sandbox:
        env = own | {"WORK": str(tmp_path), "GENERATED": str(generated), "SQLACC_BASE_URL": sandbox.url}
        done = subprocess.run(
            ["sh", "-eu", "-c", script], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=100, check=False
        )
    assert done.returncode == 0, done.stdout + done.stderr
