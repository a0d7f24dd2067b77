"""Fixtures for other people's tests: a sandbox for each test, and recordings that are replayed strictly.

pytest loads this module in every run where sqlacc is installed, so it imports nothing until a fixture is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .fixtures import Recording, Running, Sandboxes

MARK = """sqlacc(readings={}, faults=[], now=None, demo=True, cassette=None, unplayed=False, spec=None): how \
sqlacc_sandbox and sqlacc_cassette behave in this test; marks of the class and module count too, the nearest wins."""


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", MARK)


@pytest.fixture(scope="session")
def sqlacc_sandboxes() -> Iterator[Sandboxes]:
    """The servers behind `sqlacc_sandbox`, started when first needed and kept for the session."""
    from .fixtures import Sandboxes

    with Sandboxes() as sandboxes:
        yield sandboxes


@pytest.fixture
def sqlacc_sandbox(request: pytest.FixtureRequest, sqlacc_sandboxes: Sandboxes) -> Running:
    """A running stand-in of the SQL Account API with the demo records, as new for each test: url, keys, env."""
    from .fixtures import settings

    return sqlacc_sandboxes.renewed(settings(request, "sandbox"))


@pytest.fixture
def sqlacc_cassette(request: pytest.FixtureRequest) -> Iterator[Recording]:
    """A server that answers what was recorded, and nothing else: url, keys, env. At the end of the test everything
    recorded must have been asked for, and nothing else."""
    from .fixtures import replayed, settings

    with replayed(settings(request, "cassette"), request.path.parent) as recording:
        yield recording
    told = recording.complaints()
    if told:
        pytest.fail(told, pytrace=False)
