"""This machine -> findings: versions, specs, clients, toolchains."""

from __future__ import annotations

import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from sqlacc_codegen.language import Language, languages
from sqlacc_codegen.load import load
from sqlacc_codegen.problems import Problems

from ..toolchain import needed
from .finding import Finding

OLDEST_CURL = (7, 75)  # the first that signs for itself
SIGNS = re.compile(r"curl (\d+)\.(\d+)")


def machine(spec_dir: Path, generated: Path) -> Iterator[Finding]:
    system = f"Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    yield Finding("sqlacc", "good", f"{version('sqlacc')}, {system}")
    yield _specs(spec_dir)
    for language in languages():
        yield _language(language, generated)
    yield _curl()


def _specs(spec_dir: Path) -> Finding:
    try:
        api = load(spec_dir)
    except Problems as problems:
        return Finding("specs", "bad", f"{spec_dir}: {len(problems.found)} problems", "sqlacc check says which")
    return Finding("specs", "good", f"{spec_dir}: version {api.version}, {len(api.objects)} objects")


def _language(language: Language, generated: Path) -> Finding:
    name = f"{language.title} client"
    if not (generated / language.id).is_dir():
        return Finding(name, "note", f"not in {generated}", f"sqlacc generate --lang {language.id}")
    tools = needed(language, generated)
    missing = [need for need, program in tools.items() if program is None]
    if missing:
        return Finding(name, "note", f"cannot be run here: no {', '.join(missing)}", language.install)
    versions = [_version(need, program) for need, program in tools.items() if program and "/" not in need]
    return Finding(name, "good", ", ".join(versions) or "its toolchain is there")


def _version(name: str, program: str) -> str:
    """The first line of `--version`."""
    try:
        done = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=20, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return name
    line = (done.stdout + done.stderr).strip().splitlines()[:1]
    return f"{name} {line[0].removeprefix(name).strip()}"[:60] if line else name


def _curl() -> Finding:
    program = shutil.which("curl")
    if program is None:
        return Finding(
            "curl", "note", "not there; only the commands of `sqlacc call --dry-run` need it", "install curl"
        )
    found = SIGNS.match(_version("", program).strip())
    if found and (int(found[1]), int(found[2])) < OLDEST_CURL:
        return Finding("curl", "note", f"{found[0]} cannot sign requests", "7.75 or later can")
    return Finding("curl", "good", found[0] if found else f"{program} (on {sys.platform})")
