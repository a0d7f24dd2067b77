"""Faults kept as data (`languages/<id>/mutants.yaml`) -> generated clients that have one each, and who notices them.

The file has three parts. `places` are edits with a hole: `file`, `find`, and `replace` with a line FAULT in it.
`faults` have a name, the same in all languages, and are code for the hole of a place, an edit of their own, or a list
of edits. `without` says why the language cannot have a fault that others have.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import indent
from typing import Any, NamedTuple

import yaml

import test_behaviour
import test_signing
import test_values
from sqlacc_codegen.ir import Api
from sqlacc_codegen.language import HOME, language, language_ids
from sqlacc_contract.driver import DriverFailed
from sqlacc_contract.results import is_good
from sqlacc_contract.toolchain import Broken, ready, tools_folder
from sqlacc_contract.verify import Plan, verify

TELLING = ("client/", "agent/", "sales_invoice/", "_invoice/workflow")
SOON = (  # those of them by which nearly all is noticed; a handful, so tried first
    *("client/client[raw", "client/client[keys: wrong secret]"),
    *("agent/get[missing]", "agent/find[", "agent/list[offset", "agent/list[wildcard]", "agent/iterate[50 records]"),
    *("agent/create[any text]", "agent/create[taken number]", "agent/delete[and gone]"),
    *("sales_invoice/list[first page]", "sales_invoice/create[minimum]", "sales_invoice/create[full]"),
    *("sales_invoice/create[wrong type]", "sales_invoice/update[update]", "sales_invoice/update[stale]"),
    *("sales_invoice/update[line removed]", "sales_invoice/pdf[default report]", "agent/list[cookie]"),
    *("agent/find[HTML", "order_to_invoice/workflow[whole]", "order_to_invoice/workflow[nothing left]"),
)
HOLE = re.compile(r"^( *)FAULT$", re.MULTILINE)


class Edit(NamedTuple):
    """One edit of one file of a generated client."""

    file: str
    find: str
    replace: str


class Fault(NamedTuple):
    """What a careless client does."""

    language: str
    name: str
    edits: tuple[Edit, ...]


class Misfit(Exception):  # noqa: N818 - says where
    """An edit does not fit the client, or the client with it does not start."""


@cache
def faults(id: str) -> tuple[Fault, ...]:
    """All faults of a language."""
    return tuple(Fault(id, name, tuple(_edits(what, places(id)))) for name, what in _file(id)["faults"].items())


def places(id: str) -> dict[str, Edit]:
    """Edits with a hole."""
    return {name: Edit(**edit) for name, edit in _file(id)["places"].items()}


def without(id: str) -> dict[str, str]:
    """Faults that the language cannot have, and why."""
    return dict(_file(id).get("without") or {})


def missing(id: str) -> list[str]:
    """Faults that other languages have, and this one neither has nor says why not."""
    names = [fault.name for other in language_ids() for fault in faults(other)]
    own = {fault.name for fault in faults(id)} | without(id).keys()
    return sorted(set(names) - own)


@cache
def _file(id: str) -> dict[str, Any]:
    file = HOME / id / "mutants.yaml"
    try:
        found: dict[str, Any] = yaml.safe_load(file.read_text("utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise Misfit(f"{file}: {error}") from None
    return found


def _edits(what: Any, places: dict[str, Edit]) -> Iterator[Edit]:
    if isinstance(what, list):
        for one in what:
            yield from _edits(one, places)
    elif "file" in what:
        yield Edit(**what)
    else:
        ((place, code),) = what.items()
        pattern = places[place]
        filled, holes = HOLE.subn(lambda hole: indent(code.rstrip("\n"), hole[1]), pattern.replace)
        assert holes == 1, f"the place {place} has {holes} holes"
        yield pattern._replace(replace=filled)


def edited(fault: Fault, client: Path) -> dict[str, str]:
    """The files of a client with the fault in them. Each text to find must stand there exactly once; else a Misfit."""
    texts: dict[str, str] = {}
    for edit in fault.edits:
        file = client / edit.file
        text = texts.get(edit.file) or (file.read_text("utf-8") if file.is_file() else "")
        count = text.count(edit.find)
        if count != 1 or edit.find == edit.replace:
            what = f"the text to find stands there {count} times" if count != 1 else "the edit changes nothing"
            raise Misfit(f"{fault.language}: {fault.name}: {edit.file}: {what}: {edit.find.strip()[:80]!r}")
        texts[edit.file] = text.replace(edit.find, edit.replace)
    return texts


@contextmanager
def client_with(fault: Fault, generated: Path) -> Iterator[Path]:
    """A folder of generated clients in which this one has the fault."""
    with TemporaryDirectory(prefix="sqlacc-fault-") as folder:
        clients = Path(folder) / "generated"
        (Path(folder) / ".tools").symlink_to(tools_folder(generated))  # toolchains stand beside the clients
        shutil.copytree(generated / fault.language, clients / fault.language)
        for name, text in edited(fault, clients / fault.language).items():
            (clients / fault.language / name).write_text(text, "utf-8")
        yield clients


def noticed_by(fault: Fault, api: Api, generated: Path) -> str | None:
    """The first case or vector that turns red, with its message; None when the fault survives them all."""
    with client_with(fault, generated) as folder:
        witnesses: list[Callable[[], str | None]] = [
            *(partial(red_case, fault, api, folder, Plan(only=only, fast=True, limit=3.0)) for only in (SOON, TELLING)),
            lambda: _red_vector(fault, api, folder),
            lambda: _red_behaviour(fault, api, folder),
            lambda: red_case(fault, api, folder, Plan(limit=3.0)),
        ]
        return next((found for witness in witnesses if (found := witness())), None)


def red_case(fault: Fault, api: Api, folder: Path, plan: Plan) -> str | None:
    try:
        start = ready(language(fault.language), folder)
    except Broken as broken:
        raise Misfit(f"{fault.language}: {fault.name}: {broken}") from None
    for line in verify(api, [language(fault.language)], plan, lambda _: start):
        if line["type"] == "problem" or (line["type"] == "client" and line["verdict"] == "failed"):
            raise Misfit(f"{fault.language}: {fault.name}: {line['message']}")
        if line["type"] == "case" and not is_good(line):
            if "client_error usage" in line["message"] or "SyntaxError" in line["message"]:
                raise Misfit(f"{fault.language}: {fault.name}: {line['id']}: {line['message']}")
            return f"{line['id']}: {line['message']}"
    return None


def _red_vector(fault: Fault, api: Api, folder: Path) -> str | None:
    tests = (
        test_values.test_values_are_read_and_sent_back_alike,
        test_signing.test_signatures_equal_those_of_botocore,
        test_signing.test_requests_that_are_built_carry_the_signature_of_botocore,
    )
    return next((red for test in tests if (red := _red_test(test, fault.language, api, folder))), None)


def _red_behaviour(fault: Fault, api: Api, folder: Path) -> str | None:
    pages = test_behaviour.test_every_record_once_whatever_the_server_ignores
    if red := _red_test(pages, fault.language, api, folder):
        return red
    journals = folder.parent / "journals"
    journals.mkdir()
    tests = (
        test_behaviour.test_the_same_answers_the_same_behaviour,
        test_behaviour.test_what_an_error_finds_that_offers_to_look,
        test_behaviour.test_a_cancelled_call_ends_where_it_was_cancelled,
        test_behaviour.test_what_the_clock_of_the_server_tells,
        test_behaviour.test_what_settings_change,
        test_behaviour.test_an_answer_that_comes_too_late,
    )
    return next((red for test in tests if (red := _red_test(test, fault.language, api, folder, journals))), None)


def _red_test(test: Callable[..., None], language: str, api: Api, *folders: Path) -> str | None:
    try:
        test(language, api, *folders)
    except (AssertionError, DriverFailed) as red:
        return f"{test.__name__}: {red}"
    return None
