"""Api + Language -> a starter project: the client, a recipe with its sample and test, and how to go on.

`languages/<id>/starter/` holds `project/` (files of the project; `dot-name` stands for `.name`), `copies.txt` (files or
folders of the generated client, and where they go), `next.txt` (commands: prepare, test, run), and `try.sh`, which
does the same with the tools of this checkout. Programs in `tools/` stand in for those of `next.txt` where none are.
"""

from __future__ import annotations

import shlex
import tempfile
from pathlib import Path, PurePosixPath

from .files import JUNK, Files
from .ir import Api
from .language import HOME, Language, language_ids
from .problems import Place, Problem, Problems

SANDBOX = """\
sqlacc sandbox --port 8080 --access-key demo --secret-key demo &
export SQLACC_BASE_URL=http://127.0.0.1:8080 SQLACC_ACCESS_KEY=demo SQLACC_SECRET_KEY=demo
"""
README = """\
# Orders into sales invoices

A program over the {title} client of the SQL Account REST API: it reads orders of a shop from a CSV file and books a
sales invoice for each. Run it as often as you like: an order that is booked is found, not booked again.

```sh
{prepare}
{test}

# against a sandbox on this machine
{sandbox}{run}
```

With keys of your own (SQL Account: Tools > Maintain User > Detail > More > API Secret Key) leave the sandbox away and
put them in `SQLACC_ACCESS_KEY` and `SQLACC_SECRET_KEY`, or in a profile: `sqlacc init` asks for them, and
`SQLACC_PROFILE=demo` names one. Keys never belong into this folder.

The client was generated from spec {version}; {client}.
"""


def starters(home: Path = HOME) -> tuple[str, ...]:
    """Ids of the languages that have a starter project."""
    return tuple(id for id in language_ids(home) if (home / id / "starter" / "copies.txt").is_file())


def next_commands(language: Language) -> tuple[str, str, str]:
    """Prepare, test and run, as shell commands in the project."""
    prepare, test, run = (_home(language) / "next.txt").read_text("utf-8").splitlines()
    return prepare, test, run


def stand_ins(language: Language) -> str:
    """How to take programs of this checkout for those that `next.txt` names; empty where that is not needed."""
    tools, checkout = _home(language) / "tools", HOME.parent.parent.parent
    if not tools.is_dir() or not (checkout / "dev").is_file():
        return ""
    names = ", ".join(f"`{path.name}`" for path in sorted(tools.iterdir()))
    line = f'export PATH={shlex.quote(str(tools))}:"$PATH"'
    return f"Where there is no {names} yet: `./dev setup {language.id}` in {checkout}, and before the above\n\n{line}\n"


def starter(api: Api, language: Language) -> Files:
    """Every file of the project by its path."""
    from .emit import emit  # imports Jinja

    client = emit(api, language)
    project = _home(language) / "project"
    files: Files = {}
    for path in sorted(project.rglob("*")):
        relative = PurePosixPath(path.relative_to(project))
        if path.is_file() and JUNK.isdisjoint(relative.parts):
            name = relative.name
            shown = "." + name.removeprefix("dot-") if name.startswith("dot-") else name
            files[str(relative.with_name(shown))] = path.read_text("utf-8")
    for line in (_home(language) / "copies.txt").read_text("utf-8").splitlines():
        source, target = line.split()
        found = {path: text for path, text in client.items() if path == source or path.startswith(source + "/")}
        if not found:
            place = Place(str(_home(language) / "copies.txt"))
            raise Problems([Problem(place, "no-such-output", f"the client has no {source}")])
        files |= {target + path.removeprefix(source): text for path, text in found.items()}
    files["README.md"] = _readme(api, language, files)
    return dict(sorted(files.items()))


def _readme(api: Api, language: Language, files: Files) -> str:
    prepare, test, run = next_commands(language)
    folder = any(path.startswith("sqlacc-client/") for path in files)
    client = "it is in `sqlacc-client/`, with a README of its own" if folder else "it is `Sqlacc.gs`"
    return README.format(
        title=language.title, prepare=prepare, test=test, run=run, sandbox=SANDBOX, version=api.version, client=client
    )


def _home(language: Language) -> Path:
    return HOME / language.id / "starter"


def occupied(folder: Path) -> str:
    """Why a project cannot be put into the folder; empty when it can."""
    if folder.is_symlink() and not folder.exists():
        return "it is a link to nothing"
    if folder.exists() and not folder.is_dir():
        return "it is a file"
    if folder.is_dir() and any(folder.iterdir()):
        return "it is not empty"
    return ""


def create(files: Files, folder: Path) -> None:
    """Put the files into a new or empty folder: all of them, or none."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.resolve().parent, prefix=f".{folder.name}-") as held:
        stage = Path(held) / "project"
        for path, text in files.items():
            target = stage / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text.encode("utf-8"))
        if not folder.exists():
            stage.rename(folder)
            return
        for made in sorted(stage.iterdir()):
            made.rename(folder / made.name)
