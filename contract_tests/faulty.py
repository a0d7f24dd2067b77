"""Faults kept as data (`languages/<id>/mutants.yaml`: file, find, replace) -> generated clients that have one each."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import yaml

from sqlacc_codegen import languages
from sqlacc_codegen.ir import Api
from sqlacc_codegen.language import language, language_ids
from sqlacc_contract.results import Line, is_good
from sqlacc_contract.toolchain import ready, tools_folder
from sqlacc_contract.verify import Plan, verify

TELLING = ("client/", "agent/", "sales_invoice/", "_invoice/workflow")
FAULTY = tuple(id for id in language_ids() if (Path(languages.__path__[0]) / id / "mutants.yaml").is_file())


class Fault(NamedTuple):
    """One edit of one file of a generated client."""

    language: str
    name: str
    file: str
    find: str
    replace: str


@cache
def faults(id: str) -> tuple[Fault, ...]:
    """All faults of a language."""
    text = (Path(languages.__path__[0]) / id / "mutants.yaml").read_text("utf-8")
    return tuple(Fault(id, name, **edit) for name, edit in yaml.safe_load(text).items())


@contextmanager
def client_with(fault: Fault, generated: Path) -> Iterator[Path]:
    """A folder of generated clients in which this one has the fault. The text to find stands there exactly once."""
    with TemporaryDirectory(prefix="sqlacc-fault-") as folder:
        clients = Path(folder) / "generated"
        (Path(folder) / ".tools").symlink_to(tools_folder(generated))  # toolchains stand beside the clients
        shutil.copytree(generated / fault.language, clients / fault.language)
        file = clients / fault.language / fault.file
        text = file.read_text("utf-8")
        if text.count(fault.find) != 1:
            raise ValueError(f"{fault.name}: the text to find stands {text.count(fault.find)} times in {fault.file}")
        file.write_text(text.replace(fault.find, fault.replace), "utf-8")
        yield clients


def noticed_by(fault: Fault, api: Api, generated: Path) -> Line | None:
    """The first case that turns red, or None when the fault survives. A client that does not start is a ValueError."""
    with client_with(fault, generated) as folder:
        start = ready(language(fault.language), folder)
        plan = Plan(only=TELLING, fast=True, limit=3.0)
        for line in verify(api, [language(fault.language)], plan, lambda _: start):
            if line["type"] == "problem":
                raise ValueError(f"{fault.name}: {line}")
            if line["type"] == "case" and not is_good(line):
                return line
    return None
