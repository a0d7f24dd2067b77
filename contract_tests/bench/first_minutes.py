"""How long a newcomer waits: from a clone to a first signed call, and from an empty folder to a running recipe.

    python contract_tests/bench/first_minutes.py [--no-clone] [--lang L]...

Everything is done as the README and `sqlacc new` say it, downloads included, in a temporary folder.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sqlacc_codegen.language import language
from sqlacc_codegen.load import default_spec, load
from sqlacc_codegen.starter import next_commands, starters
from sqlacc_contract.sandbox import DEMO_ACCESS_KEY, DEMO_SECRET_KEY, Sandbox

ROOT = Path(__file__).resolve().parent.parent.parent


def run(command: str, cwd: Path, env: dict[str, str]) -> tuple[float, str]:
    """Seconds, and what it said when it failed."""
    begun = time.monotonic()
    done = subprocess.run(["sh", "-ec", command], cwd=cwd, env=env, capture_output=True, text=True, check=False)
    said = (done.stdout + done.stderr).strip().splitlines()[-1:] if done.returncode else []
    return time.monotonic() - begun, "".join(said)


def tell(what: str, seconds: float, failed: str) -> bool:
    print(f"{what:<50} {seconds:7.1f} s{'  FAILED: ' + failed if failed else ''}", flush=True)
    return not failed


def from_a_clone(folder: Path, env: dict[str, str]) -> bool:
    first = language(starters()[-1]).id
    steps = [
        ("clone", f"git clone -q {ROOT} clone", folder),
        ("set up", f"./dev setup {first}", folder / "clone"),
        ("ping and a first call", ". .venv/bin/activate && sqlacc ping && sqlacc call customer list", folder / "clone"),
    ]
    return all(tell(name, *run(command, cwd, env)) for name, command, cwd in steps)


def from_an_empty_folder(id: str, folder: Path, env: dict[str, str]) -> bool:
    begun = time.monotonic()
    made = tell(f"{id}: sqlacc new", *run(f"sqlacc new {id} {id}", folder, env))
    steps = [
        tell(f"{id}: {command.partition('  #')[0]}", *run(command, folder / id, env))
        for command in next_commands(language(id))
    ]
    return tell(f"{id}: in all", time.monotonic() - begun, "") and made and all(steps)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--no-clone", action="store_true")
    arguments.add_argument("--lang", action="append", choices=starters())
    given = arguments.parse_args()
    print(f"load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as name, Sandbox.serve(load(default_spec())) as sandbox:
        keys = {"SQLACC_ACCESS_KEY": DEMO_ACCESS_KEY, "SQLACC_SECRET_KEY": DEMO_SECRET_KEY}
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        env = dict(os.environ) | keys | {"SQLACC_BASE_URL": sandbox.url, "PATH": path}
        right = [] if given.no_clone else [from_a_clone(Path(name), env)]
        right += [from_an_empty_folder(id, Path(name), env) for id in given.lang or starters()]
    print(f"load {os.getloadavg()[0]:.1f}")
    return 0 if all(right) else 1


if __name__ == "__main__":
    sys.exit(main())
