"""A language -> the command of its driver, ready to run; or what is missing and how to install it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from sqlacc_codegen.language import HOME, Driver, Language
from sqlacc_codegen.spec import default_spec


class Unavailable(Exception):  # noqa: N818 - a verdict
    """The driver cannot be run here; the text names what is missing and the command that installs it."""


class Broken(Exception):  # noqa: N818 - a verdict
    """The driver's build failed; the text is what the build said."""


@dataclass(frozen=True)
class Ready:
    """A driver that can be started."""

    command: tuple[str, ...]
    cwd: Path
    env: dict[str, str]


def generated_folder(spec_dir: Path | None = None) -> Path:
    """Where the clients are: $SQLACC_GENERATED, else `generated` beside the specs, else below this folder."""
    named = os.environ.get("SQLACC_GENERATED")
    if named:
        return Path(named).resolve()
    beside = (spec_dir or default_spec()).resolve().parent / "generated"
    return beside if beside.is_dir() else Path("generated").resolve()


def tools_folder(generated: Path) -> Path:
    """Where `./dev` puts toolchains: $SQLACC_TOOLS, else `.tools` beside `generated`."""
    return Path(os.environ.get("SQLACC_TOOLS") or generated.parent / ".tools").resolve()


def ready(language: Language, generated: Path, program: Driver | None = None) -> Ready:
    """Builds the driver, or another program of the language, if it wants to be built, and gives its command."""
    driver = program or language.driver
    home, tools = generated / language.id, tools_folder(generated)
    if not home.is_dir():
        raise Unavailable(f"there is no {home}; run `sqlacc generate --lang {language.id}`")
    env = os.environ | {"SQLACC_TOOLS": str(tools), "PYTHONDONTWRITEBYTECODE": "1", "PATH": _path()}

    def fill(text: str) -> str:
        return _filled(text, language, tools)

    missing = [need for need, program in needed(language, generated, driver).items() if program is None]
    if missing:
        how = f"; install it with: {language.install}" if language.install else ""
        raise Unavailable(f"{language.title} needs {', '.join(missing)}{how}")
    for build in driver.build:
        command = [fill(part) for part in build]
        try:
            done = subprocess.run(  # noqa: S603 - the language's own command
                command, cwd=home, env=env, capture_output=True, text=True, errors="replace", timeout=600, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Broken(f"`{' '.join(command)}` could not be run: {error}") from None
        if done.returncode:
            said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-40:])
            raise Broken(f"`{' '.join(command)}` failed with exit code {done.returncode}\n{said}")
    first, *rest = (fill(part) for part in driver.command)
    return Ready((shutil.which(first, path=env["PATH"]) or first, *rest), home, env)


def check_sources(language: Language, folder: Path, tools: Path) -> str:
    """What the language's compilers and type checkers say of any generated client; `Broken` when they find something.

    Library and driver are looked at, not the layout, nor what names objects of the project's own specs (tests, examples
    and README of the package)."""
    command = ["sh", str(HOME / language.id / "check.sh"), str(tools), str(folder), "sources"]
    done = subprocess.run(  # noqa: S603 - the language's own script
        command, env=os.environ | {"PATH": _path()}, capture_output=True, text=True, errors="replace", check=False
    )
    said = (done.stdout + done.stderr).strip()
    if done.returncode == 2:
        raise Unavailable(f"{said}; install it with: ./dev setup {language.id}")
    if done.returncode:
        raise Broken(said)
    return said


def needed(language: Language, generated: Path, program: Driver | None = None) -> dict[str, str | None]:
    """What a program of the language takes, and where it is; None for what is missing."""
    home, tools = generated / language.id, tools_folder(generated)
    found: dict[str, str | None] = {}
    for need in (program or language.driver).needs:
        name = _filled(need, language, tools)
        there = shutil.which(name, path=_path()) if "/" not in name else name if (home / name).exists() else None
        found[name] = there
    return found


def _path() -> str:
    return str(Path(sys.executable).parent) + os.pathsep + os.environ.get("PATH", "")


def _filled(text: str, language: Language, tools: Path) -> str:
    return text.replace("{tools}", str(tools)).replace("{home}", str(HOME / language.id))
