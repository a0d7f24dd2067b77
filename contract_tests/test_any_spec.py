"""Clients of other specs: one full of reserved words and hostile texts, one imported from a large collection."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from any_client import wrong
from drivers import LANGUAGES, toolchain_needed
from sqlacc_codegen.emit import emit
from sqlacc_codegen.files import write
from sqlacc_codegen.ir import Api
from sqlacc_codegen.language import language
from sqlacc_codegen.load import load
from sqlacc_contract.toolchain import check_sources, ready, tools_folder
from sqlacc_contract.verify import make_driver
from sqlacc_postman.importing.importer import as_folder, read_collection

ROOT = Path(__file__).resolve().parent.parent
KITCHEN_SINK = ROOT / "generator" / "tests" / "kitchen_sink"

# Paths of a collection that are words of a language, of its libraries or of our own runtimes.
CLASHES = (
    "all any arguments batch check class client config connection date decimal driver environment error exception "
    "facts field function input iterator json list method mixed none object options page profile program protocol read "
    "record request resource response result self session shape string table tagged target testing transport type "
    "value void workflow"
)
_VERBS = {
    "list": ("GET", ""),
    "find": ("GET", "/*?code=x"),
    "get": ("GET", "/:code"),
    "create": ("POST", ""),
    "update": ("PUT", "/:code"),
    "delete": ("DELETE", "/:code"),
}
# Objects need not have every operation.
SOME = ["list", "get", "find", "create", "update", "delete get", "find list", "get create", "list update delete"]
_BODY = json.dumps(
    {
        "code": "A", "docno": "Q-1", "docdate": "2026-01-15", "amount": "25.10", "count": 7, "done": True, "class": "x",
        "at": "2026-01-15T08:00:00Z", "function": "größe 名",
        "sdslines": [{"dtlkey": 1, "self": "*/ ?> \"\"\" ${x}"}],
    }
)  # fmt: skip


def _item(kind: str, path: str) -> dict[str, Any]:
    """A request of a collection, as somebody in any country might name it."""
    method, tail = _VERBS[kind]
    request: dict[str, Any] = {"method": method, "url": {"raw": "{{base_url}}" + path + tail}}
    if method in ("POST", "PUT"):
        request["body"] = {"mode": "raw", "raw": _BODY}
    saved = [{"code": 200, "body": f'{{"data": [{_BODY}]}}'}] if kind in ("list", "find", "get") else []
    return {"name": f"{kind} 請求書 {path.title()}", "request": request, "response": saved}


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Api:
    """Every endpoint that is known of the API, names that clash, and objects that can do little."""
    known = load(ROOT / "spec")
    paths = [o.path for o in known.objects] + [master.path for master in known.masters if master.path]
    wanted = {path: list(_VERBS) for path in (*paths, *(f"/{word}" for word in CLASHES.split()))}
    wanted |= {f"/{'part' * (number + 2)}": kinds.split() for number, kinds in enumerate(SOME)}
    folders = []
    for path, kinds in wanted.items():
        spelled = (path.upper() if number == 1 else path for number in range(len(kinds)))  # two that differ by case
        folders.append({"name": path.title(), "item": [_item(*call) for call in zip(kinds, spelled, strict=True)]})
    home = tmp_path_factory.mktemp("imported")
    (home / "collection.json").write_text(json.dumps({"info": {"name": "All"}, "item": folders}), encoding="utf-8")
    found = read_collection(home / "collection.json", ROOT / "spec")
    assert len(found.objects) == len(wanted) > 80
    write(as_folder(found, ROOT / "spec"), home / "spec")
    return load(home / "spec")


@pytest.fixture(params=["kitchen sink", "collection"], scope="module")
def odd_api(request: pytest.FixtureRequest) -> Api:
    found: Api = load(KITCHEN_SINK) if request.param == "kitchen sink" else request.getfixturevalue("imported")
    return found


@pytest.mark.slow
@pytest.mark.parametrize("id", LANGUAGES)
def test_its_client_compiles_sends_and_reads(
    id: str, odd_api: Api, generated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SQLACC_TOOLS", str(tools_folder(generated)))  # they are not beside this client
    write(emit(odd_api, language(id)), tmp_path / id)
    with toolchain_needed():
        said = check_sources(language(id), tmp_path / id, tools_folder(generated))
        start = ready(language(id), tmp_path)
    assert said.splitlines()[-1].startswith(f"{id}: all"), said
    with make_driver(odd_api, start) as driver:
        played, found = wrong(odd_api, driver)
    assert played > 20
    assert not found, f"{len(found)} differences in {played} operations:\n" + "\n".join(found[:20])
