"""What the tests of this folder share: the specs of the checkout, loaded once."""

from __future__ import annotations

from pathlib import Path

import pytest

from sqlacc_codegen.ir import Api
from sqlacc_codegen.load import load
from sqlacc_contract.toolchain import generated_folder

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def api() -> Api:
    return load(ROOT / "spec")


@pytest.fixture(scope="session")
def generated() -> Path:
    return generated_folder(ROOT / "spec")
