"""Clients of another spec, full of reserved words and hostile texts: they compile, and their drivers work."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from conftest import ROOT
from drivers import LANGUAGES
from sqlacc_codegen.emit import emit
from sqlacc_codegen.files import write
from sqlacc_codegen.ir import Api
from sqlacc_codegen.language import language
from sqlacc_codegen.load import load
from sqlacc_contract.toolchain import Unavailable, check_sources, tools_folder

KITCHEN_SINK = ROOT / "generator" / "tests" / "kitchen_sink"


@pytest.fixture(scope="module")
def odd_api() -> Api:
    return load(KITCHEN_SINK)


@pytest.mark.parametrize("id", LANGUAGES)
def test_its_client_compiles(id: str, odd_api: Api, generated: Path, tmp_path: Path) -> None:
    write(emit(odd_api, language(id)), tmp_path / id)
    try:
        said = check_sources(language(id), tmp_path / id, tools_folder(generated))
    except Unavailable as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))
    assert said.splitlines()[-1].startswith(f"{id}: all"), said
