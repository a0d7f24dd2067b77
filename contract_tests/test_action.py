"""The contract in other people's CI: the GitHub Action as others read it, and its steps in a repository of theirs."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
ACTION = ROOT / ".github" / "actions" / "contract"
TAPES = ("create-minimum.yaml", "get-missing.yaml")
BIN = str(Path(sys.executable).parent)


@pytest.fixture(scope="module")
def action() -> dict[str, Any]:
    return dict(yaml.safe_load((ACTION / "action.yml").read_text("utf-8")))


def steps(action: dict[str, Any], *ids: str) -> list[dict[str, Any]]:
    return [step for step in action["runs"]["steps"] if step.get("id") in ids]


def test_it_is_an_action_to_others() -> None:
    command = [f"{BIN}/check-jsonschema", "--builtin-schema", "vendor.github-actions", str(ACTION / "action.yml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_inputs_are_there_and_reach_the_shell_as_variables_only(action: dict[str, Any]) -> None:
    used = set(re.findall(r"inputs\.([a-z]+)", json.dumps(action["runs"])))
    assert used == set(action["inputs"])
    for step in action["runs"]["steps"]:
        assert "${{" not in step.get("run", "")  # what a caller writes is never part of a program
        assert re.fullmatch(r"[a-z-]+/[a-z-]+(/[a-z-]+)?@v[0-9]+", step.get("uses", "a/b@v1"))


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """A repository with specs, one client and two recordings."""
    for folder in ("spec", "generated/python"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    tapes = tmp_path / "contract_tests" / "cassettes" / "sandbox" / "agent"
    tapes.mkdir(parents=True)
    for name in TAPES:
        shutil.copy(ROOT / "contract_tests" / "cassettes" / "sandbox" / "agent" / name, tapes)
    return tmp_path


def carried_out(action: dict[str, Any], home: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """The step that does the work, as a runner would start it."""
    (step,) = steps(action, "contract")
    given = {name: inputs.get(name, one["default"]) for name, one in action["inputs"].items()}
    env = {
        name: re.sub(r"\$\{\{ inputs\.([a-z]+) \}\}", lambda found: given[found[1]], text)
        for name, text in step["env"].items()
    }
    env = {name: text.replace("${{ runner.temp }}", str(home / "temp")) for name, text in env.items()}
    keep = {name: value for name, value in os.environ.items() if not name.startswith("SQLACC_")}
    env = (
        keep | env | {"GITHUB_ACTION_PATH": str(ACTION), "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "CI": "true"}
    )
    command = ["sh", "-e", "-c", step["run"]]
    return subprocess.run(command, cwd=home, env=env, capture_output=True, text=True, check=False, timeout=120)


def test_it_is_green_where_all_is_well(action: dict[str, Any], theirs: Path) -> None:
    done = carried_out(action, theirs, languages="python")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "The specs are sound." in done.stdout
    assert "up to date" in done.stdout
    assert re.search(r"Good: [0-9]+ passed; .*python", done.stdout)
    reports = {path.name for path in (theirs / "report").iterdir()}
    assert reports == {"check.sarif", "verify.html", "verify.ndjson", "verify.sarif", "verify.xml"}
    logs = [json.loads((theirs / "report" / name).read_text("utf-8")) for name in ("check.sarif", "verify.sarif")]
    assert [log["runs"][0]["results"] for log in logs] == [[], []]


def block(language: str) -> str:
    """What the README tells others to write."""
    text = (ROOT / "contract_tests" / "README.md").read_text("utf-8")
    return text.partition(f"```{language}\n")[2].partition("```")[0]


def test_the_recipe_of_the_readme_works(theirs: Path) -> None:
    keep = {name: value for name, value in os.environ.items() if not name.startswith("SQLACC_")}
    env = keep | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        ["sh", "-e", "-c", block("sh")], cwd=theirs, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(list((theirs / "report").iterdir())) == 4


def test_the_workflow_of_the_readme_uses_what_there_is(action: dict[str, Any]) -> None:
    (step,) = [one for one in yaml.safe_load(block("yaml"))["jobs"]["contract"]["steps"] if "with" in one]
    assert (ROOT / step["uses"].partition("@")[0].partition("/sqlacc/")[2] / "action.yml").is_file()
    assert set(step["with"]) <= set(action["inputs"])


def replaced(file: str, old: str, new: str) -> Callable[[Path], None]:
    def change(home: Path) -> None:
        path = home / file
        text = path.read_text("utf-8")
        assert old in text, (file, old)
        path.write_text(text.replace(old, new, 1), "utf-8")

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            replaced(f"contract_tests/cassettes/sandbox/agent/{TAPES[0]}", "body: '{", "body: ' {"),
            [f"{TAPES[0]}: interaction 1 (POST /agent) is not what was recorded"],
        ),
        (
            replaced("spec/objects/agent.yaml", "description:", "descriptions:"),
            [
                "is missing; a create must carry it",
                "files differ from what the specs give",
                "the sandbox cannot be filled, see `sqlacc check`",
            ],
        ),
    ],
    ids=["a recording", "a spec"],
)
def test_it_turns_red_and_says_why(
    change: Callable[[Path], None], words: list[str], action: dict[str, Any], theirs: Path
) -> None:
    change(theirs)
    done = carried_out(action, theirs, languages="python")
    told = done.stdout + done.stderr
    assert done.returncode == 1, told
    assert [some for some in words if some not in told] == [], told
    assert "internal error" not in told
    assert (theirs / "report" / "check.sarif").is_file()


def test_a_language_that_is_not_there_is_wrong_usage(action: dict[str, Any], theirs: Path) -> None:
    done = carried_out(action, theirs, languages="cobol; touch here")
    assert done.returncode == 1
    assert "cobol" in done.stderr
    assert not (theirs / "here").exists()


def test_the_toolchain_of_a_language_is_its_own_script(action: dict[str, Any], tmp_path: Path) -> None:
    (step,) = steps(action, "toolchains")
    env = os.environ | {
        "GITHUB_ACTION_PATH": str(ACTION),
        "GENERATED": str(ROOT / "generated"),
        "LANGUAGES": "python",
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "SQLACC_TOOLS": str(tmp_path / "tools"),
    }
    done = subprocess.run(["sh", "-e", "-c", step["run"]], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (install,) = steps(action, "install")
    assert (ACTION / "../../.." / "pyproject.toml").is_file()
    assert '"$GITHUB_ACTION_PATH/../../.."' in install["run"]
