"""An installed wheel works without a checkout: specs, schemas and package trees come with it."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from .conftest import PROJECT


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that a wheel of this checkout is unpacked into, as an installer does."""
    folder = tmp_path_factory.mktemp("wheel")
    code = "from hatchling.build import build_wheel; import sys; print(build_wheel(sys.argv[1]))"
    command = [sys.executable, "-c", code, str(folder)]
    name = subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, text=True).stdout.split()[-1]
    site = folder / "site"
    with zipfile.ZipFile(folder / name) as wheel:
        wheel.extractall(site)
    return site


def _run(installed: Path, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    variables = {key: value for key, value in os.environ.items() if not key.startswith("SQLACC")}
    return subprocess.run(
        [sys.executable, "-m", "sqlacc_codegen.cli", *arguments],
        env={**variables, "PYTHONPATH": str(installed)},
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.slow
def test_its_specs_are_sound(installed: Path, tmp_path: Path) -> None:
    result = _run(installed, tmp_path, "check")
    assert (result.stdout, result.stderr) == ("The specs are sound.\n", "")


@pytest.mark.slow
def test_it_generates_into_the_working_directory(installed: Path, tmp_path: Path) -> None:
    result = _run(installed, tmp_path, "generate")
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "generated" / "python" / "pyproject.toml").is_file()
    assert _run(installed, tmp_path, "generate", "--check", "--no-cache").returncode == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [".cache", "generated", "postman"]


@pytest.mark.slow
def test_it_gives_what_the_checkout_gives(installed: Path, tmp_path: Path) -> None:
    code = """
import hashlib, json
from sqlacc_codegen.outputs import outputs
from sqlacc_codegen.load import default_spec, load
api = load(default_spec())
print(json.dumps({o.id: hashlib.sha256(json.dumps(o.files(api)).encode()).hexdigest() for o in outputs()}))
"""
    digests = []
    for path in (str(installed), str(PROJECT / "generator")):
        environment = {**os.environ, "PYTHONPATH": path}
        command = [sys.executable, "-c", code]
        run = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=True)
        digests.append(run.stdout)
    assert digests[0] == digests[1]
