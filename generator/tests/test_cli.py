"""The command from outside: what it prints, how it ends, what it writes."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from sqlacc_codegen.cli import COMMANDS, main

from .conftest import KITCHEN_SINK, PROJECT, SMALL, Run


def test_help_lists_every_command(sqlacc: Run) -> None:
    result = sqlacc("--help")
    assert result.returncode == 0
    for name, (_, text) in COMMANDS.items():
        assert re.search(rf"^  {name} +{re.escape(text)}$", result.stdout, re.MULTILINE), name
    assert "sqlacc generate" in result.stdout


def every_command(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """All commands, those of groups after their group."""
    if path:
        yield path
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from every_command(found, (*path, name))


@pytest.mark.parametrize("path", list(every_command(main)), ids=" ".join)
def test_every_command_has_help_with_an_example(path: tuple[str, ...]) -> None:
    result = CliRunner().invoke(main, [*path, "--help"])
    assert result.exit_code == 0
    assert "Example" in result.stdout
    assert f"sqlacc {' '.join(path)}" in result.stdout.split("Example", 1)[1]


def test_version(sqlacc: Run) -> None:
    assert re.fullmatch(r"sqlacc \d+\.\d+\.\d+\n", sqlacc("--version").stdout)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["chekc"], 'did you mean "check"?'),
        (["check", "--nope"], "No such option"),
        (["check", "--format", "xml"], "'xml' is not one of"),
        (["show", "--spec", SMALL, "invoce"], 'did you mean "invoice"?'),
        (["completion", "cmd.exe"], "is not one of"),
        (["generate", "extra"], "unexpected extra argument"),
    ],
)
def test_wrong_usage_ends_with_2(sqlacc: Run, arguments: list[object], told: str) -> None:
    result = sqlacc(*arguments)
    assert result.returncode == 2
    assert told in result.stderr
    assert "Traceback" not in result.stderr


def test_check_of_sound_specs(sqlacc: Run) -> None:
    result = sqlacc("check", "--spec", SMALL)
    assert (result.returncode, result.stdout) == (0, "The specs are sound.\n")


def test_check_without_a_spec_folder(sqlacc: Run) -> None:
    result = sqlacc("check", "--spec", "nowhere")
    assert result.returncode == 1
    assert result.stdout.startswith("nowhere: does not exist; give the folder")


def test_list_of_rules(sqlacc: Run) -> None:
    text, data = sqlacc("check", "--list-rules"), sqlacc("check", "--list-rules", "--format", "json")
    rules = json.loads(data.stdout)
    assert len(rules) > 50
    assert [line.split()[0] for line in text.stdout.splitlines()] == list(rules)
    assert all(doc.endswith(".") for doc in rules.values())


@pytest.mark.slow
def test_show(sqlacc: Run) -> None:
    assert re.search(r"^  invoice +Sales Invoice +/invoice ", sqlacc("show", "--spec", SMALL).stdout, re.MULTILINE)
    shown = sqlacc("show", "--spec", SMALL, "invoice").stdout
    for part in ("PUT /invoice/{dockey}", "code(customer, 10)", "decimal(2)", "Lines: detail, by dtlkey", "Invoice 2"):
        assert part in shown
    assert "Read the file." in sqlacc("show", "--spec", SMALL, "import_invoices").stdout


def test_show_as_json(sqlacc: Run) -> None:
    whole = json.loads(sqlacc("show", "--json", "--spec", SMALL).stdout)
    assert [object["id"] for object in whole["objects"]] == ["customer", "invoice"]
    one = json.loads(sqlacc("show", "--json", "--spec", SMALL, "invoice").stdout)
    assert one == whole["objects"][1]
    assert one["fields"][3]["type"] == {"kind": "code", "target": "customer", "size": 10}


def test_show_of_a_broken_spec(sqlacc: Run, small: Path) -> None:
    (small / "fields.yaml").write_text("fields: [\n")
    result = sqlacc("show", "--spec", small)
    assert result.returncode == 1
    assert "fields.yaml:2:1: not readable as YAML" in result.stderr


@pytest.mark.slow
def test_generate_then_check_then_change(sqlacc: Run, small: Path) -> None:
    project = small.parent
    assert sqlacc("generate", "--check", "--lang", "python", cwd=project).returncode == 1
    first = sqlacc("generate", cwd=project)
    assert first.returncode == 0
    assert re.search(r"^Generated \d+ files in \d+\.\d\d s\.$", first.stdout, re.MULTILINE)
    python = project / "generated" / "python"
    assert python.is_dir()
    assert sqlacc("generate", "--check", "--no-cache", cwd=project).returncode == 0
    assert "unchanged since last time" in sqlacc("generate", "--check", cwd=project).stdout
    readme = next(path for path in sorted(python.rglob("*")) if path.is_file() and path.stat().st_size)
    text = readme.read_bytes()
    readme.write_bytes(text + b"edited by hand\n")
    (python / "stale.txt").write_text("old\n")
    result = sqlacc("generate", "--check", cwd=project)
    assert result.returncode == 1
    assert "\n-edited by hand\n" in result.stdout
    assert "--- generated/python/stale.txt\n+++ /dev/null\n" in result.stdout
    assert "2 files differ" in result.stderr
    assert "Traceback" not in result.stderr
    assert sqlacc("generate", "--lang", "python", cwd=project).returncode == 0
    assert readme.read_bytes() == text
    assert not (python / "stale.txt").exists()
    assert sqlacc("generate", "--check", cwd=project).returncode == 0


@pytest.mark.slow
def test_a_remembered_check_sees_every_change(sqlacc: Run, small: Path) -> None:
    project = small.parent
    sqlacc("generate", cwd=project)
    objects = small / "objects" / "customer.yaml"
    text = objects.read_text()
    objects.write_text(text.replace("Somebody who buys", "Somebody who pays"))
    assert sqlacc("generate", "--check", "--lang", "python", cwd=project).returncode == 1
    objects.write_text(text)
    assert sqlacc("generate", "--check", cwd=project).returncode == 0
    (project / "generated" / "perl").mkdir()
    (project / "generated" / "perl" / "old.pl").write_text("# Generated by sqlacc from spec 2025.1.0.\n")
    (project / "generated" / "notes").mkdir()
    (project / "generated" / "notes" / "mine.txt").write_text("mine\n")
    result = sqlacc("generate", "--check", cwd=project)
    assert result.returncode == 1
    assert "--- generated/perl/\n+++ /dev/null\n" in result.stdout
    assert sqlacc("generate", cwd=project).returncode == 0
    assert not (project / "generated" / "perl").exists()
    assert (project / "generated" / "notes" / "mine.txt").exists()


@pytest.mark.slow
def test_a_spoilt_cache_is_no_fault(sqlacc: Run, small: Path) -> None:
    project = small.parent
    sqlacc("generate", "--lang", "python", cwd=project)
    cache = project / ".cache" / "sqlacc-check.json"
    for content in ("{", "[]", '{"a": 1}', "[" * 100_000, "\udcff"):
        cache.write_text(content, errors="surrogateescape")
        assert sqlacc("generate", "--check", "--lang", "python", cwd=project).returncode == 0


def test_generate_one_language(sqlacc: Run, tmp_path: Path) -> None:
    result = sqlacc("generate", "--lang", "python", "--spec", SMALL, "--out", "out", "--format", "json")
    assert result.returncode == 0
    (output,) = json.loads(result.stdout)["outputs"]
    assert output["output"] == "python"
    assert output["files"] == len(output["differences"])
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["python"]


def test_an_unknown_language(sqlacc: Run) -> None:
    result = sqlacc("generate", "--lang", "pyton", "--spec", SMALL, "--out", "out")
    assert result.returncode == 2
    assert 'did you mean "python"?' in result.stderr


@pytest.mark.slow
def test_a_file_where_the_output_should_go(sqlacc: Run, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    result = sqlacc("generate", "--spec", SMALL, "--out", "out")
    assert result.returncode == 1
    assert "cannot be written" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.slow
def test_colours_only_on_a_terminal(sqlacc: Run) -> None:
    assert "\033" not in sqlacc("generate", "--check", "--spec", SMALL, "--out", "out").stdout


@pytest.mark.slow
@pytest.mark.parametrize(("variable", "coloured"), [("NO_COLOR", False), ("UNRELATED", True)])
def test_colours_on_a_terminal(tmp_path: Path, variable: str, coloured: bool) -> None:
    import pty

    leader, follower = pty.openpty()
    environment = {**os.environ, variable: "1", "TERM": "xterm"}
    environment.pop("NO_COLOR", None) if variable != "NO_COLOR" else None
    command = [sys.executable, "-m", "sqlacc_codegen.cli", "generate", "--check", "--lang", "python"]
    process = subprocess.Popen(
        [*command, "--spec", str(SMALL), "--out", "out"],
        stdout=follower,
        stderr=subprocess.DEVNULL,
        cwd=tmp_path,
        env=environment,
    )
    os.close(follower)
    seen = b""
    while chunk := _read(leader):
        seen += chunk
    os.close(leader)
    assert process.wait(60) == 1
    assert (b"\033[" in seen) is coloured


def _read(leader: int) -> bytes:
    try:
        return os.read(leader, 65536)
    except OSError:  # Linux says so when the other end is closed
        return b""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("sqlacc ch", ["check"]),
        ("sqlacc show sales_i", ["sales_invoice"]),
        ("sqlacc call sales_o", ["sales_order"]),
        ("sqlacc call agent ", ["list", "find", "get", "create", "update", "delete", "iterate"]),
        ("sqlacc call sales_invoice p", ["pdf"]),
        ("sqlacc call payment_met", ["payment_method"]),
        ("sqlacc generate --lang ph", ["php"]),
        ("sqlacc new py", ["python"]),
        ("sqlacc driver g", ["gas"]),
        ("sqlacc verify --reading not_found=", ["not_found=400", "not_found=404"]),
        ("sqlacc call agent list --profile o", ["office"]),
        ("sqlacc call agent list --prof", ["--profile"]),
        ("sqlacc show --spec nowhere sales_i", []),
    ],
)
def test_completion(words: str, offered: list[str], tmp_path: Path) -> None:
    profiles = tmp_path / "profiles.ini"
    profiles.write_text("[demo]\naccess_key = a\n[office]\nsecret_key = b\n")
    profiles.chmod(0o600)
    count = len(words.split(" ")) - 1
    variables = {"_SQLACC_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(count)}
    result = CliRunner().invoke(main, [], env={**variables, "SQLACC_PROFILES": str(profiles)}, prog_name="sqlacc")
    assert [line.removeprefix("plain,") for line in result.stdout.split()] == offered


def test_completion_in_a_real_shell(sqlacc: Run) -> None:
    variables = {"_SQLACC_COMPLETE": "bash_complete", "COMP_WORDS": "sqlacc ch", "COMP_CWORD": "1"}
    assert sqlacc(env={**os.environ, **variables}).stdout == "plain,check\n"


def test_a_reader_that_goes_away(tmp_path: Path) -> None:
    command = f"{sys.executable} -m sqlacc_codegen.cli show --json --spec {KITCHEN_SINK} | head -c 10"
    result = subprocess.run(command, shell=True, capture_output=True, text=True, cwd=tmp_path, timeout=60, check=False)
    assert (result.stdout, result.stderr) == ('{\n  "versi', "")


_INTERRUPTED = """
import signal, sys
from sqlacc_codegen import cli, load
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs are born ignoring it
load.load = lambda _: signal.raise_signal(signal.SIGINT)
sys.argv = ["sqlacc", "show"]
cli.main()
"""


def test_interrupted_it_ends_quietly(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-c", _INTERRUPTED], capture_output=True, text=True, cwd=tmp_path, timeout=60, check=False
    )
    assert (result.returncode, result.stdout, result.stderr.strip()) == (128 + signal.SIGINT, "", "")


_FAULTY = """
import sys
from sqlacc_codegen import cli, load
def fail(_): raise ZeroDivisionError("oops")
load.load = fail
sys.argv = ["sqlacc", "show"]
cli.main()
"""


def test_a_fault_of_our_own_is_told_without_a_traceback(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-c", _FAULTY], capture_output=True, text=True, cwd=tmp_path, timeout=60, check=False
    )
    assert result.returncode == 1
    assert result.stderr.startswith("sqlacc: internal error: ZeroDivisionError: oops\n")
    assert "Traceback" not in result.stderr


def test_any_encoding_of_the_terminal_will_do(sqlacc: Run) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    result = sqlacc("show", "class", "--spec", KITCHEN_SINK, env=environment)
    assert result.returncode == 0
    assert "Report ${x}" in result.stdout
    assert result.stderr == ""


def test_the_real_specs_are_sound(sqlacc: Run) -> None:
    result = sqlacc("check", cwd=PROJECT)
    assert result.stdout == "The specs are sound.\n"
