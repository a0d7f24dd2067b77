"""How long a newcomer waits: from a clone to a first signed call, from an empty folder to a running recipe in each
language, and from a changed collection to clients that are regenerated and verified.

    python contract_tests/bench/first_minutes.py [--no-clone] [--lang L]...

Everything is done as the README and `sqlacc new` say it, downloads included, in a temporary folder. Where a program
that `new` names is missing, those of the checkout stand in, as `new` says too.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sqlacc_codegen.language import language
from sqlacc_codegen.load import default_spec, load
from sqlacc_codegen.starter import next_commands, stand_ins, starters
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


def from_a_changed_collection(folder: Path, env: dict[str, str]) -> bool:
    """The vendor's new collection has one more field of customers."""
    clone = folder / "changed"
    fetch = run(f"git clone -q {ROOT} changed && cp changed/postman/collection.json vendor.json", folder, env)
    collection = json.loads((folder / "vendor.json").read_text("utf-8"))
    customers = next(item for item in collection["item"] if item["name"].endswith("Customer"))
    bodies = [item["request"]["body"] for item in customers["item"] if item.get("request", {}).get("method") == "POST"]
    for body in bodies:
        body["raw"] = json.dumps(json.loads(body["raw"]) | {"loyaltycard": "A-17"})
    (folder / "vendor.json").write_text(json.dumps(collection), "utf-8")
    here = env | {"SQLACC_TOOLS": str(ROOT / ".tools"), "SQLACC_SPEC": "spec"}
    steps = [
        ("import", "sqlacc import postman ../vendor.json --into spec --report loss.md"),
        ("check, diff", "sqlacc check && sqlacc diff HEAD"),
        ("record again", "sqlacc record --again && sqlacc snippets --record"),
        ("generate", "sqlacc generate"),
        ("verify all clients", "sqlacc verify --strict --workers 2"),
    ]
    begun = time.monotonic()
    right = bool(bodies) and tell("changed collection: clone", *fetch)
    right = right and all(tell(f"changed collection: {name}", *run(command, clone, here)) for name, command in steps)
    shown = subprocess.run(
        ["git", "grep", "-il", "loyaltycard", "--", "generated"], cwd=clone, capture_output=True, text=True, check=False
    )
    print(f"the new field is in {len(shown.stdout.splitlines())} generated files")
    return tell("changed collection: in all", time.monotonic() - begun, "") and right and bool(shown.stdout)


def from_an_empty_folder(id: str, folder: Path, env: dict[str, str]) -> bool:
    begun = time.monotonic()
    made = tell(f"{id}: sqlacc new", *run(f"sqlacc new {id} {id}", folder, env))
    before = ""
    if shutil.which(next_commands(language(id))[1].split()[0], path=env["PATH"]) is None and stand_ins(language(id)):
        before = stand_ins(language(id)).splitlines()[-1] + "\n"
    steps = [
        tell(f"{id}: {command.partition('  #')[0]}", *run(before + command, folder / id, env))
        for command in next_commands(language(id))
    ]
    return tell(f"{id}: in all", time.monotonic() - begun, "") and made and all(steps)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--no-clone", action="store_true")
    arguments.add_argument("--no-change", action="store_true", help="leave the changed collection out")
    arguments.add_argument("--lang", action="append", choices=starters())
    given = arguments.parse_args()
    print(f"load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as name, Sandbox.serve(load(default_spec())) as sandbox:
        keys = {"SQLACC_ACCESS_KEY": DEMO_ACCESS_KEY, "SQLACC_SECRET_KEY": DEMO_SECRET_KEY}
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        env = dict(os.environ) | keys | {"SQLACC_BASE_URL": sandbox.url, "PATH": path}
        right = [] if given.no_clone else [from_a_clone(Path(name), env)]
        right += [from_an_empty_folder(id, Path(name), env) for id in given.lang or starters()]
        right += [] if given.no_change else [from_a_changed_collection(Path(name), env)]
    print(f"load {os.getloadavg()[0]:.1f}")
    return 0 if all(right) else 1


if __name__ == "__main__":
    sys.exit(main())
