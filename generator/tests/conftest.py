"""Spec folders for tests, and how tests run `sqlacc`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from sqlacc_codegen.ir import Api
from sqlacc_codegen.load import load

# How long an example takes depends on who else uses the machine.
settings.register_profile("sqlacc", deadline=None)
settings.load_profile("sqlacc")

HERE = Path(__file__).parent
SMALL = HERE / "specs" / "small"
KITCHEN_SINK = HERE / "kitchen_sink"
PROJECT = HERE.parent.parent

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A copy of the small spec, to be broken; its folder is named `spec`, so outputs go beside it."""
    return Path(shutil.copytree(SMALL, tmp_path / "project" / "spec"))


@pytest.fixture(scope="session")
def kitchen_sink() -> Api:
    return load(KITCHEN_SINK)


@pytest.fixture(scope="session")
def real_api() -> Api:
    return load(PROJECT / "spec")


@pytest.fixture(scope="session")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the generator and the specs: who edits them while tests run does not disturb a comparison."""
    root = tmp_path_factory.mktemp("snapshot")
    caches = shutil.ignore_patterns("__pycache__")
    for folder in ("generator/sqlacc_codegen", "spec"):
        shutil.copytree(PROJECT / folder, root / folder, ignore=caches)
    return root


@pytest.fixture
def sqlacc(tmp_path: Path, snapshot: Path) -> Run:
    """Run the command in a process of its own, in an empty folder."""

    def run(*args: object, **options: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "sqlacc_codegen.cli", *map(str, args)]
        environment = {**os.environ, **options.pop("env", {}), "PYTHONPATH": str(snapshot / "generator")}  # type: ignore[dict-item]
        options = {"cwd": tmp_path, "capture_output": True, "text": True, "timeout": 60, **options}
        return subprocess.run(command, check=False, env=environment, **options)  # type: ignore[call-overload, no-any-return]

    return run
