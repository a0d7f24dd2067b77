"""The drivers of the generated clients, for tests that go over all languages."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sqlacc_codegen.ir import Api
from sqlacc_codegen.language import language, language_ids
from sqlacc_contract.driver import Driver
from sqlacc_contract.toolchain import Unavailable, ready
from sqlacc_contract.verify import make_driver

LANGUAGES = language_ids()


@contextmanager
def toolchain_needed() -> Iterator[None]:
    """What a missing toolchain stops is skipped on a desk and fails in CI."""
    try:
        yield
    except Unavailable as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))


@contextmanager
def driver_of(id: str, api: Api, generated: Path) -> Iterator[Driver]:
    """The running driver of a language."""
    with toolchain_needed():
        start = ready(language(id), generated)
    with make_driver(api, start) as driver:
        yield driver
